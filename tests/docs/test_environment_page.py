"""Every environment variable that the program looks at is documented, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOOKED_UP = re.compile(r'(?:get|folder|look)\(\s*"([A-Za-z_]+)"')
NAMED = re.compile(r'^(?:[A-Z]+_)?VARIABLE = "([A-Z_]+)"$', re.MULTILINE)
PREFIXED = re.compile(r"for prefix in \(([^)]*)\)")
LIKE_A_VARIABLE = re.compile(r"[A-Z][A-Z_]+")
LOWER = {"http_proxy", "https_proxy", "no_proxy"}


def looked_up() -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "src").rglob("*.py"):
        text = path.read_text()
        names = {*LOOKED_UP.findall(text), *NAMED.findall(text)}
        found |= {name for name in names if LIKE_A_VARIABLE.fullmatch(name)}
        if LOWER & names:
            found |= LOWER & names
            found |= {name.upper() for name in LOWER & names}
        for prefixes in PREFIXED.findall(text):
            for prefix in re.findall(r'"([A-Z]+)"', prefixes):
                found |= {f"{prefix}_USERNAME", f"{prefix}_PASSWORD"}
    return found


def test_every_variable_is_documented() -> None:
    text = (ROOT / "docs/reference/environment.md").read_text()
    table = text.partition("## Variables")[2].partition("## Files")[0]
    rows = re.findall(r"^\| (`.+?`) \| (.+) \|$", table, re.MULTILINE)
    documented = {name for cell, _ in rows for name in re.findall(r"`([A-Z_]+)`", cell)}
    documented |= {name for _, words in rows for name in re.findall(r"`([a-z]+_proxy)`", words)}

    assert sorted(looked_up()) == sorted(documented)
    assert {"NOTATION_CONFIG", "SEALWRIGHT_PASSPHRASE", "HTTPS_PROXY"} <= documented
