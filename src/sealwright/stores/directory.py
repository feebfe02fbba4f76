"""The simple signatures of an image in a folder (`dir:`), in files beside its manifest.

While another image is being written into the folder, new signatures wait until its manifest is there.
"""

from collections.abc import Iterator

from sealwright.formats.orders import Finished
from sealwright.repositories.dir_image import DirImage
from sealwright.signature import Subject, Unreadable
from sealwright.stores.numbered_files import NumberedFiles
from sealwright.stores.reading import Reading
from sealwright.stores.whole_listing import Item, WholeListing

__all__ = ["DirectoryStore"]


class DirectoryStore(WholeListing):
    """The signatures of one image and of the manifests of its platforms.

    Args:
        image: the folder.
    """

    def __init__(self, image: DirImage) -> None:
        super().__init__()
        self._image = image

    def add(self, subject: Subject, finished: Finished) -> str:
        """Keep a signature under the first free number, and give the path of its file.

        If the very same signature is there already, its path is given.

        Raises:
            StorageError: `file.unwritable`, `store.full`.
        """
        if self._image.changes_image():
            number = self._image.when_written(
                subject.descriptor.digest, lambda: self._files(subject).append(finished.content)
            )
            return str(self._files(subject).path(number))
        return str(self._files(subject).append(finished.content))

    def _files(self, subject: Subject) -> NumberedFiles:
        return NumberedFiles(self._image.folder, self._image.signature_prefix(subject.descriptor.digest))

    def _read(self, subject: Subject) -> Iterator[Item | Unreadable]:
        return iter(()) if self._image.changes_image() else Reading().files(self._files(subject))
