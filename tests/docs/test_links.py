"""Links within the documentation lead somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
    if "_build" not in path.relative_to(ROOT).parts
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def links(path: Path) -> Iterator[str]:
    yield from LINK.findall(FENCE.sub("", path.read_text()))


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", path.read_text()), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    inside = [link for link in links(path) if "://" not in link and not link.startswith("mailto:")]
    lost = []
    for link in inside:
        file, _, anchor = link.partition("#")
        target = path.parent / file if file else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)

    assert [] == lost


def test_every_page_is_in_a_table_of_contents() -> None:
    listed = set()
    for index in (ROOT / "docs/index.md", ROOT / "docs/decisions/index.md"):
        for body in re.findall(r"^```\{toctree\}$(.*?)^```$", index.read_text(), re.MULTILINE | re.DOTALL):
            names = (line for line in body.splitlines() if line and not line.startswith(":"))
            listed |= {(index.parent / f"{name}.md").resolve() for name in names}
    pages = {path.resolve() for path in PAGES if path.is_relative_to(ROOT / "docs")}

    assert {ROOT / "docs/index.md"} == pages - listed
