"""The ledger of a PKI: a file that is only ever added to, a line of JSON for everything that its CAs did.

1. Whoever writes holds the lock of the folder, and writes after what was there when it got the lock.
2. What was written is on the disk before anything that follows from it happens: a certificate is in the
   ledger before it is in its file, the number of a list before the list.
3. A line counts once it has its end. What a crash or a full disk left without one is cut off by the next
   writer, and passed over by readers, who need no lock.

A ledger that is not there yet begins with the certificates that are in the folder.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.errors import DocumentError, StorageError
from sealwright.homes import files
from sealwright.homes.locking import locked
from sealwright.pki.authority.revocations import Revocation
from sealwright.workflow.authority.entries import Addressed, Entry, Issued, Listed, Released, Revoked

__all__ = ["FILE", "Ledger", "writing"]

FILE = "ledger.jsonl"

_DECODER: msgspec.json.Decoder[Entry] = msgspec.json.Decoder(Entry)
_ENCODER = msgspec.json.Encoder()


class Ledger:
    """What a ledger says, as far as it was read.

    Args:
        folder: of the PKI.
        begin: gives the lines that a new ledger begins with.

    Attributes:
        lines: how many lines were read, those that a new ledger begins with included.
        issued: every certificate, by the key of its CA and its serial.
        addressed: what the CA of a name writes into certificates.
    """

    def __init__(self, folder: Path, begin: Callable[[], Sequence[Entry]]) -> None:
        self.folder = folder
        self.file = folder / FILE
        self._begin = begin
        self._read = 0
        self._began = False
        self._forget()

    def _forget(self) -> None:
        self.lines = 0
        self.issued: dict[tuple[str, int], Issued] = {}
        self.addressed: dict[str, Addressed] = {}
        self._revoked: dict[str, dict[int, Revocation]] = {}
        self._before: dict[str, dict[int, Revocation | None]] = {}
        self._numbers: dict[str, int] = {}
        self._bases: dict[str, int] = {}

    def refresh(self) -> bool:
        """Read what has been added; tells whether there was anything.

        Raises:
            DocumentError: `pki.ledger-malformed`.
            StorageError: the file cannot be read.
        """
        content = self._tail()
        if content is None:
            if self._began:
                return False
            self._began = True
            self._take(list(self._begin()))
            return True
        whole = content[: content.rfind(b"\n") + 1]
        if not whole:
            return False
        if not self._read:
            self._forget()  # what the folder had, which the file begins with
        self._take([self._entry(line) for line in whole.splitlines()])
        self._read += len(whole)
        return True

    def revoked(self, ca: str) -> dict[int, Revocation]:
        """What is revoked of the certificates of a CA, by serial."""
        return self._revoked.get(ca, {})

    def revokes(self, serial: int) -> bool:
        """Whether a certificate of that serial is revoked, of whichever CA."""
        return any(serial in revoked for revoked in self._revoked.values())

    def since_base(self, ca: str) -> tuple[list[Revocation], list[Revocation]]:
        """What was revoked, and what was taken back, since the last whole list of a CA."""
        before, now = self._before.get(ca, {}), self.revoked(ca)
        added = [now[serial] for serial, one in before.items() if serial in now and now[serial] != one]
        removed = [one for serial, one in before.items() if one is not None and serial not in now]
        return added, removed

    def base(self, ca: str) -> int | None:
        """The number of the last whole list of a CA."""
        return self._bases.get(ca)

    def next_number(self, ca: str) -> int:
        """The number of the next list of a CA."""
        return self._numbers.get(ca, 0) + 1

    def append(self, *entries: Entry) -> None:
        """Add lines, to the disk; only for whoever holds the lock, inside of `writing`.

        Raises:
            StorageError: `file.unwritable`; then nothing was added.
        """
        lines = [_ENCODER.encode(entry) + b"\n" for entry in entries]
        if not self._read:
            lines = [_ENCODER.encode(entry) + b"\n" for entry in self._begin()] + lines
        try:
            descriptor = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, files.PRIVATE)
            try:
                self._write(descriptor, b"".join(lines))
            finally:
                os.close(descriptor)
            if not self._read:
                files.sync_folder(self.folder)
        except OSError as error:
            raise files.unwritable(self.file, error) from None
        self.refresh()

    def _write(self, descriptor: int, content: bytes) -> None:
        os.ftruncate(descriptor, self._read)  # what a crash left without its end
        try:
            done = 0
            while done < len(content):
                done += os.pwrite(descriptor, content[done:], self._read + done)
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, self._read)
            raise

    def _tail(self) -> bytes | None:
        """What stands behind what was read; None if there is no file."""
        try:
            with self.file.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                if size > limits.PKI_LEDGER_BYTES:
                    raise StorageError("file.too-large", file=str(self.file), limit=limits.PKI_LEDGER_BYTES)
                if size < self._read:
                    raise self._malformed("it has become shorter")
                file.seek(self._read)
                return file.read(size - self._read)
        except FileNotFoundError:
            if self._read:
                raise self._malformed("it has gone") from None
            return None
        except OSError as error:
            problem = error.strerror or str(error)
            raise StorageError("file.unreadable", file=str(self.file), problem=problem) from None

    def _entry(self, line: bytes) -> Entry:
        self.lines += 1
        try:
            if len(line) > limits.PKI_LEDGER_LINE_BYTES:
                raise ValueError(f"it is longer than {limits.PKI_LEDGER_LINE_BYTES} bytes")  # noqa: TRY301  # one answer
            entry = _DECODER.decode(line)
            if isinstance(entry, Issued | Revoked | Released):
                int(entry.serial, 16)
        except (msgspec.DecodeError, ValueError) as error:
            raise self._malformed(str(error)) from None
        return entry

    def _malformed(self, problem: str) -> DocumentError:
        return DocumentError(
            "pki.ledger-malformed", file=str(self.file), line=self.lines, column=0, problem=problem
        )

    def _take(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            if isinstance(entry, Issued):
                self.issued[entry.ca, int(entry.serial, 16)] = entry
            elif isinstance(entry, Revoked):
                serial = int(entry.serial, 16)
                one = Revocation(serial, entry.since, entry.reason, entry.invalid_since)
                self._change(entry.ca, serial, one)
            elif isinstance(entry, Released):
                self._change(entry.ca, int(entry.serial, 16), None)
            elif isinstance(entry, Listed):
                self._numbers[entry.ca] = max(entry.number, self._numbers.get(entry.ca, 0))
                if entry.base is None:
                    self._bases[entry.ca] = entry.number
                    self._before.pop(entry.ca, None)
            else:
                self.addressed[entry.ca] = entry

    def _change(self, ca: str, serial: int, now: Revocation | None) -> None:
        """Note what has become of a certificate, and what it was in the last whole list."""
        revoked = self._revoked.setdefault(ca, {})
        self._before.setdefault(ca, {}).setdefault(serial, revoked.get(serial))
        if now is None:
            revoked.pop(serial, None)
        else:
            revoked[serial] = now


@contextmanager
def writing(ledger: Ledger) -> Iterator[Ledger]:
    """Hold the lock of the folder, with all read that others have written.

    Raises:
        DocumentError: `pki.ledger-malformed`.
        StorageError: `file.locked`, `file.unwritable`, or the file cannot be read.
    """
    files.make_folder(ledger.folder, 0o700)
    with locked(ledger.folder):
        ledger.refresh()
        yield ledger
