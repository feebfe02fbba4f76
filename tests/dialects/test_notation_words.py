"""The tables of words: every code is one of ours, and every text can be filled from an error's data."""

import os
import pkgutil
import shutil
import string
import sys
from importlib import import_module
from pathlib import Path

import pytest

from sealwright import reasons
from sealwright.dialects.notation import words
from sealwright.dialects.notation.subjects import in_order
from sealwright.dialects.notation.words import said, text
from sealwright.errors import AccessDeniedError, DocumentError
from world import images
from world.home import Home
from world.registry import Registry
from world.terminal import at_terminal

TABLES = {
    module.name: import_module(f"{words.__name__}.{module.name}").WORDS
    for module in pkgutil.iter_modules(words.__path__)
}
EVERY = {code: template for table in TABLES.values() for code, template in table.items()}


def test_every_code_is_a_reason_code() -> None:
    assert set() == EVERY.keys() - set(reasons.codes())


@pytest.mark.parametrize("code", EVERY)
def test_every_text_can_be_filled(code: str) -> None:
    fields = {name for _, name, _, _ in string.Formatter().parse(EVERY[code]) if name}
    data: dict[str, object] = {name: f"the {name}" for name in fields - {"oci", "said"}}
    if "said" in fields:
        data |= {"rule": "identity.multi-valued", "detail": {"name": "C=US+O=a"}}
    for line in ("2.0", "1.3.2"):
        found = text(code, data, line)
        assert "{" not in found
        assert all(f"the {name}" in found for name in fields - {"oci", "said"})


def test_what_notation_has_no_words_for_is_said_in_ours() -> None:
    error = AccessDeniedError("credentials.helper-missing", helper="docker-credential-x")
    assert str(error) == said(error, "2.0")
    strange = DocumentError("policy.wildcard-skip", file="p.json", line=3, column=7, name="a")
    assert "p.json:3:7: " == said(strange, "1.3.2")[:12]


def test_names_come_in_the_order_of_go() -> None:
    assert "CN=a,OU=b,O=c,L=d,ST=e,C=f" == in_order("C=f,O=c,ST=e,CN=a,L=d,OU=b")
    assert "CN=a,UID=u" == in_order("UID=u,CN=a")
    assert "CN=c,OU=b+OU=a,O=o,DC=x,DC=y" == in_order("O=o,DC=x,DC=y,OU=a,OU=b,CN=c")


def test_a_passphrase_is_asked_for_at_a_terminal(tmp_path: Path) -> None:
    from dialects.shelf import acme  # noqa: PLC0415  # chains are made when they are needed

    home = Home(tmp_path / "home")
    home.add_key("build", acme(), b"open sesame")
    with Registry(tmp_path / "registry") as registry:
        image = images.push(f"{registry.local}/asked", "v1")
        command = [sys.executable, "-m", "sealwright", "notation", "sign", image]
        measured = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
        environment = {**home.environment, **measured}
        status, shown = at_terminal(command, environment, ("build.key: ", "open sesame"))
    assert (0, True) == (status, f"Successfully signed {image}" in shown)
    assert "open sesame" not in shown
    shutil.rmtree(home.folder)
