"""Policies of skopeo and podman, right and wrong, for our own tests and those against the real programs."""

import json
from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["ACCEPT", "BROKEN", "GOOD", "REJECT", "SCOPES", "Broken", "identity", "policy", "signed_by"]

ACCEPT: Mapping[str, object] = {"type": "insecureAcceptAnything"}
REJECT: Mapping[str, object] = {"type": "reject"}
_DIGEST = "sha256:" + "a" * 64
_HEX = "a" * 64


def signed_by(**changes: object) -> dict[str, object]:
    """A requirement; a change to None leaves a member out."""
    members = {"type": "signedBy", "keyType": "GPGKeys", "keyPath": "/etc/key.gpg", **changes}
    return {name: value for name, value in members.items() if value is not None}


def policy(*default: object, **transports: object) -> bytes:
    """A policy, indented by one; `_` in the names of transports stands for `-`."""
    value: dict[str, object] = {"default": list(default) or [REJECT]}
    if transports:
        value["transports"] = {name.replace("_", "-"): scopes for name, scopes in transports.items()}
    return json.dumps(value, indent=1).encode()


def identity(kind: str, **members: object) -> bytes:
    """A policy with one signed identity."""
    return policy(signed_by(signedIdentity={"type": kind, **members}))


def _exact(reference: str) -> bytes:
    return identity("exactReference", dockerReference=reference)


def _prefix(prefix: str) -> bytes:
    return identity("remapIdentity", prefix=prefix, signedPrefix="b.example")


def _data(text: object) -> bytes:
    return json.dumps({"default": [{"type": "signedBy", "keyType": "GPGKeys", "keyData": text}]}).encode()


def _default(text: str) -> bytes:
    return b'{"default":[%s]}' % text.encode()


class Broken(NamedTuple):
    """A policy that nobody takes, our code for it, and where its fault is."""

    content: bytes
    code: str
    line: int
    column: int


_REFUSED = "containers.reference-invalid"
_NO_PREFIX = "containers.prefix-invalid"
_NO_BASE64 = "containers.data-malformed"
_WRONG_TYPE = "containers.wrong-type"

