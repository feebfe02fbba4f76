"""Questions that a decision has to the outside, and the answers as a value.

The pure floors never fetch. A decision that misses something returns the `Need`; whoever runs it gathers
the answer, puts it into `Evidence` and decides again. Evidence can be kept, so that a verdict can be
recomputed by anyone, at any time.
"""

from collections.abc import Mapping
from typing import Self

import msgspec

__all__ = ["Evidence", "Need", "TrustStore", "Unavailable"]


class TrustStore(msgspec.Struct, frozen=True):
    """The certificates of one named trust store. Answered by a tuple of DER certificates.

    `kind` is `ca`, `signingAuthority` or `tsa` (trust-store-trust-policy.md, "Trust Store").
    """

    kind: str
    name: str


Need = TrustStore
"""Any question. Hashable, so that it is asked once."""


class Unavailable(msgspec.Struct, frozen=True):
    """Asked in vain. `retryable` tells whether asking later may help."""

    reason: str
    retryable: bool
    data: Mapping[str, object] = {}


class Evidence:
    """The answers gathered so far. Immutable; `with_answers` makes the next one."""

    __slots__ = ("_answers",)

    def __init__(self, answers: Mapping[Need, object] | None = None) -> None:
        self._answers = dict(answers or {})

    def certificates(self, need: TrustStore) -> tuple[bytes, ...] | Unavailable | None:
        """DER certificates of a trust store; `Unavailable`: asked in vain; None: not asked yet."""
        answer = self._answers.get(need)
        return answer if isinstance(answer, tuple | Unavailable) else None

    def with_answers(self, answers: Mapping[Need, object]) -> Self:
        """This evidence and more.

        Args:
            answers: what came back, good or `Unavailable`.
        """
        return type(self)({**self._answers, **answers})

    @property
    def retryable(self) -> bool:
        """Whether some answer is missing that may come later."""
        return any(isinstance(answer, Unavailable) and answer.retryable for answer in self._answers.values())

    def __contains__(self, need: Need) -> bool:
        return need in self._answers
