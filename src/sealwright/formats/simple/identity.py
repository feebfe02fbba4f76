"""The check `identity`: does the name that was signed satisfy what a policy asks for?

containers-policy.json(5), "signedIdentity", as containers/image does it. I is the image asked for, never a
mirror of it; S is the name that was signed. Both are read by docker's grammar and normalised, so that
`busybox:v1` is `docker.io/library/busybox:v1`; an image asked for without tag and digest has the tag
`latest`, a signed name never gets one.

| kind | satisfied if |
|---|---|
| `matchExact` | S is I |
| `matchRepoDigestOrExact` | S is I; or I has only a digest, S has either, and the repositories are equal |
| `matchRepository` | the repositories are equal |
| `exactReference` | S is the reference of the policy |
| `exactRepository` | the repository of S is that of the policy |
| `remapIdentity` | `matchRepoDigestOrExact`, after the prefix of I is replaced |

Only in `matchRepository` and `exactRepository` a signed name may lack both tag and digest. Images without a
name in a registry satisfy nothing but `exactReference` and `exactRepository`.
"""

import re

import msgspec

from sealwright.errors import CheckFailedError, UsageError
from sealwright.reference import Reference
from sealwright.rules import IdentityMatch

__all__ = ["is_prefix", "named", "require_match", "wanted"]

_IDENTIFIER = re.compile(r"[0-9a-f]{64}")
_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_DOMAIN = rf"{_LABEL}(?:\.{_LABEL})*(?::[0-9]+)?"
_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_SHOWN = 300
"""How much of a name that is none is told; the longest good one is shorter."""

_PREFIX = re.compile(rf"{_DOMAIN}(?:/{_PART})*")


def named(text: str) -> Reference:
    """Read a name as containers/image does, which is stricter than what users may type here.

    Refused beside what `Reference` refuses: a scheme, 64 hexadecimal digits alone (which could be an image
    ID), IPv6 addresses, and a first part in capitals that holds no `.` or `:`.

    Args:
        text: as it was signed, or as it stands in a policy.

    Raises:
        UsageError: `reference.malformed` or `reference.digest-malformed`.
    """
    first, slash, _ = text.partition("/")
    problem = ""
    if text.startswith("docker://"):
        problem = "it begins with a scheme"
    elif _IDENTIFIER.fullmatch(text):
        problem = "64 hexadecimal digits could be the ID of an image"
    elif text.startswith("["):
        problem = "clients know no IPv6 addresses in names"
    elif slash and first != first.lower() and not set(first) & set(".:"):
        problem = "repository names are lower case"
    if problem:
        raise UsageError("reference.malformed", typed=ascii(text[:200]), problem=problem)
    return Reference.parse(text)


def is_prefix(text: str) -> bool:
    """Whether a text may be a prefix of `remapIdentity`: a registry, or a name that begins with one."""
    return _PREFIX.fullmatch(text) is not None


def require_match(match: IdentityMatch, image: Reference | None, signed: str) -> None:
    """Return if a signed name satisfies a policy.

    Args:
        match: what the policy asks for, checked when it was read.
        image: the image asked for; None where it has no name in a registry.
        signed: `docker-reference` of the payload.

    Raises:
        CheckFailedError: an `identity.` code.
    """
    try:
        claimed = named(signed)
    except UsageError as error:
        problem = error.data.get("problem", str(error))
        raise CheckFailedError(
            "identity.signed-name-malformed", signed=signed[:_SHOWN], problem=problem
        ) from None
    rule = _Rule(match, signed)
    match match.kind:
        case "exactReference":
            rule.require_same(claimed, named(match.name))
        case "exactRepository":
            rule.require_repository(claimed, named(match.name))
        case "matchRepository":
            rule.require_repository(claimed, rule.asked(image))
        case "matchExact":
            rule.require_same(claimed, rule.asked(image))
        case _:  # matchRepoDigestOrExact, and remapIdentity, which alone has a prefix
            rule.require_digest_or_same(claimed, rule.remapped(rule.asked(image)))


def wanted(match: IdentityMatch, image: Reference | None) -> str:
    """Which name a signature must carry, in words.

    Args:
        match: what the policy asks for.
        image: the image asked for; None where it has no name in a registry.
    """
    if match.kind == "exactReference":
        return f"exactly {named(match.name)}"
    if match.kind == "exactRepository":
        return f"the repository {named(match.name).repository}, with any tag or digest"
    rule = _Rule(match, "a signature")
    try:
        asked = rule.remapped(rule.asked(image))
    except CheckFailedError:
        return "a name that no signature can have"
    if match.kind == "matchRepository":
        return f"the repository {asked.repository}, with any tag or digest, or without"
    if match.kind == "matchExact" or asked.tag is not None:
        return f"exactly {asked}"
    return f"the repository {asked.repository}, with any tag or digest"


class _Rule(msgspec.Struct, frozen=True):
    """What a policy asks of one signed name."""

    match: IdentityMatch
    signed: str

    def asked(self, image: Reference | None) -> Reference:
        """The image asked for, with the tag that it means."""
        if image is None:
            raise CheckFailedError("identity.image-without-name", signed=self.signed, kind=self.match.kind)
        return image if image.tag or image.digest else image.tagged("latest")

    def remapped(self, image: Reference) -> Reference:
        """The image's name with its prefix replaced; as it is if it begins with another, or there is none."""
        prefix = self.match.prefix
        if not prefix or not f"{image.repository}/".startswith(f"{prefix}/"):
            return image
        text = self.match.signed_prefix + str(image).removeprefix(prefix)
        try:
            new = named(text)
        except UsageError:
            new = None
        if new is None or str(new) != text:
            raise CheckFailedError(
                "identity.remapped-name-malformed",
                signed=self.signed,
                name=text,
                prefix=prefix,
                signed_prefix=self.match.signed_prefix,
            )
        return new

    def require_repository(self, claimed: Reference, wanted: Reference) -> None:
        """Tags and digests do not matter."""
        if claimed.repository != wanted.repository:
            raise CheckFailedError(
                "identity.other-repository",
                signed=self.signed,
                wanted=wanted.repository,
                kind=self.match.kind,
            )

    def require_same(self, claimed: Reference, wanted: Reference) -> None:
        """The same name, to the letter."""
        self._require_selector(claimed)
        if str(claimed) != str(wanted):
            raise CheckFailedError(
                "identity.other-name", signed=self.signed, wanted=str(wanted), kind=self.match.kind
            )

    def require_digest_or_same(self, claimed: Reference, wanted: Reference) -> None:
        """The same name; or the same repository, if the image is asked for by digest alone."""
        self._require_selector(claimed)
        if wanted.tag is None:
            self.require_repository(claimed, wanted)
        else:
            self.require_same(claimed, wanted)

    def _require_selector(self, claimed: Reference) -> None:
        if claimed.tag is None and claimed.digest is None:
            raise CheckFailedError(
                "identity.signed-name-without-tag", signed=self.signed, kind=self.match.kind
            )
