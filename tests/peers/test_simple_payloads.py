"""Payloads and messages of every kind through the real skopeo and through us: equal decisions.

Where we are stricter, or where skopeo of Debian 12 is older than the rule, the table says so; the page on
strictness lists the same.
"""

import json
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from peers import programs
from sealwright.digest import Digest
from world import signers
from world.home import Home
from world.signers import Signers
from world.small_layout import small_layout

pytestmark = pytest.mark.peer("skopeo", "gpg")

NAME = "registry.example/ns/app:v1"
OTHER = "sha256:" + "cd" * 32


class Stage(NamedTuple):
    """Two people with keys, and an image in a folder."""

    people: Signers
    image: Path
    digest: Digest
    policy: Path


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("payloads")
    with signers.made(folder, "alice", "bob") as people:
        layout = small_layout(folder / "layout", b"a layer")
        image = folder / "image"
        skopeo = programs.find("skopeo")
        assert skopeo is not None
        subprocess.run(
            [skopeo, "--insecure-policy", "copy", f"oci:{layout}:v1", f"dir:{image}"],
            check=True,
            capture_output=True,
        )
        rule = {
            "type": "signedBy",
            "keyType": "GPGKeys",
            "keyPath": str(people.public("alice")),
            "signedIdentity": {"type": "exactReference", "dockerReference": NAME},
        }
        policy = folder / "policy.json"
        policy.write_text(json.dumps({"default": [rule]}))
        yield Stage(people, image, Digest.of((image / "manifest.json").read_bytes()), policy)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def critical(digest: str, **changes: object) -> dict[str, object]:
    members = {
        "identity": {"docker-reference": NAME},
        "image": {"docker-manifest-digest": digest},
        "type": "atomic container signature",
        **changes,
    }
    return {name: value for name, value in members.items() if value is not None}


def document(
    digest: str, optional: str = '{"creator":"x","timestamp":1795213621}', **changes: object
) -> bytes:
    return f'{{"critical":{json.dumps(critical(digest, **changes))},"optional":{optional}}}'.encode()


def skopeo_accepts(stage: Stage, tmp_path: Path) -> tuple[bool, str]:
    """Whether skopeo copies the image, and what it says."""
    skopeo = programs.find("skopeo")
    assert skopeo is not None
    done = subprocess.run(
        [skopeo, "--policy", stage.policy, "copy", f"dir:{stage.image}", f"dir:{tmp_path / 'out'}"],
        capture_output=True,
        text=True,
        check=False,
        env=stage.people.variables | {"HOME": str(tmp_path)},
    )
    return done.returncode == 0, done.stderr


def we_accept(stage: Stage, home: Home, *flags: str, backend: str = "both") -> tuple[bool, str]:
    """Whether `seal verify` accepts it, and its report."""
    done = home.seal(
        "verify", "--policy-file", stage.policy, *flags, f"dir:{stage.image}", SEALWRIGHT_OPENPGP=backend
    )
    assert done.status in (0, 1), done
    return done.status == 0, done.out + done.err


def kept(stage: Stage, *contents: bytes) -> None:
    """Put signatures beside the image in the place of those that are there."""
    for path in stage.image.glob("signature-*"):
        path.unlink()
    for number, content in enumerate(contents, 1):
        (stage.image / f"signature-{number}").write_bytes(content)


def pretty(content: bytes) -> bytes:
    return json.dumps(json.loads(content), indent=3).encode()


Variant = Callable[[str], bytes]

