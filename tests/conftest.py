"""Rules for every test: pure floors see no socket, others only loopback; peers are skipped by name."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import pytest_socket

from peers import programs
from world.storages import KINDS, Storages

PURE = ("floor0", "approval", "policy", "pki", "openpgp", "formats")
TESTS = Path(__file__).parent

# the same examples each time, so that a change is judged by itself; `make soak` looks for new ones
hypothesis.settings.register_profile("usual", deadline=None, derandomize=True)
hypothesis.settings.register_profile(
    "soak", deadline=None, max_examples=10_000, suppress_health_check=list(hypothesis.HealthCheck)
)
hypothesis.settings.load_profile("soak" if "SEALWRIGHT_SOAK" in os.environ else "usual")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, by name, what needs a peer that is not here; fail if that peer was promised."""
    promised = set(os.environ.get("SEALWRIGHT_PEERS_PROMISED", "").split())
    for item in items:
        for mark in item.iter_markers("peer"):
            for name in mark.args:
                if programs.find(name) is not None:
                    continue
                if name in promised:
                    message = f"the peer {name} was promised by SEALWRIGHT_PEERS_PROMISED and is not here"
                    raise pytest.UsageError(message)
                item.add_marker(pytest.mark.skip(reason=f"peer missing: {name}"))


@pytest.fixture(scope="session")
def storages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storages]:
    """Every kind of storage; `storage_kind` says which."""
    made = Storages(tmp_path_factory.mktemp("storages"))
    yield made
    made.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `storage_kind` runs with every kind of storage whose servers are here."""
    if "storage_kind" in metafunc.fixturenames and not any(
        "storage_kind" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")
    ):
        postgres, objects = pytest.mark.peer("postgres"), pytest.mark.peer("versitygw")
        marks = {"postgres": [postgres], "objects": [objects], "shared": [postgres, objects]}
        metafunc.parametrize(
            "storage_kind", [pytest.param(kind, marks=marks.get(kind, [])) for kind in KINDS]
        )


@pytest.fixture(autouse=True)
def _sockets(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.path.relative_to(TESTS).parts[0] in PURE:
        pytest_socket.disable_socket()
    else:
        pytest_socket.socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)
    yield
    pytest_socket.enable_socket()
    pytest_socket._remove_restrictions()


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the settings, keys or credentials of whoever runs it, nor the policies of the machine."""
    for name in [*os.environ]:
        if name.startswith(
            (
                "NOTATION_",
                "SEALWRIGHT_USER",
                "SEALWRIGHT_PASS",
                "SEALWRIGHT_POLICY",
                "GNUPG",
                "DOCKER_",
                "XDG_",
            )
        ):
            monkeypatch.delenv(name)
    for name in ("REGISTRY_AUTH_FILE", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SEALWRIGHT_ROOT", str(tmp_path / "root"))
