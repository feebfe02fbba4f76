"""Which module is loaded: by URI, variable, settings or p11-kit; and what happens when it is none."""

import sys
from pathlib import Path

import pytest

from sealwright import limits
from sealwright.errors import DocumentError, EnvironmentalError, KeyUnavailableError, UsageError
from sealwright.homes.environment import Environment
from sealwright.keys.pkcs11 import modules
from sealwright.keys.pkcs11.modules import Module
from sealwright.keys.pkcs11.process import ModuleProcess
from sealwright.keys.pkcs11.uri import TokenUri, parse

NO_MODULE = next(iter(sorted(Path(sys.prefix).rglob("*.so"))))
"""A shared library that is no module."""


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment({}, tmp_path / "home", tmp_path / "root")


def library(tmp_path: Path, name: str) -> str:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    return str(path)


def p11_kit(
    environment: Environment, name: str, text: str, folder: str = "usr/share/p11-kit/modules"
) -> None:
    file = environment.root / folder / f"{name}.module"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def settings(environment: Environment, text: str) -> None:
    file = environment.home / ".config" / "sealwright" / "config.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def with_variable(environment: Environment, module: str) -> Environment:
    return Environment({"SEALWRIGHT_PKCS11_MODULE": module}, environment.home, environment.root)


def test_the_uri_goes_before_the_variable_and_that_before_the_settings(
    environment: Environment, tmp_path: Path
) -> None:
    one, two, three = (library(tmp_path, f"{name}.so") for name in ("one", "two", "three"))
    settings(environment, f'[pkcs11]\nmodule = "{three}"\nseconds = 2.5\n')

    assert Module(three, 2.5) == modules.find(TokenUri(), environment)
    assert Module(two, 2.5) == modules.find(TokenUri(), with_variable(environment, two))
    assert one == modules.find(TokenUri(module_path=one), with_variable(environment, two)).path


def test_a_module_is_found_by_the_name_that_p11_kit_has_for_it(
    environment: Environment, tmp_path: Path
) -> None:
    absolute, own = library(tmp_path, "absolute.so"), library(tmp_path, "own.so")
    relative = library(environment.root, "usr/lib/x86_64-linux-gnu/pkcs11/relative.so")
    p11_kit(environment, "absolute", f"# a comment\nmodule: {absolute}\n")
    p11_kit(environment, "relative", "priority: 1\nmodule:relative.so\n")
    p11_kit(environment, "both", "module: /no/such\n")
    p11_kit(environment, "both", f"module: {own}\n", "etc/pkcs11/modules")
    p11_kit(environment, "empty", "")

    found = {
        name: modules.find(TokenUri(module_name=name), environment).path for name in ("absolute", "both")
    }

    assert {"absolute": absolute, "both": own} == found
    assert relative == modules.find(parse("pkcs11:?module-name=relative"), environment).path
    assert {absolute, own, relative} == {one.path for one in modules.all_configured(environment)}
    assert limits.PKCS11_SECONDS == modules.find(TokenUri(module_name="both"), environment).seconds


@pytest.mark.parametrize(
    ("uri", "code", "words"),
    [
        (TokenUri(), "key.pkcs11-no-module", "known: known"),
        (TokenUri(module_name="other"), "key.pkcs11-module-unknown", "known: known"),
        (TokenUri(module_name="known"), "key.pkcs11-module", "no such file"),
        (TokenUri(module_path="/no/such.so"), "key.pkcs11-module", "no such file"),
        (TokenUri(module_path="/etc"), "key.pkcs11-module", "no such file"),
        (TokenUri(module_path="/" + "a" * 300), "key.pkcs11-module", "File name too long"),
    ],
)
def test_a_module_that_is_not_there_is_told(
    uri: TokenUri, code: str, words: str, environment: Environment
) -> None:
    p11_kit(environment, "known", "module: /no/such\n")

    with pytest.raises(KeyUnavailableError) as caught:
        modules.find(uri, environment)

    assert code == caught.value.code
    assert words in f"{caught.value} {caught.value.hint}"