TAKEN: Mapping[str, Variant] = {
    "base": document,
    "pretty-printed": lambda digest: pretty(document(digest)),
    "white space around it": lambda digest: b" \n\t" + document(digest) + b"\r\n ",
    "escaped slashes": lambda digest: document(digest).replace(b"/", b"\\/"),
    "an unknown optional member": lambda digest: document(digest, '{"x":{"y":[1,null]}}'),
    "a timestamp of 1.0": lambda digest: document(digest, '{"timestamp":1.0}'),
    "a timestamp of 1e9": lambda digest: document(digest, '{"timestamp":1e9}'),
    "empty optional": lambda digest: document(digest, "{}"),
}
STRICTER: Mapping[str, Variant] = {
    "members twice, deeper in optional": lambda digest: document(digest, '{"x":{"y":1,"y":2}}'),
    "bytes that are no text": lambda digest: document(digest, '{"x":"?"}').replace(b"?", b"\xff"),
    "a timestamp of -5": lambda digest: document(digest, '{"timestamp":-5}'),
    "a timestamp of null": lambda digest: document(digest, '{"timestamp":null}'),
    "a creator of null": lambda digest: document(digest, '{"creator":null}'),
}
REFUSED: Mapping[str, Variant] = {
    "no optional": lambda digest: json.dumps({"critical": critical(digest)}).encode(),
    "no critical": lambda digest: b'{"optional":{}}',
    "an unknown member": lambda digest: document(digest)[:-1] + b',"x":1}',
    "an unknown member of critical": lambda digest: document(digest, x=1),
    "an unknown member of identity": lambda digest: document(
        digest, identity={"docker-reference": NAME, "x": 1}
    ),
    "another case": lambda digest: document(digest).replace(b'"critical"', b'"Critical"'),
    "critical.type twice": lambda digest: document(digest).replace(b'"type"', b'"type":"x","type"'),
    "creator twice": lambda digest: document(digest, '{"creator":"a","creator":"a"}'),
    "a timestamp of 1.5": lambda digest: document(digest, '{"timestamp":1.5}'),
    "a timestamp of 1e300": lambda digest: document(digest, '{"timestamp":1e300}'),
    "a timestamp as text": lambda digest: document(digest, '{"timestamp":"1"}'),
    "a creator of 1": lambda digest: document(digest, '{"creator":1}'),
    "optional null": lambda digest: document(digest, "null"),
    "the type of cosign": lambda digest: document(digest, type="cosign container image signature"),
    "no type": lambda digest: document(digest, type=None),
    "garbage behind it": lambda digest: document(digest) + b"x",
    "a byte order mark": lambda digest: b"\xef\xbb\xbf" + document(digest),
    "no JSON": lambda digest: b"hello",
    "nothing": lambda digest: b"",
    "no digest": lambda digest: document("nope"),
    "another digest": lambda digest: document(OTHER),
    "another algorithm": lambda digest: document("sha512:" + "ab" * 64),
    "a digest in capitals": lambda digest: document(digest.upper().replace("SHA256", "sha256")),
    "a name without a tag": lambda digest: document(digest, identity={"docker-reference": NAME[:-3]}),
    "another tag": lambda digest: document(digest, identity={"docker-reference": NAME[:-1] + "2"}),
    "a name by digest": lambda digest: document(
        digest, identity={"docker-reference": f"{NAME[:-3]}@{digest}"}
    ),
    "an empty name": lambda digest: document(digest, identity={"docker-reference": ""}),
    "a name in capitals": lambda digest: document(digest, identity={"docker-reference": "UPPER/x:v1"}),
}


@pytest.mark.parametrize("variant", TAKEN)
def test_payloads_that_skopeo_takes_are_taken(stage: Stage, home: Home, tmp_path: Path, variant: str) -> None:
    kept(stage, stage.people.signed("alice", TAKEN[variant](str(stage.digest))))

    assert (True, True) == (skopeo_accepts(stage, tmp_path)[0], we_accept(stage, home)[0])


@pytest.mark.parametrize("variant", STRICTER)
def test_odd_payloads_that_skopeo_takes_are_taken_where_that_is_asked_for(
    stage: Stage, home: Home, tmp_path: Path, variant: str
) -> None:
    kept(stage, stage.people.signed("alice", STRICTER[variant](str(stage.digest))))

    assert skopeo_accepts(stage, tmp_path)[0]
    assert we_accept(stage, home, "--lenient")[0]
    strict = we_accept(stage, home)
    assert not strict[0]
    assert "the payload of the simple signature cannot be read" in strict[1]


