"""What each signature format offers to the floors above."""

from datetime import datetime
from typing import Protocol

from sealwright.evidence import Evidence
from sealwright.formats.judged import Judged
from sealwright.formats.orders import Prepared, SigningOrder
from sealwright.rules import Rule
from sealwright.signature import StoredSignature, Subject, Summary

__all__ = ["Signature", "SignatureFormat"]


class Signature(Protocol):
    """A parsed signature: claims, none of them believed."""

    @property
    def summary(self) -> Summary:
        """What it says of itself."""
        ...

    def judge(
        self, subject: Subject, rule: Rule, origin: str, evidence: Evidence, at: datetime
    ) -> Judged | None:
        """What a rule thinks of it at a time; None if the rule is not about such signatures."""
        ...


class SignatureFormat(Protocol):
    """One signature format."""

    def parse(self, stored: StoredSignature) -> Signature:
        """Read a signature.

        Raises:
            MalformedSignatureError: with a `parse.` code.
        """
        ...

    def prepare(self, order: SigningOrder, chain: tuple[bytes, ...]) -> Prepared:
        """The exact bytes to sign and all else, as a value that can be saved."""
        ...

    def assemble(self, prepared: Prepared, value: bytes) -> bytes:
        """The finished signature from the raw value of the key."""
        ...
