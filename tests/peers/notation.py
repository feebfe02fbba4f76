"""The real notation, driven as a user would: sign, verify, list, inspect.

Images are named as we name them; `oci:FOLDER:TAG` becomes notation's `--oci-layout FOLDER:TAG`.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import pytest

from peers import programs
from world.home import Done, Home

__all__ = ["BOTH", "Attributes", "Notation", "seal_inspected", "seal_listed"]

BOTH = tuple(pytest.param(name, marks=pytest.mark.peer(name)) for name in ("notation", "notation2"))
"""Values of a parameter: the stable line (1.3) and the 2.0 line, each skipped by name where it is missing."""

_SIGNATURE = re.compile(r"── (sha256:[0-9a-f]{64})$", re.MULTILINE)


class Notation:
    """One of the programs, for a user.

    Args:
        name: `notation` or `notation2`.
        home: the user's.
    """

    def __init__(self, name: str, home: Home) -> None:
        program = programs.find(name)
        assert program is not None, f"mark the test with peer({name!r})"
        self.program = program
        self.home = home

    def run(self, *arguments: object) -> Done:
        """Run the program; safe in threads."""
        return self.home.run([self.program, *map(str, arguments)], NOTATION_EXPERIMENTAL="1")

    def must(self, *arguments: object) -> str:
        """What it prints where it has to succeed."""
        done = self.run(*arguments)
        assert 0 == done.status, f"notation {arguments}\n{done.out}{done.err}"
        return done.out

    def sign(self, image: str, *flags: object) -> None:
        """Sign; into the referrers API where there is one."""
        where = _where(image)
        if "--oci-layout" not in where and "--force-referrers-tag" not in flags:
            where = ("--force-referrers-tag=false", *where)
        self.must("sign", *flags, *where)

    def verify(self, image: str, *flags: object) -> Done:
        """Verify; an image in a layout goes by the scope `local/layout`."""
        where = _where(image)
        scope = ("--scope", "local/layout") if "--oci-layout" in where else ()
        return self.run("verify", *flags, *scope, *where)

    def accepts(self, image: str, *flags: object) -> bool:
        """Whether it verifies; the only other answer is a refusal."""
        done = self.verify(image, *flags)
        assert done.status in (0, 1), done
        assert (0 == done.status) is done.out.startswith(("Successfully verified", "Trust policy is")), done
        return 0 == done.status

    def signatures(self, image: str) -> frozenset[str]:
        """The digests of the signature manifests that it lists."""
        return frozenset(_SIGNATURE.findall(self.must("ls", *_where(image))))

    def inspected(self, image: str) -> dict[str, "Attributes"]:
        """What `inspect` says of each signature, by the digest of its manifest. Not for layouts."""
        found = json.loads(self.must("inspect", "--output", "json", image))
        listed = found.get("signatures") or found.get("Signatures") or []
        return {one["digest"]: _attributes(one) for one in listed}


class Attributes(NamedTuple):
    """What a signature says of itself, in the words that both programs have for it.

    `certificates` are fingerprint, subject, issuer and end of validity of each, the leaf first; `artifact`
    is media type, digest and size.
    """

    envelope: str
    algorithm: str
    scheme: str
    signing_time: datetime
    expiry: datetime | None
    metadata: Mapping[str, str]
    agent: str
    certificates: tuple[tuple[str, str, str, datetime], ...]
    artifact: tuple[str, str, int]


def seal_inspected(home: Home, image: str) -> dict[str, Attributes]:
    """What `seal inspect` says of each signature, by the digest of its manifest."""
    found = json.loads(home.must("inspect", "--output", "json", image))
    assert [] == found["unreadable"]
    return {one["location"]: _summary(one["summary"]) for one in found["signatures"]}


def seal_listed(home: Home, image: str) -> frozenset[str]:
    """The signatures that `seal ls` lists."""
    found = json.loads(home.must("ls", "--output", "json", image))
    assert [] == found["unreadable"]
    return frozenset(one["location"] for one in found["signatures"])


def _attributes(one: Mapping[str, Any]) -> Attributes:
    """An element of notation's JSON; 1.3 calls the envelope's type `mediaType`."""
    signed, artifact = one["signedAttributes"], one["signedArtifact"]
    return Attributes(
        envelope=one.get("signatureEnvelopeType") or one["mediaType"],
        algorithm=one["signatureAlgorithm"],
        scheme=signed["signingScheme"],
        signing_time=_time(signed["signingTime"]),
        expiry=_time(signed["expiry"]) if "expiry" in signed else None,
        metadata=one["userDefinedAttributes"] or {},
        agent=one["unsignedAttributes"]["signingAgent"],
        certificates=tuple(
            (each["SHA256Fingerprint"], each["issuedTo"], each["issuedBy"], _time(each["expiry"]))
            for each in one["certificates"]
        ),
        artifact=(artifact["mediaType"], artifact["digest"], artifact["size"]),
    )


def _summary(summary: Mapping[str, Any]) -> Attributes:
    payload = summary["payload"]
    return Attributes(
        envelope=summary["envelope"],
        algorithm=summary["algorithm"],
        scheme=summary["signingScheme"],
        signing_time=_time(summary["signingTime"]),
        expiry=_time(summary["expiry"]) if summary["expiry"] else None,
        metadata=summary["userMetadata"],
        agent=summary["unsignedAttributes"]["signingAgent"],
        certificates=tuple(
            (each["fingerprint"], each["subject"], each["issuer"], _time(each["notAfter"]))
            for each in summary["certificates"]
        ),
        artifact=(payload["mediaType"], payload["digest"], payload["size"]),
    )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _where(image: str) -> tuple[str, ...]:
    return ("--oci-layout", image.removeprefix("oci:")) if image.startswith("oci:") else (image,)