BROKEN: Mapping[str, Broken] = {
    "nothing": Broken(b"", "containers.malformed", 1, 1),
    "cut off": Broken(b'{"default":[', "containers.malformed", 1, 13),
    "comment": Broken(b'{"default": [] // x\n}', "containers.comment", 1, 16),
    "comment in the shell's manner": Broken(b'{"default": [],\n  # x\n}', "containers.comment", 2, 3),
    "comment before it": Broken(b'/* x */ {"default": []}', "containers.comment", 1, 1),
    "comma too many": Broken(b'{"default":[,]}', "containers.malformed", 1, 13),
    "comma missing": Broken(b'{"default":[] "transports":{}}', "containers.malformed", 1, 15),
    "garbage behind": Broken(policy() + b" x", "containers.malformed", 7, 3),
    "a list": Broken(b"[]", _WRONG_TYPE, 1, 1),
    "a text": Broken(b'"x"', _WRONG_TYPE, 1, 1),
    "a number": Broken(b"1", _WRONG_TYPE, 1, 1),
    "null": Broken(b"null", _WRONG_TYPE, 1, 1),
    "a truth value": Broken(b"true", _WRONG_TYPE, 1, 1),
    "no default": Broken(b'{"transports":{}}', "containers.default-missing", 1, 1),
    "empty default": Broken(b'{"default":[]}', "containers.requirements-empty", 1, 12),
    "null default": Broken(b'{"default":null}', "containers.requirements-empty", 1, 12),
    "default is an object": Broken(b'{"default":{}}', _WRONG_TYPE, 1, 12),
    "default is a number": Broken(b'{"default":7}', _WRONG_TYPE, 1, 12),
    "default twice": Broken(
        b'{"default":[{"type":"reject"}],\n "default":[]}', "containers.member-repeated", 2, 2
    ),
    "unknown member": Broken(b'{"foo":1,"default":[{"type":"reject"}]}', "containers.unknown-member", 1, 2),
    "wrong case": Broken(b'{"Default":[{"type":"reject"}]}', "containers.unknown-member", 1, 2),
    "transports is a list": Broken(b'{"default":[{"type":"reject"}],"transports":[]}', _WRONG_TYPE, 1, 45),
    "transports is null": Broken(b'{"default":[{"type":"reject"}],"transports":null}', _WRONG_TYPE, 1, 45),
    "scopes are a list": Broken(policy(docker=[]), _WRONG_TYPE, 8, 13),
    "scopes are null": Broken(policy(docker=None), _WRONG_TYPE, 8, 13),
    "scope with nothing": Broken(policy(docker={"a": []}), "containers.requirements-empty", 9, 9),
    "scope twice": Broken(
        b'{"default":[{"type":"reject"}],"transports":{"docker":{\n"a":[{"type":"reject"}],\n"a":[]}}}',
        "containers.member-repeated",
        3,
        1,
    ),
    "relative path": Broken(policy(dir={"relative": [REJECT]}), "containers.scope-invalid", 9, 4),
    "requirement is null": Broken(_default("null"), "containers.requirement-unknown", 1, 13),
    "requirement is a number": Broken(_default("1"), _WRONG_TYPE, 1, 13),
    "requirement is a text": Broken(_default('"reject"'), _WRONG_TYPE, 1, 13),
    "requirement is a list": Broken(_default("[]"), _WRONG_TYPE, 1, 13),
    "no type": Broken(_default("{}"), "containers.requirement-unknown", 1, 13),
    "type is null": Broken(_default('{"type":null}'), "containers.requirement-unknown", 1, 14),
    "type is a number": Broken(_default('{"type":1}'), _WRONG_TYPE, 1, 21),
    "type in capitals": Broken(_default('{"Type":"reject"}'), "containers.unknown-member", 1, 14),
    "unknown type": Broken(_default('{"type":"nope"}'), "containers.requirement-unknown", 1, 14),
    "type twice": Broken(_default('{"type":"reject","type":"reject"}'), "containers.member-repeated", 1, 30),
    "reject with more": Broken(_default('{"type":"reject","x":1}'), "containers.unknown-member", 1, 30),
    "signedBy with more": Broken(policy(signed_by(keyID="x")), "containers.unknown-member", 7, 4),
    "no key type": Broken(policy(signed_by(keyType=None)), "containers.key-type-missing", 3, 3),
    "key type null": Broken(
        _default('{"type":"signedBy","keyType":null,"keyPath":"/k"}'), "containers.key-type-unknown", 1, 32
    ),
    "key type is a number": Broken(policy(signed_by(keyType=1)), _WRONG_TYPE, 5, 15),
    "unknown key type": Broken(policy(signed_by(keyType="foo")), "containers.key-type-unknown", 5, 4),
    "no key": Broken(policy(signed_by(keyPath=None)), "containers.none-of-one", 3, 3),
    "two keys": Broken(policy(signed_by(keyData="QQ==")), "containers.several-of-one", 3, 3),
    "key path and key paths": Broken(policy(signed_by(keyPaths=["/k"])), "containers.several-of-one", 3, 3),
    "empty key path": Broken(policy(signed_by(keyPath="")), "containers.nothing-named", 6, 15),
    "key path is null": Broken(
        _default('{"type":"signedBy","keyType":"GPGKeys","keyPath":null}'), "containers.nothing-named", 1, 62
    ),
    "key path is a number": Broken(policy(signed_by(keyPath=1)), _WRONG_TYPE, 6, 15),
    "key paths is a text": Broken(policy(signed_by(keyPath=None, keyPaths="/k")), _WRONG_TYPE, 6, 16),
    "key paths is null": Broken(
        _default('{"type":"signedBy","keyType":"GPGKeys","keyPaths":null}'), "containers.nothing-named", 1, 63
    ),
    "key paths with a number": Broken(policy(signed_by(keyPath=None, keyPaths=[1])), _WRONG_TYPE, 7, 5),
    "key data is null": Broken(_data(None), "containers.nothing-named", 1, 68),
    "key data is a number": Broken(_data(1), _WRONG_TYPE, 1, 68),
    **{
        f"key data {text!r}": Broken(_data(text), _NO_BASE64, 1, 68)
        for text in (
            *(
                "!",
                "=",
                "é",
                "Q",
                "QQ",
                "QQQ",
                "QQ=",
                "QQ=x",
                "QQ==x",
                "QUJD!",
                "QUJDQUJDQUJD!UJD",
                "Q===",
                "-_8=",
            ),
            *("QUJDQUJDQUJD Q==", "QQ=\n", "QQ\n", "QQ=\nx", "\nQQ", "QUJDQ\n", "\n\nQUJDQ\nQ", "QQQ=\nA"),
        )
    },
    "identity is null": Broken(
        _default('{"type":"signedBy","keyType":"GPGKeys","keyPath":"/k","signedIdentity":null}'),
        "containers.identity-unknown",
        1,
        67,
    ),
    "identity is a text": Broken(policy(signed_by(signedIdentity="matchExact")), _WRONG_TYPE, 7, 22),
    "identity without type": Broken(
        policy(signed_by(signedIdentity={})), "containers.identity-unknown", 7, 4
    ),
    "identity type is a number": Broken(policy(signed_by(signedIdentity={"type": 1})), _WRONG_TYPE, 8, 13),
    "unknown identity": Broken(identity("zz"), "containers.identity-unknown", 8, 5),
    "identity with more": Broken(identity("matchExact", prefix="x"), "containers.unknown-member", 9, 5),
    "no reference": Broken(identity("exactReference"), "containers.member-missing", 7, 22),
    "no repository": Broken(identity("exactRepository"), "containers.member-missing", 7, 22),
    "no signed prefix": Broken(identity("remapIdentity", prefix="a"), "containers.member-missing", 7, 22),
    "reference is a number": Broken(identity("exactReference", dockerReference=1), _WRONG_TYPE, 9, 24),
    "reference without tag": Broken(_exact("busybox"), "containers.reference-without-tag", 9, 24),
    **{
        f"reference {text[:70]!r}": Broken(_exact(text), _REFUSED, 9, 24)
        for text in (
            *(
                "",
                "UPPER",
                "FOO/bar:v1",
                "x.y/UP:v1",
                "localhost/X:v",
                "a:b:c",
                "-x:y",
                "é:v1",
                "x :v1",
                "x:v1\n",
            ),
            *(_HEX, "docker://x/y:z", "[::1]:5000/x:v1", "x@sha256:abc", f"x@sha256:{'A' * 64}", "x@"),
            *(
                f"x@sha512:{_HEX}",
                f"x@md5:{'a' * 32}",
                f"x/{'a' * 260}:v1",
                f"x:{'t' * 129}",
                "a..b/c:v",
                "a/:v",
            ),
        )
    },
    "repository in capitals": Broken(identity("exactRepository", dockerRepository="UPPER"), _REFUSED, 9, 25),
    **{
        f"prefix {text!r}": Broken(_prefix(text), _NO_PREFIX, 9, 15)
        for text in (
            *(
                "",
                "a.b/",
                "/a",
                "a/B",
                "a.b/c:t",
                "a.b/c@x",
                "-a",
                "a_b",
                "a_b/c",
                "x:y",
                "[::1]",
                "é",
                "a..b",
                "a b",
            ),
        )
    },
    "signed prefix": Broken(identity("remapIdentity", prefix="a", signedPrefix="b/"), _NO_PREFIX, 10, 21),
    "base layer without identity": Broken(
        _default('{"type":"signedBaseLayer"}'), "containers.member-missing", 1, 13
    ),
    "base layer with null": Broken(
        _default('{"type":"signedBaseLayer","baseLayerIdentity":null}'), "containers.identity-unknown", 1, 39
    ),
    "base layer with more": Broken(
        _default('{"type":"signedBaseLayer","baseLayerIdentity":{"type":"matchExact"},"x":1}'),
        "containers.unknown-member",
        1,
        81,
    ),
}
"""Each is refused by skopeo 1.9.3, too."""

