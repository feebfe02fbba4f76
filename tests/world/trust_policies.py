"""Policies and folders registries.d of many shapes, to be shown and changed by podman and by us."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["POLICIES", "REGISTRIES", "SETTINGS", "policy", "write_registries"]

REJECT = {"type": "reject"}
ACCEPT = {"type": "insecureAcceptAnything"}


def _signed(**members: object) -> dict[str, object]:
    return {"type": "signedBy", "keyType": "GPGKeys", **members}


def policy(keys: Mapping[str, str], name: str) -> dict[str, Any]:
    """One of `POLICIES`.

    Args:
        keys: paths of files with the keys `alice`, `bob` and `both`, and `data`, one of them in base64.
        name: of the policy.
    """
    alice, bob, both = (_signed(keyPath=keys[one]) for one in ("alice", "bob", "both"))
    data = _signed(keyData=keys["data"])
    made: dict[str, dict[str, Any]] = {
        "default alone": {"default": [REJECT]},
        "two defaults": {"default": [REJECT, alice]},
        "no default": {},
        "empty default": {"default": []},
        "null default": {"default": None},
        "null transports": {"default": [ACCEPT], "transports": None},
        "unknown type": {"default": [{"type": "nope"}]},
        "scopes of registries": {
            "default": [REJECT],
            "transports": {
                "docker": {
                    "": [REJECT],
                    "a.io": [alice],
                    "a.io/x/y": [bob],
                    "a.io:5000/x": [both],
                    "*.io": [ACCEPT],
                    "b.io/a-rather-long-name-of-a-repository": [data],
                }
            },
        },
        "several requirements": {"default": [alice, bob], "transports": {"docker": {"a.io": [both, data]}}},
        "every transport": {
            "default": [ACCEPT],
            "transports": {
                "docker-daemon": {"": [ACCEPT]},
                "atomic": {"a.io/x": [alice]},
                "dir": {"/x": [REJECT]},
                "nobody-knows": {"c": [REJECT]},
                "docker": {"c.io": [REJECT]},
            },
        },
        "members that nobody knows": {
            "default": [REJECT],
            "transports": {
                "docker": {
                    "a.io": [
                        {
                            "type": "sigstoreSigned",
                            "keyPath": "/x.pub",
                            "signedIdentity": {"type": "matchExact", "later": [1.5, None, {"é": "ü"}]},
                        }
                    ]
                }
            },
        },
        "keys that are missing": {"default": [_signed(keyPath="/no/key"), _signed(keyData="AAAA")]},
        "several paths": {"default": [_signed(keyPaths=[keys["alice"], keys["bob"]])]},
        "empty scope": {"default": [REJECT], "transports": {"docker": {"a.io": []}}},
    }
    return made[name]


POLICIES = (
    *("default alone", "two defaults", "no default", "empty default", "null default", "null transports"),
    *("unknown type", "scopes of registries", "several requirements", "every transport"),
    *("members that nobody knows", "keys that are missing", "several paths", "empty scope"),
)

REGISTRIES: Mapping[str, Mapping[str, str]] = {
    "none": {},
    "scopes": {
        "a.yaml": "docker:\n  a.io: {sigstore: 'https://s/1', sigstore-staging: 'file:///x'}\n"
        "  a.io/x: {lookaside: 'file:///l', sigstore: 'file:///s'}\n",
        "b.yaml": "docker:\n  c.io: {lookaside-staging: 'file:///only'}\n  '*.io': {sigstore: 'https://w'}\n",
    },
    "default": {"default.yaml": "default-docker:\n  lookaside: file:///dd\n"},
}

SETTINGS: tuple[tuple[str, ...], ...] = (
    ("-t", "accept", "default"),
    ("-t", "reject", "default"),
    ("-t", "reject", "a.io"),
    ("-t", "accept", "new.io/ns"),
    ("-t", "insecureAcceptAnything", "c.io"),
    ("-f", "/k.gpg", "a.io/x"),
    ("--pubkeysfile", "/k,/l", "-f", '"m,n"', "d.io"),
    ("--type=sigstoreSigned", "-f=/s.pub", "b.io"),
    ("-t", "signedBy", "a.io"),
    ("-t", "sigstoreSigned", "a.io"),
    ("-t", "bogus", "a.io"),
    ("-t", "reject", "-f", "k.gpg", "a.io"),
    ("-t", "accept", "-f", "k.gpg,l.gpg", "a.io"),
    ("-t", "reject", "/x"),
    ("-t", "reject", "*.io"),
    ("-t", "reject", "a b"),
    ("-t", "reject", ""),
    ("-t", "reject", "a.io/x#F"),
    ("-t", "reject", "a.io/x#f"),
    ("-t", "reject", "UPPER/Foo"),
    ("-t", "reject", "a.io:5000/é"),
    ("-f", 'a"b', "a.io"),
    ("-f", '"a', "a.io"),
    ("--bogus", "a.io"),
    ("-t",),
    (),
    ("a.io", "b.io"),
)
"""Words behind `podman image trust set --policypath FILE`."""


def write_registries(folder: Path, name: str) -> None:
    """Write one of `REGISTRIES` into a folder."""
    folder.mkdir(exist_ok=True)
    for file, content in REGISTRIES[name].items():
        (folder / file).write_text(content)
