"""What in a policy that clients take does not do what it seems to.

Every requirement of a list must be met, which is constantly read as "one of them"; scopes are compared letter
by letter; and what a client does not know yet makes it refuse the whole file.
"""

from collections.abc import Iterator, Mapping

from sealwright.policy.containers import scope_lint
from sealwright.policy.containers.document import Document, Section
from sealwright.policy.containers.requirements import GPG_KEYS, PolicyRequirement
from sealwright.policy.containers.scope_lint import NAMED
from sealwright.policy.containers.versions import Client, needed
from sealwright.policy.findings import Finding, Level

__all__ = ["TRANSPORTS", "findings"]

TRANSPORTS = (
    *(
        "docker",
        "docker-daemon",
        "docker-archive",
        "dir",
        "oci",
        "oci-archive",
        "containers-storage",
        "atomic",
    ),
    *("ostree", "sif", "tarball"),
)
"""Those that containers/image knows."""

_KEEP_SIGNATURES = frozenset({"docker", "atomic", "dir", "containers-storage"})
_WITHOUT_NAMES = frozenset({"dir", "oci", "oci-archive", "sif", "tarball"})
_BY_ITSELF = frozenset({"exactReference", "exactRepository"})


def findings(
    document: Document, clients: tuple[Client, ...] = (), keys: Mapping[str, str] | None = None
) -> tuple[Finding, ...]:
    """What is worth saying about a policy, in the order of the file.

    Args:
        document: a good policy.
        clients: those that have to take it; what they refuse is then an error.
        keys: what is wrong with files of keys, by their names as written: the end of a `lint.key-` code.
    """
    linter = _Linter(document, clients, keys or {})
    found = list(linter.all())
    return tuple(sorted(found, key=lambda one: (one.line, one.column)))


class _Linter:
    """Looks at one policy."""

    def __init__(self, document: Document, clients: tuple[Client, ...], keys: Mapping[str, str]) -> None:
        self._document = document
        self._clients = clients
        self._keys = keys

    def all(self) -> Iterator[Finding]:
        default = self._document.default
        if any(one.kind == "insecureAcceptAnything" for one in default.requirements[:1]):
            yield self._at(default, "note", "default-accepts")
        seen: set[str] = set()
        for section in (default, *self._document.sections):
            if section.transport and section.transport not in seen:
                seen.add(section.transport)
                yield from self._transport(section)
            if section.scope:
                yield from self._scope(section)
            yield from self._together(section)
            for requirement in section.requirements:
                yield from self._requirement(section, requirement)

    def _transport(self, section: Section) -> Iterator[Finding]:
        if section.transport not in TRANSPORTS:
            yield self._at(section, "warning", "transport-unknown", known=", ".join(TRANSPORTS))

    def _scope(self, section: Section) -> Iterator[Finding]:
        found = scope_lint.problem(section.transport, section.scope)
        if found is not None:
            level: Level = "warning" if found.code == "scope-official" else "error"
            yield self._at(section, level, found.code, meant=found.meant)
            return
        if section.transport not in NAMED:
            return
        host = section.scope.removeprefix("*.")
        if section.scope.startswith("*."):
            if self._document.section(section.transport, host) is None:
                yield self._at(section, "note", "wildcard-without-itself", host=host)
        elif scope_lint.is_registry(host) and ":" not in host:
            ports = {one.scope.partition("/")[0] for one in self._document.sections if _is_port(one, section)}
            for port in sorted(ports):
                if self._document.section(section.transport, port) is None:
                    yield self._at(section, "note", "port-apart", port=port)

    def _together(self, section: Section) -> Iterator[Finding]:
        kinds = [one.kind for one in section.requirements]
        signed = [one for one in section.requirements if one.kind == "signedBy"]
        if len({one.keyring for one in signed}) > 1:
            yield self._at(section, "warning", "every-key", count=len(signed))
        if "signedBy" in kinds and "sigstoreSigned" in kinds:
            yield self._at(section, "warning", "every-format")
        if len(kinds) > 1 and "reject" in kinds:
            yield self._at(section, "warning", "reject-beside")
        elif len(kinds) > 1 and "insecureAcceptAnything" in kinds:
            yield self._at(section, "warning", "accept-beside")

    def _requirement(self, section: Section, requirement: PolicyRequirement) -> Iterator[Finding]:
        for what, release in needed(requirement):
            refused = [client.name for client in self._clients if client.library < release.library]
            if refused:
                clients = " and ".join(refused)
                yield self._of(
                    requirement, "error", "refused-by", what=what, clients=clients, words=release.words
                )
            elif not self._clients:
                yield self._of(requirement, "note", "refused-before", what=what, words=release.words)
        if requirement.kind == "signedBaseLayer" or (
            requirement.kind == "signedBy" and requirement.key_type != GPG_KEYS
        ):
            yield self._of(requirement, "error", "never-met", words=requirement.words)
        elif requirement.kind == "signedBy":
            yield from self._signed_by(section, requirement)
        elif requirement.kind == "sigstoreSigned":
            yield self._of(requirement, "note", "sigstore-elsewhere")

    def _signed_by(self, section: Section, requirement: PolicyRequirement) -> Iterator[Finding]:
        keyring, identity = requirement.keyring, requirement.identity
        if not keyring.files and not any(keyring.inline):
            yield self._of(requirement, "error", "no-key")
        for file in keyring.files:
            if not file.startswith("/"):
                yield self._of(requirement, "warning", "key-relative", key=file)
            if file in self._keys:
                yield self._of(requirement, "error", f"key-{self._keys[file]}", key=file)
        transport = section.transport
        if transport in TRANSPORTS and transport not in _KEEP_SIGNATURES:
            yield self._of(requirement, "error", "without-signatures", transport=transport)
        elif transport in _WITHOUT_NAMES and identity.kind not in _BY_ITSELF:
            yield self._of(requirement, "error", "without-names", transport=transport, kind=identity.kind)
        if identity.kind == "remapIdentity":
            for name, prefix in (("prefix", identity.prefix), ("signedPrefix", identity.signed_prefix)):
                if not scope_lint.is_registry(prefix.partition("/")[0]):
                    yield self._of(requirement, "error", "prefix-never", name=name, prefix=prefix)

    def _at(self, section: Section, level: Level, code: str, **data: object) -> Finding:
        told = {"scope": section.scope, "transport": section.transport, "section": section.name, **data}
        return Finding(level, f"lint.{code}", self._document.file, section.line, section.column, told)

    def _of(self, requirement: PolicyRequirement, level: Level, code: str, **data: object) -> Finding:
        line, column = requirement.line, requirement.column
        return Finding(level, f"lint.{code}", self._document.file, line, column, data)


def _is_port(other: Section, section: Section) -> bool:
    """Whether another scope is of the same host, with a port."""
    return other.transport == section.transport and other.scope.startswith(f"{section.scope}:")
