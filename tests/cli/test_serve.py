"""`seal serve`: its settings from flags, environment and file, and what it says of them."""

import signal
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from world.service import Service, run

GOOD = """\
[server]
port = 5001
[storage]
folder = "content"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "serve.toml"
    path.write_text(GOOD)
    return path


def test_flags_go_before_the_environment_which_goes_before_the_file(tmp_path: Path, file: Path) -> None:
    variables = {"SEALWRIGHT_SERVE_SERVER_PORT": "5002", "SEALWRIGHT_SERVE_SERVER_HOST": "127.0.0.2"}
    checked = run("--config", str(file), "--check-config")
    assert "address: 127.0.0.1, port 5001" in checked.stdout
    assert f"folder: {tmp_path}/content, to be made" in checked.stdout
    checked = run("--config", str(file), "--check-config", variables=variables)
    assert "address: 127.0.0.2, port 5002" in checked.stdout
    flags = ("--port", "5003", "--host", "127.0.0.3", "--folder", str(tmp_path / "other"))
    checked = run("--config", str(file), "--check-config", *flags, variables=variables)
    assert "address: 127.0.0.3, port 5003" in checked.stdout
    assert f"folder: {tmp_path}/other, to be made" in checked.stdout


def test_the_file_in_the_folder_for_settings_is_read_unless_another_is_named(
    tmp_path: Path, file: Path
) -> None:
    own = tmp_path / "home/.config/sealwright/serve.toml"
    own.parent.mkdir(parents=True)
    own.write_text("[server]\nport = 5009\n")
    assert "port 5009" in run("--check-config", home=tmp_path / "home").stdout
    assert "port 5001" in run("--check-config", "--config", str(file), home=tmp_path / "home").stdout
    own.unlink()
    checked = run("--check-config", home=tmp_path / "home")
    assert "port 5000" in checked.stdout
    assert f"folder: {tmp_path}/home/.local/share/sealwright/registry, to be made" in checked.stdout


def test_settings_that_are_right_end_with_0_and_nothing_is_made(tmp_path: Path, file: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    checked = run("--config", str(file), "--check-config")
    assert (0, "") == (checked.returncode, checked.stderr)
    assert before == sorted(tmp_path.rglob("*"))


def test_every_problem_is_one_line(tmp_path: Path, file: Path) -> None:
    file.write_text(
        "[server]\nhost = 'nowhere.invalid'\ntls_certificate = 'none.pem'\ntls_key = 'none.key'\n"
        "trusted_proxies = ['10.0.0.1/8']\n[storage]\nfolder = 'serve.toml/content'\n"
        "blobs = 'file:///tmp'\n"
    )
    checked = run("--config", str(file), "--check-config")
    assert 2 == checked.returncode
    assert [
        "service.host-unknown",
        "service.tls-unusable",
        "service.setting-invalid",
        "service.folder-unusable",
        "service.object-store-unknown",
    ] == [line.rpartition("[")[2].rstrip("]") for line in checked.stderr.splitlines()]


def test_problems_of_the_file_are_told_one_a_line_too(file: Path) -> None:
    file.write_text("[server]\nport = 'x'\ncolour = 1\n")
    for arguments in (("--check-config",), ()):
        checked = run("--config", str(file), *arguments, variables={"SEALWRIGHT_SERVE_X": "1"})
        assert 2 == checked.returncode
        told = [line for line in checked.stderr.splitlines() if line.startswith("error: ")]
        assert 3 == len(told)
        assert f"error: {file}:2:1: server.port cannot be used: " in told[0]
        assert "SEALWRIGHT_SERVE_X" in told[2]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    for arguments, status in ((("--check-config",), 2), ((), 5)):
        checked = run("--config", str(tmp_path / "none.toml"), *arguments)
        assert (status, True) == (checked.returncode, "file.unreadable" in checked.stderr)


def test_the_migration_of_the_database_is_told(tmp_path: Path, file: Path) -> None:
    with Service(tmp_path):
        checked = run("--config", str(file), "--check-config")  # also beside a server that runs
        assert 0 == checked.returncode, checked.stderr
    assert ", at migration " in checked.stdout
    with closing(sqlite3.connect(tmp_path / "content/sealwright.db")) as database:
        database.execute("INSERT INTO migrations VALUES (9999, '9999-later', 'sha256:x', 0)")
        database.commit()
    checked = run("--config", str(file), "--check-config")
    assert (2, True) == (checked.returncode, "service.folder-newer" in checked.stderr)


def test_a_database_or_object_store_that_does_not_answer_is_told_without_its_secrets(tmp_path: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        variables = {
            "SEALWRIGHT_SERVE_STORAGE_DATABASE": f"postgresql://user:s3cr3t@127.0.0.1:{port}/registry",
            "SEALWRIGHT_SERVE_STORAGE_BLOBS": "s3://bucket/prefix",
            "SEALWRIGHT_SERVE_STORAGE_OPTIONS_ENDPOINT": f"http://127.0.0.1:{port}",
            "SEALWRIGHT_SERVE_STORAGE_OPTIONS_REGION": "eu-1",
            "SEALWRIGHT_SERVE_STORAGE_OPTIONS_ACCESS_KEY_ID": "k3y",
            "SEALWRIGHT_SERVE_STORAGE_OPTIONS_SECRET_ACCESS_KEY": "t0ps3cr3t",
        }
        checked = run("--check-config", variables=variables)
    assert 2 == checked.returncode
    assert 2 == len(checked.stderr.splitlines()), checked.stderr
    assert "service.database-unreachable" in checked.stderr
    assert "s3cr3t" not in checked.stdout + checked.stderr


def test_the_service_says_that_it_is_only_read(tmp_path: Path) -> None:
    with Service(tmp_path, "", "--read-only") as service:
        assert service.process.stdout is not None
        said = [service.process.stdout.readline().strip() for _ in range(2)]
        assert "read-only: every change is refused" in said


def test_it_ends_with_0_when_told_to(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        service.signal(signal.SIGINT)
        assert 0 == service.ended()
