"""Scopes: which there may be, and which of them are about an image, the most specific first.

containers-policy.json(5), "Supported transports and their scopes", as containers/image does it. The scopes of
an image, here `docker://h.example.com:8443/ns/app:v1`:

    h.example.com:8443/ns/app:v1     (or @sha256:…)
    h.example.com:8443/ns/app
    h.example.com:8443/ns
    h.example.com:8443
    *.example.com                    the port does not matter here, and the host is not covered by itself
    *.com

then `""`, the transport's default, then the policy's. The first that is there decides alone; nothing is
merged. A host without port is no parent of one with a port. Paths have themselves and all folders above them
but `/`.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from sealwright.digest import Digest
from sealwright.errors import UsageError
from sealwright.reference import Reference

__all__ = ["candidates", "scope_problem"]

_NAMED = frozenset({"docker", "docker-daemon", "atomic"})
_PATHS = frozenset({"dir", "oci", "oci-archive", "sif"})
_ATOMIC = re.compile(r"[^/]*(?:/[^:/]*(?:/[^:/]*(?::[^:/]*)?)?)?")
_STORE = re.compile(r"\[(?P<store>[^\]]+)\](?P<rest>.*)", re.DOTALL)
_ALONE = "this transport has no scope but the empty one, which is its default"


def candidates(transport: str, name: Reference | str) -> tuple[str, ...]:
    """The scopes of an image, in the order in which they are looked for, without the defaults.

    Args:
        transport: such as `docker` or `dir`.
        name: a reference for the transports of registries and for `docker-daemon`; an absolute path without
            symbolic links for those of files; `[driver@root]name` for `containers-storage`.
    """
    if transport in _NAMED:
        reference = name if isinstance(name, Reference) else _read(name)
        return () if reference is None else (_identity(reference), *_namespaces(reference))
    path = str(name)
    if transport in _PATHS:
        return tuple(_folders(path))
    return tuple(_in_storage(path)) if transport == "containers-storage" else ()


def scope_problem(transport: str, scope: str) -> str:
    """Why a scope cannot stand in a policy, in words; empty if it can, whether or not anything matches it.

    Args:
        transport: those that nobody knows take any scope.
        scope: as written; the empty one is always good.
    """
    check = _CHECKS.get(transport)
    return check(scope) if check is not None and scope else ""


def _read(name: str) -> Reference | None:
    try:
        return Reference.parse(name)
    except UsageError:
        return None


def _identity(name: Reference) -> str:
    if name.digest is not None:
        return f"{name.repository}@{name.digest}"
    return f"{name.repository}:{name.tag or 'latest'}"


def _namespaces(name: Reference) -> Iterator[str]:
    yield from _parents(name.repository)
    host = name.domain.partition(":")[0]
    while "." in host:
        host = host.partition(".")[2]
        yield f"*.{host}"


def _parents(path: str) -> Iterator[str]:
    """A path and all above it, down to its first part."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def _folders(path: str) -> Iterator[str]:
    return _parents(path) if path.startswith("/") and path != "/" else iter(())


def _in_storage(name: str) -> Iterator[str]:
    """`[driver@root]name[:tag][@digest][@id]`; runtime folder and options of the store do not count."""
    match = _STORE.fullmatch(name)
    if match is None:
        return
    driver, _, root = match["store"].rpartition("@")
    root = re.split(r"[+:]", root, maxsplit=1)[0]
    store = f"[{driver}@{root}]"
    named, image_id = _without_id(match["rest"])
    reference = _read(named) if named else None
    if reference is not None:
        full = reference if reference.tag or reference.digest else reference.tagged("latest")
        if image_id:
            yield f"{store}{full}@{image_id}"
        yield f"{store}{full}"
        if full.tag and full.digest:
            yield f"{store}{full.repository}:{full.tag}"
        yield from (f"{store}{scope}" for scope in _parents(full.repository))
    elif image_id:
        yield f"{store}@{image_id}"
    yield store
    yield f"[{root}]"


def _without_id(rest: str) -> tuple[str, str]:
    """What stands before the ID of an image, and the ID, if there is one."""
    named, at, last = rest.rpartition("@")
    return (named, last) if at and _is_digest(f"sha256:{last}") else (rest, "")


def _path_problem(scope: str) -> str:
    if not scope.startswith("/"):
        return "it must be an absolute path"
    if scope == "/":
        return 'use the empty scope "", the default of the transport'
    parts: list[str] = []
    for part in scope.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    clean = "/" + "/".join(parts)
    return "" if clean == scope else f"write the path without detours: {clean}"


def _storage_problem(scope: str) -> str:
    match = _STORE.fullmatch(scope)
    if match is None:
        return "it must begin with the store in brackets, such as [overlay@/var/lib/containers/storage]"
    driver, at, root = match["store"].partition("@")
    if (at and not driver) or not (root if at else driver).startswith("/"):
        return "the store must be named [DRIVER@ROOT] or [ROOT], with an absolute path"
    _, *selectors = match["rest"].split("@", 2)
    *digests, image_id = selectors or [f"{'0' * 64}"]
    good = all(_is_digest(digest) for digest in digests) and (
        _is_digest(f"sha256:{image_id}") or (not digests and _is_digest(image_id))
    )
    return "" if good else "what follows @ must be a digest or the ID of an image"


def _daemon_problem(scope: str) -> str:
    return "a digest cannot be a scope of this transport" if _is_digest(scope) else ""


def _atomic_problem(scope: str) -> str:
    return (
        "" if _ATOMIC.fullmatch(scope) else "it must be HOST, HOST/NAMESPACE or HOST/NAMESPACE/STREAM[:TAG]"
    )


def _no_scope(_: str) -> str:
    return _ALONE


def _is_digest(text: str) -> bool:
    try:
        Digest.parse(text)
    except UsageError:
        return False
    return True


_CHECKS: Mapping[str, Callable[[str], str]] = {
    **dict.fromkeys(_PATHS, _path_problem),
    "containers-storage": _storage_problem,
    "docker-daemon": _daemon_problem,
    "atomic": _atomic_problem,
    "docker-archive": _no_scope,
    "tarball": _no_scope,
}
