"""A PKI opened for service: it answers, looks what was revoked, and renews what would end.

Everything runs on one thread of its own, one thing after another: signing takes a core anyhow.
"""

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import ParamSpec, TypeVar

import msgspec

from sealwright import limits
from sealwright.errors import CallerError, DocumentError, EnvironmentalError, SealwrightError
from sealwright.homes.environment import Environment
from sealwright.keys.passphrases import Passphrases
from sealwright.pki.authority.lists import Head, is_signed_by
from sealwright.pki.certificate import Certificate
from sealwright.pki.issuing import Issuer
from sealwright.service.configuration.authority import Authority
from sealwright.workflow import clock
from sealwright.workflow.authority import cas, lists
from sealwright.workflow.authority.cas import Ca
from sealwright.workflow.authority.delegates import Delegate
from sealwright.workflow.authority.responding import Answered, Responder
from sealwright.workflow.authority.stamping import Believed, Stamped, Timestamper

__all__ = ["Counts", "Office", "Published"]

_log = logging.getLogger(__name__)

_RENEWAL = timedelta(hours=1)

P = ParamSpec("P")
T = TypeVar("T")


class Published(msgspec.Struct, frozen=True):
    """A file that is given out, with its times if it is a list."""

    content: bytes
    etag: str
    head: Head | None = None


class Counts(msgspec.Struct):
    """How much was given out since the start."""

    answers: int = 0
    timestamps: int = 0
    refused: int = 0


