"""`notation certificate generate-test`: a key, a certificate for it, and trust in it, for one day."""

import os
import re
import secrets
from datetime import timedelta
from pathlib import Path

from sealwright.dialects.cobra import Command, Fault, Invocation
from sealwright.dialects.go_text import rfc3339
from sealwright.dialects.pflag import Flag
from sealwright.homes.notation.folder import config_folder
from sealwright.workflow.clock import now

__all__ = ["command", "local_paths", "require_name"]

_NAME = re.compile(r"[a-zA-Z0-9_.-]+", re.ASCII)
_SUBJECT = (("O", "Notary"), ("L", "Seattle"), ("ST", "WA"), ("C", "US"))
_SERIAL_BITS = 159
_SIZES = (2048, 3072, 4096)


def command(line: str) -> Command:
    """The command in a line of notation."""
    del line
    return Command(
        "generate-test [flags] <common_name>",
        "Make an RSA key and a certificate for tests",
        long=(
            "Make an RSA key and a certificate that it signs itself, valid for one day, for tests only. The\n"
            "key is added to the list of signing keys, the certificate to a trust store of the same name.\n\n"
            "Example - Make a key for tests and use it from now on:\n"
            "  notation cert generate-test --default trial"
        ),
        flags=(
            Flag("bits", "int", "size of the RSA key", "b", default=2048),
            Flag("default", "bool", "use this key where none is named"),
        ),
        arguments=_some_name,
        run=_run,
    )


def require_name(name: str) -> None:
    """Check a name that files are to be named for; `.` and `..` are none, for they name other folders.

    Raises:
        Fault: in notation's words.
    """
    if not _NAME.fullmatch(name) or name in (".", ".."):
        raise Fault("name needs to follow [a-zA-Z0-9_.-]+ format")


def local_paths(folder: Path, name: str) -> tuple[Path, Path]:
    """Where a local key and its certificate are."""
    local = Path(os.path.normpath(folder)) / "localkeys"
    return local / f"{name}.key", local / f"{name}.crt"


def _some_name(arguments: tuple[str, ...]) -> None:
    if not arguments:
        raise Fault("missing certificate common_name")


def _run(invocation: Invocation) -> None:
    from sealwright.dialects.notation import key_list  # noqa: PLC0415  # heavy, as all of these
    from sealwright.dialects.notation.commands.stored_certificates import put  # noqa: PLC0415
    from sealwright.homes import files  # noqa: PLC0415
    from sealwright.homes.notation import signing_keys  # noqa: PLC0415
    from sealwright.homes.notation.signing_keys import KeyEntry  # noqa: PLC0415
    from sealwright.keys.generating import generate  # noqa: PLC0415
    from sealwright.pki import issuing, key_files  # noqa: PLC0415

    name, bits = invocation.arguments[0], invocation.values["bits"]
    require_name(name)
    invocation.say(f"generating RSA Key with {bits} bits")
    if bits not in _SIZES:
        raise Fault(f"rsa key size {bits} bits is not supported")
    private_key = generate(f"RSA-{bits}")
    start = now().replace(microsecond=0)
    term = issuing.Term(start, start + timedelta(days=1), secrets.randbits(_SERIAL_BITS) | 1)
    made = issuing.self_signed_leaf(private_key, (("CN", name), *_SUBJECT), term)
    invocation.say(f"generated certificate expiring on {rfc3339(made.not_after)}")
    folder = config_folder(invocation.environment)
    key_path, cert_path = local_paths(folder, name)
    for what, path, content, mode in (
        ("key", key_path, key_files.serialise(private_key, None), files.PRIVATE),
        ("certificate", cert_path, issuing.pem(made), files.PUBLIC),
    ):
        if os.path.lexists(path):
            raise Fault(f"failed to write {what} file: open {path}: file exists")
        files.write(path, content, mode)
        invocation.say(f"wrote {what}: {path}")
    entry = KeyEntry(name, str(key_path), str(cert_path))
    is_default = invocation.values["default"]
    signing_keys.write(folder, key_list.read(folder).with_key(entry, default=is_default))
    put(invocation, str(cert_path), "ca", name)
    invocation.say(f"Successfully added {cert_path.name} to named store {name} of type ca")
    invocation.say(f"{name}: added to the key list")
    if is_default:
        invocation.say(f"{name}: mark as default signing key")