@pytest.mark.parametrize("variant", REFUSED)
def test_payloads_that_skopeo_refuses_are_refused(
    stage: Stage, home: Home, tmp_path: Path, variant: str
) -> None:
    kept(stage, stage.people.signed("alice", REFUSED[variant](str(stage.digest))))

    assert not skopeo_accepts(stage, tmp_path)[0]
    assert not we_accept(stage, home)[0]
    assert not we_accept(stage, home, "--lenient")[0]


class Message(NamedTuple):
    """A kind of message: options of gpg, what comes before it, who takes it, and after how many seconds."""

    options: tuple[str, ...] = ()
    prefix: bytes = b""
    skopeo: bool = True
    ours: bool = True
    waits: float = 0


MESSAGES = {
    "compressed": Message(("--compress-algo", "zip")),
    "by zlib": Message(("--compress-algo", "zlib")),
    "by bzip2": Message(("--compress-algo", "bzip2")),
    "uncompressed": Message(("--compress-algo", "none")),
    "as text": Message(("--textmode",)),
    "wrapped": Message(prefix=b"\x00simple-signing\n"),
    "wrapped as Sigstore": Message(prefix=b"\x00sigstore-json\n", skopeo=False, ours=False),
    "wrapped as nothing known": Message(prefix=b"\x00x\n", skopeo=False, ours=False),
    "armored": Message(("--armor",), skopeo=False, ours=False),
    "an empty line before it": Message(prefix=b"\n", skopeo=False, ours=False),
    "by two": Message(("--local-user", "bob@example.com"), skopeo=False, ours=False),
    "with a short term": Message(("--default-sig-expire", "1d")),
    "expired": Message(("--default-sig-expire", "seconds=1"), skopeo=False, ours=False, waits=1.1),
    "of the future": Message(("--faked-system-time", "20300101T000000"), b"", skopeo=True, ours=False),
}


@pytest.mark.parametrize("kind", MESSAGES)
@pytest.mark.parametrize("backend", ["gpg", "sequoia", "both"])
def test_messages_of_every_kind(stage: Stage, home: Home, tmp_path: Path, kind: str, backend: str) -> None:
    made = MESSAGES[kind]
    kept(stage, made.prefix + stage.people.signed("alice", document(str(stage.digest)), *made.options))

    time.sleep(made.waits)
    assert made.skopeo == skopeo_accepts(stage, tmp_path)[0]
    assert made.ours == we_accept(stage, home, backend=backend)[0]


def test_what_is_no_signed_message_is_refused_by_both_and_told_apart(
    stage: Stage, home: Home, tmp_path: Path
) -> None:
    payload = document(str(stage.digest))
    kinds = {
        "a clearsigned message": stage.people.gpg("-u", "alice@example.com", "--clearsign", given=payload),
        "a signature without the document": stage.people.gpg("-u", "alice@example.com", "-b", given=payload),
        "a document without a signature": stage.people.gpg("--store", given=payload),
        "an HTML page": b"<!doctype html><p>not found",
        "an empty file": b"",
        "no OpenPGP message": payload,
    }
    for words, content in kinds.items():
        kept(stage, content)
        assert not skopeo_accepts(stage, tmp_path)[0]
        accepted, report = we_accept(stage, home)
        assert not accepted
        assert words in report


def test_a_bad_signature_beside_a_good_one_takes_nothing_from_it(
    stage: Stage, home: Home, tmp_path: Path
) -> None:
    good = stage.people.signed("alice", document(str(stage.digest)))
    for bad in (stage.people.signed("bob", document(str(stage.digest))), stage.people.signed("alice", b"{}")):
        for order in ((good, bad), (bad, good)):
            kept(stage, *order)
            assert skopeo_accepts(stage, tmp_path)[0]
            assert we_accept(stage, home)[0]
    kept(stage, good, b"<html>")
    assert not skopeo_accepts(stage, tmp_path)[0]  # one broken file breaks every pull of it
    assert we_accept(stage, home)[0]


def test_the_wrong_key_is_refused_by_both(stage: Stage, home: Home, tmp_path: Path) -> None:
    kept(stage, stage.people.signed("bob", document(str(stage.digest))))

    assert not skopeo_accepts(stage, tmp_path)[0]
    accepted, report = we_accept(stage, home)
    assert not accepted
    assert stage.people.fingerprint("bob") in report
