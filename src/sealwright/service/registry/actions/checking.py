"""Whether everything that the registry acknowledged is there, and is what it was.

1. Blobs that a repository shows are in their place, of the size that their row says, and of their digest.
2. Manifests have their digest.
3. Tags stand for manifests that are there.
4. Blobs that a manifest names and the repository shows are known; such as were never pushed are not missed,
   for images may be mirrored in part.
5. What a repository is said to hold, for its quota, is what it holds.

It reads only, may run beside servers, and looks again before it complains, since these go on.
"""

import hashlib
from collections.abc import Callable, Iterator

import msgspec

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import StorageError
from sealwright.service.registry.queries import checks
from sealwright.service.storage import Storage

__all__ = ["Checked", "check"]

_PAGE = 500


class Checked(msgspec.Struct):
    """What was looked at, and what was wrong, a line each."""

    blobs: int = 0
    blob_bytes: int = 0
    manifests: int = 0
    tags: int = 0
    repositories: int = 0
    problems: list[str] = []


def check(storage: Storage, *, quick: bool = False, tell: Callable[[Checked], None] | None = None) -> Checked:
    """Look at everything.

    Args:
        storage: where.
        quick: do not read the content of blobs, only ask for its size.
        tell: hears now and then how far it has come.
    """
    found = Checked()
    for problem in _problems(storage, found, quick=quick):
        found.problems.append(problem)
        if len(found.problems) >= limits.CHECK_PROBLEMS:
            found.problems.append("more is wrong than is told here")
            break
        if tell is not None:
            tell(found)
    return found


def _problems(storage: Storage, found: Checked, *, quick: bool) -> Iterator[str]:
    yield from _blob_problems(storage, found, quick=quick)
    yield from _manifest_problems(storage, found)
    for repository, tag in checks.tags_of_nothing(storage.database):
        yield f"{repository}:{tag} stands for a manifest that is not there"
    found.tags = checks.tag_count(storage.database)
    for held in checks.miscounted(storage.database):
        yield f"{held} holds something else than is counted for its quota"
    found.repositories = checks.repository_count(storage.database)


def _blob_problems(storage: Storage, found: Checked, *, quick: bool) -> Iterator[str]:
    last = ""
    while page := checks.shown_blobs(storage.database, last, _PAGE):
        for digest, size in page:
            found.blobs += 1
            found.blob_bytes += size
            problem = _blob_problem(storage, digest, size, quick=quick)
            if problem and checks.is_shown(storage.database, digest):
                yield problem
        last = page[-1][0]


def _blob_problem(storage: Storage, digest: Digest, size: int, *, quick: bool) -> str:
    """What is wrong with a blob, or an empty string."""
    try:
        has = storage.blobs.size(digest)
        if has is None:
            return f"the blob {digest} is not in its place"
        if has != size:
            return f"the blob {digest} has {has} bytes instead of {size}"
        if quick:
            return ""
        hasher = hashlib.new(digest.algorithm)
        for piece in storage.blobs.pieces(digest):
            hasher.update(piece)
    except FileNotFoundError:
        return f"the blob {digest} is not in its place"
    except (OSError, StorageError) as error:
        return f"the blob {digest} cannot be read: {error}"
    return (
        "" if hasher.hexdigest() == digest.encoded else f"the content of the blob {digest} has another digest"
    )


def _manifest_problems(storage: Storage, found: Checked) -> Iterator[str]:
    last = (0, "")
    while page := checks.manifests(storage.database, *last, _PAGE):
        for repository, digest, size, content in page:
            found.manifests += 1
            if Digest.of(content, digest.algorithm) != digest or len(content) != size:
                name = checks.name_of(storage.database, repository)
                yield f"the content of the manifest {name}@{digest} has another digest"
        last = page[-1][:2]
