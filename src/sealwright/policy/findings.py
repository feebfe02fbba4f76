"""What lint finds in policies and settings: each with its place, a sentence, and what to do."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from sealwright import reasons

__all__ = ["Finding", "Level"]

Level = Literal["error", "warning", "note"]
"""`error`: it does not work, or a client refuses it. `warning`: it is hardly what was meant."""


class Finding(msgspec.Struct, frozen=True):
    """One of them. `code` is a reason code, `data` what its sentence names."""

    level: Level
    code: str
    file: str
    line: int
    column: int
    data: Mapping[str, object] = {}

    @property
    def sentence(self) -> str:
        """What is found."""
        return reasons.sentence(self.code, self.data)

    @property
    def hint(self) -> str:
        """What to do, or an empty string."""
        return reasons.hint(self.code, self.data)
