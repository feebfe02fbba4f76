"""Verdicts recorded by the registry, where it is our own service, and what it has recorded of an image.

Each signature that the deciding policy looked at gets a record of its own, with the part of the verdict that
is about it; one that could not be judged, since something was not to be had, gets none. Nobody is asked for
this but the registry that holds the image.
"""

from collections.abc import Callable, Mapping

import msgspec

from sealwright.digest import Digest
from sealwright.errors import SealwrightError, UsageError
from sealwright.repositories.remote import RegistryRepository
from sealwright.service_client.answers import Image, KeptSignature, Verification
from sealwright.service_client.client import ServiceClient
from sealwright.verdict import SignatureReport, Verdict
from sealwright.workflow.confirming import not_made
from sealwright.workflow.context import Context, Place
from sealwright.workflow.naming import Named
from sealwright.workflow.outcome import Outcome, failed

__all__ = ["Recorded", "Recording", "histories", "record"]


class Recorded(msgspec.Struct, frozen=True):
    """What the service has recorded of one signature: how it stands, and all records, the last one first."""

    status: str
    records: tuple[Verification, ...]


class Recording:
    """Verifies and has the verdicts recorded. As safe to call from several threads as what verifies.

    Args:
        context: the outside.
        verify: gives the verdict on an image.
    """

    def __init__(self, context: Context, verify: Callable[[Named], Outcome]) -> None:
        self._context = context
        self._verify = verify

    def __call__(self, named: Named) -> Outcome:
        """The verdict on an image; a failure if it was not recorded."""
        outcome = self._verify(named)
        if outcome.verdict is None:
            return outcome
        try:
            with self._context.open_image(named.image) as place:
                record(place, outcome.verdict)
        except SealwrightError as error:
            error.add_note(f"the verdict was: {outcome.verdict.decision}, {outcome.verdict.sentence}")
            return failed(named.image, error)
        return outcome


def record(place: Place, verdict: Verdict) -> int:
    """Have a verdict recorded, with those on the manifests of an index; gives how many records that made.

    Args:
        place: where the image is, opened.
        verdict: on it.

    Raises:
        UsageError: `registry.service-none`: it is in no registry.
        RegistryError: `registry.service-absent`, `registry.service-refused`.
        AccessDeniedError: this account may not record.
        NetworkError: there is no answer.
    """
    client, path = _service(place)
    made = 0
    for one in (verdict, *verdict.platforms):
        looked_at = [
            report
            for report in one.signatures
            if report.considered and report.judgements and not (not_made(report) and not report.counts)
        ]
        image = client.image(path, one.subject.descriptor.digest) if looked_at else None
        for report in looked_at:
            kept = None if image is None else _kept(image, report)
            if kept is not None:
                client.record(kept, _order(one, report))
                made += 1
    return made


def histories(place: Place, digest: Digest) -> Mapping[str, Recorded]:
    """What the service has recorded of each signature of an image, by the signature's location.

    Args:
        place: where the image is, opened.
        digest: of the image.

    Raises:
        SealwrightError: as `record`.
    """
    client, path = _service(place)
    return {
        _location(kept): Recorded(kept.verification.status, tuple(client.history(kept)))
        for kept in client.image(path, digest).signatures
    }


def _service(place: Place) -> tuple[ServiceClient, str]:
    """The client of the registry that holds an image, and the name of the repository there."""
    if not isinstance(place.repository, RegistryRepository):
        raise UsageError("registry.service-none", name=place.typed or place.repository.name)
    exchange = place.repository.exchange
    return ServiceClient(exchange.send, str(exchange.origin)), exchange.path


def _kept(image: Image, report: SignatureReport) -> KeptSignature | None:
    for kept in image.signatures:
        if report.location == _location(kept) or report.digest == kept.digest:
            return kept
    return None


def _location(kept: KeptSignature) -> str:
    """How our stores call a signature: by its name in the extension, or by the digest of its manifest."""
    return kept.full_name or kept.digest


def _order(verdict: Verdict, report: SignatureReport) -> Mapping[str, object]:
    signers = [one.signer for one in report.judgements if one.signer]
    part = msgspec.structs.replace(verdict, signatures=(report,), platforms=())
    return {
        "result": "verified" if report.counts else "failed",
        "key": next(iter(signers), ""),
        "expected": verdict.subject.typed or verdict.subject.name,
        "verdict": msgspec.Raw(part.to_json()),
    }