GOOD: Mapping[str, bytes] = {
    "anything": policy(ACCEPT),
    "unknown transports": policy(nobody_knows={"/../": [REJECT]}, ostree={}),
    "scopes that no image has": policy(docker={"": [ACCEPT], "busybox": [REJECT], "https://x": [REJECT]}),
    "several requirements": policy(REJECT, ACCEPT, signed_by()),
    "no key path": policy(signed_by(keyPath=None, keyPaths=[])),
    "a key path that is null": policy(signed_by(keyPath=None, keyPaths=[None])),
    "two key paths": policy(signed_by(keyPath=None, keyPaths=["/a", "/b"])),
    "no key data": policy(signed_by(keyPath=None, keyData="")),
    "key data in lines": policy(signed_by(keyPath=None, keyData="Q\r\nQ==\n")),
    "key data with stray bits": policy(signed_by(keyPath=None, keyData="QR==")),
    **{
        f"key type {kind}": policy(signed_by(keyType=kind))
        for kind in ("signedByGPGKeys", "X509Certificates", "signedByX509CAs")
    },
    "base layer": policy({"type": "signedBaseLayer", "baseLayerIdentity": {"type": "matchExact"}}),
    **{kind: identity(kind) for kind in ("matchExact", "matchRepoDigestOrExact", "matchRepository")},
    "exactReference": _exact(f"busybox@{_DIGEST}"),
    "exactReference of a long number": _exact(f"{_HEX}:v1"),
    "exactReference in capitals": _exact("Foo.x/bar:v1"),
    "exactRepository": identity("exactRepository", dockerRepository="busybox:v1"),
    **{
        f"prefix {one}": _prefix(one)
        for one in ("busybox", "a.b", "a.b:5", "A/b", "ns/x", "a.b:5/c", "a--b/c__d")
    },
    "a Sigstore key in a file": policy({"type": "sigstoreSigned", "keyPath": "/k"}),
    "no Sigstore key": policy({"type": "sigstoreSigned", "keyData": ""}),
    "space around": b'\n\t{"default":[{"type":"insecureAcceptAnything"}],"transports":{}}\r\n',
}
"""Each is taken by skopeo 1.9.3, too."""

SCOPES = (
    *(
        "/a",
        "/",
        "a",
        "/a/",
        "/a/../b",
        "/a//b",
        "/a/./b",
        "/a:b",
        "//a",
        "/..",
        "busybox",
        "a/b/c:t",
        "a/b/c/d",
    ),
    *("a/b:c", "a:1", "h:1/b/c:t", "*.x", _DIGEST, f"sha256:{'A' * 64}", "https://a/b", "sha512:aa", "a b"),
    *("[overlay@/r]", "[/r]", "[r]", "[overlay@r]", "[]", "[@/r]", "[o@]", "[o@/r]x", "[o@/r", "[o@p@/r]"),
    *(f"[o@/r]x@{_HEX}", "[o@/r]x@zz", f"[o@/r]x@{_DIGEST}", f"[o@/r]x@{_DIGEST}@{_HEX}", "[o@/r]UPPER"),
    *(
        f"[o@/r]@{_HEX}",
        f"[o@/r]x@{'A' * 64}",
        "[o@/r]x:y@",
        f"[o@/r]x@{_HEX}@{_HEX}",
        f"[/r]x@{_DIGEST}@{_DIGEST}",
    ),
)
"""Scopes that transports take or refuse."""
