# ruff: noqa: PLC0415, T201  # a program that prints, and loads what a command needs
"""A plugin for tests, run as a program of its own: it does what a file says, and notes what it was asked.

`FOLDER` is filled in when it is installed. `behaviour.json` there says, by the name of a command:

    metadata     members that replace those of `get-plugin-metadata`
    errors       {command: error}: printed on standard error, exit code 1
    answers      {command: text}: printed as it is
    tricks       {command: name of a function `trick_…` below}
    key, chain   files in PEM: what it signs with
    results      {capability: {"success", "reason"}} of `verify-signature`
    processed    attributes that it says it has looked at; null: those that it was told
    envelope     members that change the answer of `generate-envelope`; "added": annotations in the payload

Each request is added to `asked.jsonl`.
"""

import base64
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

FOLDER = ""
BEHAVIOUR: dict[str, Any] = {}


def main() -> int:
    BEHAVIOUR.update(json.loads((Path(FOLDER) / "behaviour.json").read_text()))
    command = sys.argv[1]
    trick = BEHAVIOUR.get("tricks", {}).get(command)
    if trick in ("deaf", "hang"):
        note(command, None)
        globals()[f"trick_{trick}"]()
    request = json.load(sys.stdin)
    note(command, request)
    if trick:
        globals()[f"trick_{trick}"]()
    if command in BEHAVIOUR.get("errors", {}):
        print(json.dumps(BEHAVIOUR["errors"][command]), file=sys.stderr)
        return 1
    if command in BEHAVIOUR.get("answers", {}):
        sys.stdout.write(BEHAVIOUR["answers"][command])
        return 0
    answer = globals()[command.replace("-", "_")](request)
    print(json.dumps({**answer, **BEHAVIOUR.get("members", {}).get(command, {})}))
    return 0


def note(command: str, request: object) -> None:
    with (Path(FOLDER) / "asked.jsonl").open("a") as file:
        file.write(json.dumps({"command": command, "request": request, "pid": os.getpid()}) + "\n")


def get_plugin_metadata(_: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": Path(sys.argv[0]).name.removeprefix("notation-"),
        "description": "does what a test says",
        "version": "1.2.3",
        "url": "https://plugin.example",
        "supportedContractVersions": ["1.0"],
        "capabilities": [],
        **BEHAVIOUR.get("metadata", {}),
    }


def describe_key(request: dict[str, Any]) -> dict[str, Any]:
    return {"keyId": request["keyId"], "keySpec": algorithm().key_spec}


def generate_signature(request: dict[str, Any]) -> dict[str, Any]:
    from sealwright.pki import keys

    value = keys.sign(private_key(), base64.b64decode(request["payload"]), algorithm())
    return {
        "keyId": request["keyId"],
        "signature": base64.b64encode(value).decode(),
        "signingAlgorithm": algorithm().name,
        "certificateChain": [base64.b64encode(der).decode() for der in chain()],
    }


def generate_envelope(request: dict[str, Any]) -> dict[str, Any]:
    """A whole envelope by hand; "added", "protected" and "payload" of the behaviour change what is signed."""
    import datetime as dt

    from sealwright.formats.notary import attributes as attribute
    from sealwright.formats.notary.attributes import SignedAttributes, UnsignedAttributes
    from sealwright.formats.notary.envelope import codec
    from sealwright.pki import keys

    wanted = BEHAVIOUR.get("envelope", {})
    target = json.loads(base64.b64decode(request["payload"]))
    target["targetArtifact"].setdefault("annotations", {}).update(wanted.get("added", {}))
    target["targetArtifact"].update(wanted.get("target", {}))
    target.update(wanted.get("payload", {}))
    if not target["targetArtifact"]["annotations"]:
        del target["targetArtifact"]["annotations"]
    kind = codec(wanted.get("made", request["signatureEnvelopeType"]))
    now = dt.datetime.fromtimestamp(int(time.time()), dt.UTC)
    seconds = request.get("expiryDurationInSeconds", 0)
    expiry = now + dt.timedelta(seconds=seconds) if seconds else None
    plugin = wanted.get("plugin", "")
    extended = wanted.get("extended", {})
    critical = [attribute.SCHEME, *extended]
    critical += [attribute.EXPIRY] if expiry else []
    critical += [attribute.PLUGIN, attribute.PLUGIN_MIN_VERSION] if plugin else []
    said = SignedAttributes(
        algorithm=algorithm(),
        signing_time=now,
        expiry=expiry,
        plugin=plugin,
        plugin_min_version=wanted.get("minVersion", "1.0.0") if plugin else "",
        extended=extended,
        critical=tuple(critical),
    )
    payload = json.dumps(target, separators=(",", ":")).encode()
    protected = kind.protect(said)
    value = keys.sign(private_key(), kind.message(protected, payload), algorithm())
    if wanted.get("broken"):
        value = value[:-1] + bytes([value[-1] ^ 1])
    content = kind.write(protected, payload, value, chain(), UnsignedAttributes(agent="acting/1"))
    return {
        "signatureEnvelope": base64.b64encode(content).decode(),
        "signatureEnvelopeType": request["signatureEnvelopeType"],
        "annotations": wanted.get("annotations", {}),
    }


def verify_signature(request: dict[str, Any]) -> dict[str, Any]:
    processed = BEHAVIOUR.get("processed")
    if processed is None:
        processed = request["signature"]["unprocessedAttributes"]
    asked = request["trustPolicy"]["signatureVerification"]
    results = {one: {"success": True, "reason": "fine"} for one in asked}
    return {
        "verificationResults": {**results, **BEHAVIOUR.get("results", {})},
        "processedAttributes": processed,
    }


def private_key() -> Any:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    return load_pem_private_key(Path(BEHAVIOUR["key"]).read_bytes(), None)


def chain() -> tuple[bytes, ...]:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    found = x509.load_pem_x509_certificates(Path(BEHAVIOUR["chain"]).read_bytes())
    return tuple(one.public_bytes(Encoding.DER) for one in found)


def algorithm() -> Any:
    from sealwright.pki import keys

    return keys.require_algorithm(private_key().public_key())


def trick_hang() -> None:
    """Neither read nor answer."""
    time.sleep(3600)


def trick_deaf() -> None:
    """Close the request unread, and answer all the same."""
    os.close(0)
    print(json.dumps(get_plugin_metadata({})), flush=True)
    os._exit(0)


def trick_slow() -> None:
    """Read, and never answer."""
    time.sleep(3600)


def trick_leave_child() -> None:
    """Answer, but leave a child that keeps the outputs open."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
    (Path(FOLDER) / "child").write_text(str(child.pid))


def trick_hang_with_child() -> None:
    """A child, and no answer."""
    trick_leave_child()
    time.sleep(3600)


def trick_flood() -> None:
    """Print without end."""
    while True:
        os.write(1, b"x" * 65536)


def trick_flood_messages() -> None:
    """Complain without end."""
    while True:
        os.write(2, b"x" * 65536)


def trick_binary() -> None:
    """Fail with bytes that are no text."""
    os.write(2, b"\x00\xff\xfe\x1b[31mred\x1b[0m")
    os._exit(3)


def trick_silent() -> None:
    """Fail without a word."""
    os._exit(7)


def trick_killed() -> None:
    """Be killed."""
    os.kill(os.getpid(), 9)


def trick_text() -> None:
    """Fail with words instead of JSON."""
    print("panic: no such key", file=sys.stderr)
    os._exit(2)


if __name__ == "__main__":
    sys.exit(main())