class Office:
    """One PKI at work.

    Args:
        settings: which one, and what of it.
        passphrases: of its keys; those that the settings name if not given.

    Attributes:
        settings: the same.
        counts: what was given out.

    Raises:
        CallerError: a key is needed and cannot be used.
        EnvironmentalError: a file cannot be used.
    """

    def __init__(self, settings: Authority, passphrases: Passphrases | None = None) -> None:
        file = Path(settings.passphrase_file) if settings.passphrase_file else None
        self.settings = settings
        self.counts = Counts()
        self._folder = Path(settings.folder)
        self._passphrases = passphrases or Passphrases(Environment.current(), file)
        at = clock.now()
        self._ledger = cas.opened(self._folder, at)
        self._cas: tuple[Ca, ...] = ()
        self._looked_at = 0
        self._renewed = at
        self._issuers: dict[str, Issuer] = {}
        self._files: dict[Path, tuple[tuple[int, int, str], Published]] = {}
        self._warned: set[str] = set()
        self._responder = (
            Responder(self._ledger, self._passphrases, at, settings.ocsp_minutes)
            if "ocsp" in settings.publish
            else None
        )
        if self._responder is not None and not self._responder.delegates:
            raise next(
                iter(self._responder.problems.values()),
                CallerError("pki.no-such-name", name=cas.ROOT, folder=settings.folder),
            )
        self._timestamper = (
            Timestamper(
                self._ledger, self._passphrases, Believed(), settings.tsa_policy, settings.tsa_accuracy_ms
            )
            if "tsa" in settings.publish
            else None
        )
        self.tend()
        self._waiting = 0
        self._threads = ThreadPoolExecutor(1, f"authority {settings.name}")

    @property
    def subjects(self) -> tuple[str, ...]:
        """The CAs, for people."""
        return tuple(ca.certificate.subject_text for ca in self._cas)

    def close(self) -> None:
        """Let the thread go when it is done."""
        self._threads.shutdown()

    async def offload(self, action: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run an action on the thread.

        Raises:
            EnvironmentalError: `service.busy`.
        """
        if self._waiting >= limits.AUTHORITY_WAITING:
            raise EnvironmentalError("service.busy", most=limits.AUTHORITY_WAITING, what="signatures")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, lambda: action(*args, **kwargs)
            )
        finally:
            self._waiting -= 1

    async def run(self) -> None:
        """Look and renew, again and again, until cancelled."""
        while True:
            await asyncio.sleep(limits.AUTHORITY_LOOK_SECONDS)
            try:
                await self.offload(self.tend)
            except (SealwrightError, OSError) as error:
                self._warn(str(error))

    def respond(self, content: bytes) -> Answered | None:
        """The answer to an OCSP request; None if that is not given out."""
        if self._responder is None:
            return None
        answered = self._responder.answer(content, clock.now())
        if answered.this_update is None:
            self.counts.refused += 1
        else:
            self.counts.answers += 1
        return answered

    def kept(self, content: bytes) -> Answered | None:
        """The answer that was given to the same request a while ago, from the thread of whoever asks."""
        found = self._responder.kept(content, clock.now()) if self._responder is not None else None
        self.counts.answers += found is not None
        return found

    def stamp(self, content: bytes) -> Stamped | None:
        """The answer to a request for a timestamp; None if that is not given out."""
        if self._timestamper is None:
            return None
        stamped = self._timestamper.answer(content)
        if stamped.said == "granted":
            self.counts.timestamps += 1
        else:
            self.counts.refused += 1
        return stamped

    def certificate(self, name: str) -> Published | None:
        """The certificate of a CA; None if there is none of that name."""
        ca = self._named(name) if "certificates" in self.settings.publish else None
        return None if ca is None else _published(ca.certificate.der)

    def revocation_list(self, name: str, *, delta: bool) -> Published | None:
        """The list of a CA.

        Args:
            name: of the CA, or its key.
            delta: the delta list.

        Returns:
            The list, empty if there is none that can be read; None if there is no such CA.

        Raises:
            StorageError: the file cannot be read.
        """
        ca = self._named(name) if "crl" in self.settings.publish else None
        return None if ca is None else self._file(ca, delta=delta)

    def seconds_left(self, *, of_lists: bool) -> float:
        """How long what will end first still holds, of the lists or of the delegates' certificates.

        In seconds, negative if it has ended; infinite if there is nothing that ends.
        """
        at = clock.now()
        if of_lists:
            heads = [one.head for _, one in list(self._files.values())]
            ends = [head.next_update for head in heads if head is not None]
        else:
            ends = [delegate.until for delegate in self._delegates()]
        return min(((end - at).total_seconds() for end in ends), default=float("inf"))

    def tend(self) -> None:
        """See what has changed; make lists that are due and renew certificates, where keys are here.

        Raises:
            DocumentError, StorageError: a file cannot be used.
        """
        at = clock.now()
        self._ledger.refresh()
        self._look_at_cas()
        if self._responder is not None:
            self._responder.look(at, self._cas)
        if self._must_renew(at):
            self._renewed = at
            if self._responder is not None:
                self._responder.renew(at)
            self._renew_timestamper(at)
        if "crl" in self.settings.publish:
            for ca in self._cas:
                self._tend_list(ca, at)

    def _renew_timestamper(self, at: datetime) -> None:
        try:
            if self._timestamper is not None:
                self._timestamper.renew(at)
        except SealwrightError as error:  # lists and answers go on without it
            self._warn(str(error))

    def _look_at_cas(self) -> None:
        """Find the CAs, if any file of the folder was put in place since; once more if that was just now."""
        changed = self._folder.stat().st_mtime_ns
        if not self._cas or changed != self._looked_at:
            self._cas = cas.found(self._folder)
            old = time.time_ns() - changed > limits.AUTHORITY_LOOK_SECONDS * 1e9
            self._looked_at = changed if old else 0

    def _must_renew(self, at: datetime) -> bool:
        """Whether a delegate is about to end, or was revoked; asked in vain, again only after a while."""
        signers = [one.signer.certificate for one in self._delegates()]
        if any(self._ledger.revokes(one.serial) for one in signers):
            return True
        return at - self._renewed > _RENEWAL and any(_is_late(one, at) for one in signers)

    def _delegates(self) -> list[Delegate]:
        """Who works here in the name of a CA."""
        found = list(self._responder.delegates.values()) if self._responder is not None else []
        return found if self._timestamper is None else [*found, self._timestamper.delegate]

    def _tend_list(self, ca: Ca, at: datetime) -> None:
        there = self._file(ca)
        if not self._is_due(ca, there.head, at):
            return
        issuer = self._issuer(ca)
        if issuer is not None:
            lists.make_due(self._ledger, ca, issuer, at, self.settings.crl_days)
            self._file(ca)
        elif there.head is None or there.head.next_update - at < timedelta(days=1):
            end = (
                "never was" if there.head is None else f"ends at {there.head.next_update:%Y-%m-%dT%H:%M:%SZ}"
            )
            self._warn(f"{lists.list_file(ca)} {end}, and the key that could renew it is not here")

    def _is_due(self, ca: Ca, head: Head | None, at: datetime) -> bool:
        if at >= ca.certificate.not_after:
            return False
        if head is None or head.number < (self._ledger.base(ca.key) or 0):
            return True
        if at > head.this_update + (head.next_update - head.this_update) / 2:
            return True
        return any(self._ledger.since_base(ca.key))

    def _issuer(self, ca: Ca) -> Issuer | None:
        """The CA ready to sign, if its key is here and opens."""
        if ca.key not in self._issuers and ca.key_is_here:
            try:
                self._issuers[ca.key] = ca.issuer(self._passphrases)
            except CallerError as error:
                self._warn(str(error))
        return self._issuers.get(ca.key)

    def _named(self, name: str) -> Ca | None:
        return next((ca for ca in self._cas if name in (ca.stem, ca.key)), None)

    def _file(self, ca: Ca, *, delta: bool = False) -> Published:
        """A list as it is now; read again only if it has changed. One of a former key of the CA is none."""
        path = lists.list_file(ca, delta=delta)
        try:
            status = path.stat()
        except FileNotFoundError:
            return _published(b"")
        state = (status.st_mtime_ns, status.st_ino, ca.key)
        known = self._files.get(path)
        if known is None or known[0] != state:
            try:
                found = lists.read(path)
            except DocumentError as error:
                self._warn(str(error))
                found = None
            if found is None or not is_signed_by(found[0], ca.certificate):  # of no use, or gone just now
                return _published(b"")
            self._files[path] = (state, _published(*found))
        return self._files[path][1]

    def _warn(self, problem: str) -> None:
        """Once for each problem."""
        if problem not in self._warned:
            self._warned.add(problem)
            _log.warning("authority %s: %s", self.settings.name, problem)


def _is_late(certificate: Certificate, at: datetime) -> bool:
    """Whether a delegate should be renewed."""
    return at > certificate.not_after - (certificate.not_after - certificate.not_before) / 3


def _published(content: bytes, head: Head | None = None) -> Published:
    return Published(content, f'"{hashlib.sha256(content).hexdigest()}"', head)
