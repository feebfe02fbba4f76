"""`podman image trust set`."""

import re

from sealwright.dialects.cobra import Command, Fault, Invocation
from sealwright.dialects.pflag import Flag
from sealwright.dialects.podman import counts, places
from sealwright.errors import DocumentError, StorageError, UsageError
from sealwright.workflow import trust
from sealwright.workflow.trust import Requirement, TrustFiles

__all__ = ["command"]

_CHOICES = ("accept", "insecureAcceptAnything", "reject", "signedBy", "sigstoreSigned")
_HOST = re.compile(r"[a-zA-Z0-9_.-]+/?:?[0-9]*[a-z0-9/:-]*")
_NOT_IN_HOST = re.compile(r"[\x00-\x20\x7f\"<>\\^`{|}#%]")


def command(line: str) -> Command:
    """The command."""
    del line
    return Command(
        "set [options] REGISTRY",
        "Set default trust policy or a new trust policy for a registry",
        long=(
            "Say what is asked of images of REGISTRY, or, with the word default, of all others.\n"
            "Where several keys are named, all of them must have signed."
        ),
        flags=(
            places.POLICY,
            Flag("pubkeysfile", "strings", "`FILE` of a public key; may be repeated", shorthand="f"),
            Flag(
                "type",
                "string",
                "what is asked: signedBy, sigstoreSigned, accept, reject",
                shorthand="t",
                default="signedBy",
            ),
        ),
        flags_in_use_line=False,
        arguments=counts.exactly_one,
        run=_run,
    )


def _run(invocation: Invocation) -> None:
    (scope,) = invocation.arguments
    kind, keys = str(invocation.values["type"]), tuple(filter(None, invocation.values["pubkeysfile"]))
    _require_image_uri(scope)
    if kind not in _CHOICES:
        raise Fault(f"invalid choice: {kind} (choose from 'accept', 'reject', 'signedBy', 'sigstoreSigned')")
    requirements = _requirements(kind, keys)
    files = places.places(invocation)
    try:
        if scope == "default":
            trust.change_default(files, requirements, arranged="sorted")
        else:
            trust.add(files, _transport(files, scope), scope, requirements, arranged="sorted")
    except UsageError:
        raise Fault("default trust policy must be set") from None
    except DocumentError:
        raise Fault("could not read trust policies") from None
    except StorageError as error:
        raise Fault(f"setting trust policy: {error}") from None


def _require_image_uri(scope: str) -> None:
    """Refuse what podman's check of names refuses: it looks at the host, and at what follows a `#`."""
    host = scope.partition("/")[0]
    bad = _NOT_IN_HOST.search(host)
    if bad is not None and bad[0] != "#":
        problem = f'parse "http://{scope}": invalid character "{bad[0]}" in host name'
        raise Fault(f"invalid image uri: {scope}: {problem}")
    fragment = scope.partition("#")[2]
    if not _HOST.fullmatch(host.partition("#")[0]) or not re.fullmatch(r"[a-z0-9:./-]*", fragment):
        raise Fault(f"invalid image uri: {scope}: %!w(<nil>)")


def _requirements(kind: str, keys: tuple[str, ...]) -> list[Requirement]:
    if kind in ("accept", "insecureAcceptAnything", "reject"):
        if keys:
            raise Fault(f"{len(keys)} public keys unexpectedly provided for trust type {kind}")
        return [trust.REJECT if kind == "reject" else trust.ACCEPT]
    if not keys:
        raise Fault(f"at least one public key must be defined for type '{kind}'")
    if kind == "signedBy":
        return [trust.signed_by_file(key) for key in keys]
    return [{"type": kind, "keyPath": key} for key in keys]


def _transport(files: TrustFiles, scope: str) -> str:
    """The transport under which something is said of the scope already; else registries."""
    policy = trust.members(files) or {}
    transports = policy.get("transports")
    known = transports if isinstance(transports, dict) else {}
    return next((one for one in sorted(known) if trust.has_scope(policy, one, scope)), "docker")
