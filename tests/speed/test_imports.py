"""What each command loads. Time is not measured here: only that nothing slow is loaded for nothing.

Each command runs in an interpreter of its own, which writes down at its end which modules it has loaded since
it began.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from world import images, pki
from world.home import Home, statement
from world.registry import Registry

ALWAYS = frozenset(
    {
        "asyncio",
        "concurrent.futures",
        "distutils",
        "importlib.metadata",
        "importlib.resources",
        "logging",
        "multiprocessing",
        "pkg_resources",
        "pydantic",
        "rich",
        "sealwright.service",
        "sqlite3",
        "starlette",
        "subprocess",
        "tempfile",
        "unittest",
        "urllib.request",
        "uvicorn",
        "xml",
        "yaml",
    }
)
"""No command that is run in a loop or at a prompt needs any of these."""
X509 = frozenset({"cryptography", "dataclasses", "email"})
"""What reading a certificate needs; nobody else does."""
HTTP = frozenset({"http.client", "ssl", "sealwright.transport", "sealwright.repositories.registry"})
COSE = frozenset({"cbor2"})

RECORDER = """
import atexit, json, sys
before = set(sys.modules)
file = sys.argv.pop(1)
def record():
    with open(file, "w") as out:
        json.dump(sorted(set(sys.modules) - before), out)
atexit.register(record)
from sealwright.programs import main
sys.argv[0] = "seal"
main()
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    chain = pki.chain("ec256")
    made = Home(tmp_path_factory.mktemp("speed") / "home")
    made.add_key("build", chain)
    made.trust("acme", chain.root)
    made.policy(statement(stores=("ca:acme",)))
    return made


@pytest.fixture(scope="module")
def layout(home: Home) -> str:
    images.make_layout(home.folder / "layout", "v1", "unsigned")
    made = f"oci:{home.folder}/layout:v1"
    home.must("sign", made)
    return made


@pytest.fixture(scope="module")
def image(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with Registry(tmp_path_factory.mktemp("speed-registry")) as registry:
        made = images.push(f"{registry.local}/net-monitor", "v1")
        home.must("sign", made)
        yield made


def loaded(home: Home, folder: Path, *arguments: str) -> frozenset[str]:
    """The modules that a command loads, and the packages they are in."""
    file = folder / "loaded.json"
    done = home.run([sys.executable, "-I", "-c", RECORDER, str(file), *arguments])
    assert 0 == done.status, done
    return frozenset(json.loads(file.read_text()))


def test_version_loads_nothing_but_the_version(home: Home, tmp_path: Path) -> None:
    own = {"sealwright", "sealwright.dialect_names", "sealwright.programs", "sealwright.version", "gc"}
    assert own >= loaded(home, tmp_path, "--version")


@pytest.mark.parametrize("arguments", [("--help",), ("-h",), ("ls", "--help"), ("push", "--help")])
def test_help_loads_neither_http_nor_x509(home: Home, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    forbidden = ALWAYS | HTTP | COSE | (frozenset() if "push" in arguments else X509)
    assert frozenset() == loaded(home, tmp_path, *arguments) & forbidden


def test_the_overview_loads_no_command(home: Home, tmp_path: Path) -> None:
    found = loaded(home, tmp_path, "--help")
    assert set() == {name for name in found if name.startswith("sealwright.cli.commands.")}
    assert frozenset() == found & {"msgspec", "json", "pathlib"}


def test_verifying_a_layout_loads_no_http(home: Home, layout: str, tmp_path: Path) -> None:
    found = loaded(home, tmp_path, "verify", layout)
    assert frozenset() == found & (ALWAYS | HTTP | COSE)
    assert "cryptography.x509" in found


def test_verifying_an_image_loads_no_layouts(home: Home, image: str, tmp_path: Path) -> None:
    found = loaded(home, tmp_path, "verify", image)
    forbidden = ALWAYS | COSE | {"sealwright.repositories.layout", "encodings.idna"}
    assert frozenset() == found & forbidden
    assert "http.client" in found


def test_listing_the_signatures_of_a_layout_loads_neither_http_nor_x509(
    home: Home, layout: str, tmp_path: Path
) -> None:
    assert frozenset() == loaded(home, tmp_path, "ls", layout) & (ALWAYS | HTTP | COSE | X509)


def test_signing_in_a_layout_loads_no_http(home: Home, layout: str, tmp_path: Path) -> None:
    unsigned = layout.replace(":v1", ":unsigned")
    assert frozenset() == loaded(home, tmp_path, "sign", unsigned) & (ALWAYS | HTTP | COSE)


def test_signing_an_image_loads_no_layouts(home: Home, image: str, tmp_path: Path) -> None:
    found = loaded(home, tmp_path, "sign", image)
    assert frozenset() == found & (ALWAYS | COSE | {"sealwright.repositories.layout"})