def test_where_nothing_is_set_up_there_is_nothing_to_list(environment: Environment) -> None:
    with pytest.raises(KeyUnavailableError) as caught:
        modules.all_configured(environment)

    assert "key.pkcs11-no-module" == caught.value.code


def test_a_path_that_is_not_absolute_is_refused(environment: Environment) -> None:
    with pytest.raises(KeyUnavailableError, match="its path is not absolute"):
        modules.find(TokenUri(), with_variable(environment, "softhsm2.so"))


@pytest.mark.parametrize(
    "text", ["[pkcs11]\nmodul = 'x'\n", "[pkcs11]\nseconds = 0\n", "[pkcs11]\nseconds = 1e9\n"]
)
def test_settings_that_are_wrong_are_refused(text: str, environment: Environment) -> None:
    settings(environment, text)

    with pytest.raises(DocumentError) as caught:
        modules.find(TokenUri(module_path="/no"), environment)

    assert "settings.malformed" == caught.value.code


def test_a_library_that_is_no_module_is_refused_by_its_process(tmp_path: Path) -> None:
    for file in (NO_MODULE, Path(__file__)):
        with pytest.raises(KeyUnavailableError) as caught:
            ModuleProcess(str(file), {}, 30)

        assert "key.pkcs11-module" == caught.value.code
        assert str(file) in str(caught.value)


def test_variables_are_checked_all_the_same(environment: Environment) -> None:
    odd = Environment({"SEALWRIGHT_POLICY": "odd"}, environment.home, environment.root)

    with pytest.raises(UsageError):
        modules.find(TokenUri(), odd)


def test_without_the_library_it_is_said_how_to_install_it(tmp_path: Path) -> None:
    package = tmp_path / "pkcs11"
    package.mkdir()
    (package / "__init__.py").write_text("raise ImportError\n")

    with pytest.raises(KeyUnavailableError) as caught:
        ModuleProcess(str(NO_MODULE), {"PYTHONPATH": str(tmp_path)}, 30)

    assert "key.pkcs11-missing" == caught.value.code
    assert "sealwright[pkcs11]" in caught.value.hint


def test_a_process_that_does_not_begin_to_answer_is_told(tmp_path: Path) -> None:
    (tmp_path / "msgspec.py").write_text("raise SystemExit(9)\n")

    with pytest.raises(EnvironmentalError) as caught:
        ModuleProcess(str(NO_MODULE), {"PYTHONPATH": str(tmp_path)}, 30)

    assert "key.pkcs11-crashed" == caught.value.code
    assert "it ended with status 9" in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"\xff\xff\xff\xff", "key.pkcs11-garbled"),
        (b"\x00\x00\x00\x00", "key.pkcs11-garbled"),
        (b"\x00\x00\x00\x05ab", "key.pkcs11-garbled"),
        (b"\x00\x00\x00\x01\xc1", "key.pkcs11-garbled"),
        (b"\x00\x00\x00\x04\x81\xa1a\x01", "key.pkcs11-garbled"),
        (b"\x00\x00\x00\x09\x82\xa4type\xa2\xff\xff", "key.pkcs11-garbled"),
        (b"\x00\x00\x10\x00" + b"\x91" * 4096, "key.pkcs11-garbled"),
        (b"", "key.pkcs11-crashed"),
    ],
)
def test_an_answer_of_a_process_whose_memory_is_damaged_is_refused(
    answer: bytes, code: str, tmp_path: Path
) -> None:
    package = tmp_path / "pkcs11"
    package.mkdir()
    (package / "__init__.py").write_text(
        f"import os, sys\nos.write(int(sys.argv[1]), {answer!r})\nos._exit(1)\n"
    )

    with pytest.raises(EnvironmentalError) as caught:
        ModuleProcess(str(NO_MODULE), {"PYTHONPATH": str(tmp_path)}, 30)

    assert code == caught.value.code
