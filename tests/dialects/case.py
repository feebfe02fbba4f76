"""A command line of notation and what it answers, as data.

    Case(
        "an image of unknown name is not found",
        "list {registry}/signed:v9",
        err="Error: …\n",
        status=1,
    )

**Placeholders** stand for what only a run knows; they are the same in arguments, environment, input, expected
text and contents of files: `{home}`, `{config}` (notation's folder), `{work}` (where the program is started,
empty at first), `{registry}` (`localhost:PORT`), `{image}` (the digest of every image there), `{own}` (a
repository of this run's own that holds the image under `v1`, made only for cases that name it), and what
`shelf` offers beside, such as `{signature}`. A name in braces that nobody knows stays as it is.

**Wildcards** stand for what nobody can know before: `⟨sha256⟩` (a digest), `⟨hex⟩` (64 digits), `⟨ansic⟩`,
`⟨rfc3339⟩` (times), `⟨…⟩` (anything within a line), `⟨⋮⟩` (anything at all).

**Lines**: `out`, `err` and `files` may be a mapping from line to value where the lines differ.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from dialects.setting import Setting

__all__ = ["BOTH", "LINES", "NEW", "OLD", "Case", "File", "Line", "Step", "Text"]

Line = Literal["2.0", "1.3.2"]
NEW: Line = "2.0"
OLD: Line = "1.3.2"
LINES: tuple[Line, ...] = (NEW, OLD)
BOTH = LINES

Text = str | Mapping[Line, str]
"""A text, or one for each line."""

Step = Callable[["Setting"], None]
"""Something that is done to a fresh home before the program is started; `setting` has the usual ones."""


class File(msgspec.Struct, frozen=True):
    """A file after the run.

    `content` is its text and `same_as` another file whose bytes it has; neither: any content. `mode` are its
    permissions, None: any.
    """

    content: str | None = None
    same_as: str = ""
    mode: int | None = None


class Case(msgspec.Struct, frozen=True):
    """One command line.

    Attributes:
        name: what it shows, as a sentence; unique.
        arguments: after the program's name, split as a shell splits them.
        out: standard output.
        err: standard error.
        status: the exit code.
        lines: of which lines of notation it is true.
        world: what is done to the home before.
        environment: variables beside HOME and PATH.
        stdin: what is typed.
        files: the files that are written (`File`) or removed (None), relative to notation's folder, or to the
            home after `~/`; `FOLDER/**` is anything below a folder. Nothing else below the home may change.
        unordered: the lines of `out` come in any order (Go's maps have none).
        differs: why we answer otherwise; the sentence stands in docs/reference/notation-dialect.md. Then
            `out`, `err`, `status` and `files` are the peer's; the next four are ours where they are not None.
        after: looks at what the program left behind, and at the output.
    """

    name: str
    arguments: str
    out: Text = ""
    err: Text = ""
    status: int = 0
    lines: tuple[Line, ...] = LINES
    world: tuple[Step, ...] = ()
    environment: Mapping[str, str] = {}
    stdin: str = ""
    files: Mapping[str, File | None] | Mapping[Line, Mapping[str, File | None]] = {}
    unordered: bool = False
    differs: str = ""
    our_out: Text | None = None
    our_err: Text | None = None
    our_status: int | None = None
    our_files: Mapping[str, File | None] | None = None
    after: Callable[["Setting"], None] | None = None
