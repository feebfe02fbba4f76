"""Images that other programs keep, or that are kept as other programs write them.

What is read is brought into a temporary folder first; what is written is collected there, and handed over
when all went well.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sealwright.errors import StorageError
from sealwright.repositories.dir_image import DirImage
from sealwright.repositories.layout_storage import failed

if TYPE_CHECKING:
    from sealwright.interfaces import Repository
    from sealwright.repositories.locating import Location

__all__ = ["containers_storage", "dir_image", "docker_archive", "docker_daemon"]


@contextmanager
def dir_image(location: "Location", *, write: bool) -> "Iterator[Repository]":
    """An image in a folder, `dir:`."""
    with DirImage(location.path, write=write) as image:
        yield image


@contextmanager
def docker_archive(location: "Location", *, write: bool) -> "Iterator[Repository]":
    """An archive of `docker save`; for writing a new one.

    Raises:
        StorageError: `file.exists`, `layout.read-failed`, `layout.write-failed`.
        MalformedContentError: the archive cannot be read.
    """
    from sealwright.repositories import docker_archive as archives  # noqa: PLC0415  # only where wanted

    if write and Path(location.path).exists():
        raise StorageError("file.exists", file=location.path)
    with _collected(location) as image:
        if write:
            with image:
                yield image
            if _is_written(image):
                archives.write_from(image, location.path, location.named)
        else:
            with image:
                archives.read_into(image, location.path, location.named)
            yield image


@contextmanager
def docker_daemon(location: "Location", *, write: bool) -> "Iterator[Repository]":
    """An image that Docker keeps, over its API.

    Raises:
        NotFoundError: `layout.manifest-unknown`.
        StorageError: `layout.daemon-refused` and those of `docker_archive`.
        NetworkError: Docker cannot be reached.
    """
    from sealwright.repositories import docker_archive as archives  # noqa: PLC0415  # only where wanted
    from sealwright.repositories.docker_daemon import DockerDaemon  # noqa: PLC0415  # as above

    daemon = DockerDaemon()
    with _collected(location) as image:
        archive = image.folder.parent / "archive.tar"
        if write:
            with image:
                yield image
            if _is_written(image):
                archives.write_from(image, str(archive), location.named)
                daemon.load(archive)
        else:
            daemon.save(location.path, archive)
            with image:
                archives.read_into(image, str(archive), None)
            archive.unlink()
            yield image


@contextmanager
def containers_storage(location: "Location", *, write: bool) -> "Iterator[Repository]":
    """An image in the storage of podman, CRI-O and buildah, through skopeo or podman.

    Raises:
        StorageError: `layout.program-missing`, `layout.program-failed`.
    """
    from sealwright.repositories.containers_storage import ContainersStorage  # noqa: PLC0415  # only where wanted
    from sealwright.repositories.layout import open_directory  # noqa: PLC0415  # as above

    storage = ContainersStorage(location.path)
    with _collected(location) as image:
        if write:
            with image:
                yield image
            if _is_written(image):
                storage.take(image.folder)
        else:
            layout = image.folder.parent / "layout"
            storage.give(layout)
            with open_directory(str(layout), shown=location.typed) as found:
                yield found


@contextmanager
def _collected(location: "Location") -> Iterator[DirImage]:
    """An empty folder for an image, for as long as the block runs."""
    try:
        folder = tempfile.TemporaryDirectory(prefix="sealwright-", ignore_cleanup_errors=True)
    except OSError as error:
        raise failed("write", tempfile.gettempdir(), error) from None
    with folder as path:
        yield DirImage(f"{path}/image", write=True, shown=location.typed)


def _is_written(image: DirImage) -> bool:
    return (image.folder / "manifest.json").exists()
