"""The public names: which they are, that each is there, and what it costs to import them."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import sealwright
from sealwright import errors

PACKAGE = Path(sealwright.__file__).parent


def fresh(code: str) -> str:
    """What a new interpreter prints."""
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("name", sealwright.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(sealwright, name) is not None
    assert name in dir(sealwright)


def test_type_checkers_see_the_same_names_from_the_same_modules() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text())
    imported = {
        alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level == 0 and str(node.module).startswith("sealwright.")
        for alias in node.names
    }

    assert sorted(imported) == sorted(sealwright.__all__)
    assert imported == {name: f"sealwright.{sealwright._home(name)}" for name in sealwright.__all__}


def test_names_are_sorted_and_hide_no_module() -> None:
    modules = {path.stem for path in PACKAGE.iterdir()}

    assert sorted(sealwright.__all__, key=lambda name: (not name[0].isupper(), name)) == sealwright.__all__
    assert set() == modules & set(sealwright.__all__)


def test_the_reference_page_has_every_name_once() -> None:
    page = (PACKAGE.parents[1] / "docs/reference/python.md").read_text()

    assert sorted(re.findall(r"^### (\w+)$", page, re.MULTILINE)) == sorted(sealwright.__all__)


def test_every_error_that_can_reach_a_caller_is_public() -> None:
    assert set(errors.__all__) - {"CheckFailedError"} == {
        name for name in sealwright.__all__ if name.endswith("Error")
    }


def test_other_names_are_not_there() -> None:
    assert not hasattr(sealwright, "verifyy")
    with pytest.raises(AttributeError, match="module 'sealwright' has no attribute 'CheckFailedError'"):
        sealwright.CheckFailedError  # type: ignore[attr-defined]  # noqa: B018  # the access is the test


def test_importing_the_package_loads_nothing_else() -> None:
    loaded = fresh(
        "import sys; before = set(sys.modules); import sealwright; print(*sorted(set(sys.modules) - before))"
    )

    assert "sealwright" == loaded


def loaded(code: str, *unwanted: str) -> str:
    """Which of the unwanted modules some code loads."""
    before, after = "import sys; before = set(sys.modules)", f"print(*sorted({set(unwanted)} & new))"
    return fresh(f"{before}; {code}; new = set(sys.modules) - before; {after}")


def test_looking_at_values_loads_neither_network_nor_certificates() -> None:
    code = "import sealwright; sealwright.Verdict, sealwright.Digest, sealwright.RefusedError"

    assert "" == loaded(code, "cryptography", "ssl", "http", "socket", "sealwright.client")


def test_a_client_that_is_not_used_loads_neither_network_nor_certificates() -> None:
    code = "import sealwright; sealwright.Client()"

    assert "" == loaded(code, "ssl", "http.client", "sealwright.transport.client", "cryptography")
    assert "ssl" == loaded(f"{code}; import ssl", "ssl")


def test_all_names_at_once_can_be_imported() -> None:
    assert "True" == fresh("from sealwright import *; print(callable(verify))")
