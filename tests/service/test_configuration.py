"""The file of settings and the environment, and what is said of their faults."""

from pathlib import Path

import pytest

from sealwright import limits
from sealwright.errors import DocumentError, StorageError
from sealwright.service.configuration import Configuration, load

WHOLE = """\
[server]
host = "::1"
port = 5443
public_url = "https://registry.example.org"
tls_certificate = "tls/registry.pem"
tls_key = "/etc/tls/registry.key"
trusted_proxies = ["10.0.0.0/8", "::1"]
read_only = true
metrics = "off"
shutdown_delay_seconds = 5
shutdown_grace_seconds = 0.5

[storage]
folder = "content"
database = "postgresql://user:secret@db/registry"
blobs = "s3://bucket/prefix"
[storage.options]
region = "eu-1"

[limits]
connections = 10
burst_seconds = 1.5

[log]
format = "text"
level = "error"
"""


def written(folder: Path, text: str | bytes) -> Path:
    file = folder / "serve.toml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def faults(path: Path | None, **variables: str) -> list[str]:
    """Every complaint about a file and an environment, without the folder of the file."""
    with pytest.raises(DocumentError) as caught:
        load(path, {f"SEALWRIGHT_SERVE_{name}": value for name, value in variables.items()})
    folder = f"{path.parent}/" if path is not None else "\0"
    return [str(error).replace(folder, "") for error in (caught.value, *caught.value.others)]


def test_without_a_file_everything_has_a_default() -> None:
    found = load(None, {"HOME": "/root", "SEALWRIGHT_PASSPHRASE": "x"})
    assert Configuration() == found
    assert ("127.0.0.1", 5000) == (found.server.host, found.server.port)
    assert limits.SERVICE_CONNECTIONS == found.limits.connections


def test_an_empty_file_is_as_none(tmp_path: Path) -> None:
    assert Configuration() == load(written(tmp_path, ""), {})


def test_every_setting_of_the_file_is_read_and_places_count_from_its_folder(tmp_path: Path) -> None:
    found = load(written(tmp_path, WHOLE), {})
    assert ("::1", 5443, True, "off") == (
        found.server.host,
        found.server.port,
        found.server.read_only,
        found.server.metrics,
    )
    assert (5, 0.5) == (found.server.shutdown_delay_seconds, found.server.shutdown_grace_seconds)
    assert ("10.0.0.0/8", "::1") == found.server.trusted_proxies
    assert f"{tmp_path}/tls/registry.pem" == found.server.tls_certificate
    assert "/etc/tls/registry.key" == found.server.tls_key
    assert f"{tmp_path}/content" == found.storage.folder
    assert {"region": "eu-1"} == found.storage.options
    assert (10, 1.5) == (found.limits.connections, found.limits.burst_seconds)
    assert ("text", "error") == (found.log.format, found.log.level)


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    variables = {
        "SERVER_PORT": "1234",
        "SERVER_READ_ONLY": "false",
        "SERVER_TRUSTED_PROXIES": '["192.0.2.0/24"]',
        "STORAGE_FOLDER": "elsewhere",
        "STORAGE_OPTIONS_SECRET_ACCESS_KEY": "s",
        "LIMITS_BURST_SECONDS": "0.25",
        "LOG_LEVEL": "debug",
    }
    found = load(
        written(tmp_path, WHOLE), {f"SEALWRIGHT_SERVE_{name}": value for name, value in variables.items()}
    )
    assert (1234, False, ("192.0.2.0/24",)) == (
        found.server.port,
        found.server.read_only,
        found.server.trusted_proxies,
    )
    assert str(tmp_path / "elsewhere") == found.storage.folder
    assert {"region": "eu-1", "secret_access_key": "s"} == found.storage.options
    assert (0.25, "debug", "text") == (found.limits.burst_seconds, found.log.level, found.log.format)
    assert "::1" == found.server.host


@pytest.mark.parametrize(
    ("content", "value"), [("secret\n", "secret"), ("secret", "secret"), (" a b \r\n", " a b ")]
)
def test_a_variable_may_name_a_file_that_holds_the_value(tmp_path: Path, content: str, value: str) -> None:
    (tmp_path / "secret").write_text(content, newline="")
    variables = {
        "SEALWRIGHT_SERVE_STORAGE_DATABASE_FILE": str(tmp_path / "secret"),
        "SEALWRIGHT_SERVE_STORAGE_OPTIONS_SECRET_ACCESS_KEY_FILE": str(tmp_path / "secret"),
    }
    found = load(None, variables)
    assert (value, {"secret_access_key": value}) == (found.storage.database, found.storage.options)


def test_every_fault_is_told_with_its_place(tmp_path: Path) -> None:
    text = """\
[server]
port = 70000
hots = "x"
  read_only = "yes"

[ limits ]
connections = 0
[colour]
red = 1
[log]
"format" = "xml"
"""
    assert [
        "serve.toml:2:1: server.port cannot be used: expected `int` <= 65535",
        "serve.toml:3:1: there is no setting server.hots",
        "serve.toml:4:3: server.read_only cannot be used: expected `bool`, got `str`",
        "serve.toml:7:1: limits.connections cannot be used: expected `int` >= 1",
        "serve.toml:8:2: there is no setting colour",
        "serve.toml:11:1: log.format cannot be used: invalid enum value 'xml'",
        "the environment: SEALWRIGHT_SERVE_SERVER_PORT cannot be used: expected `int`, got `str`",
        "SEALWRIGHT_SERVE_SERVER_PROT: the variable stands for no setting",
    ] == faults(written(tmp_path, text), SERVER_PORT="many", SERVER_PROT="1")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[server\n", "serve.toml:1:8: the settings cannot be used: "),
        ("\n\nport =", "serve.toml: the settings cannot be used: "),
        ("[server]\nport = 1\nport = 2\n", "serve.toml:3:9: the settings cannot be used: "),
        ("[server]\n[server]\n", "serve.toml:2:"),
        (b"\xff", "serve.toml: the settings cannot be used: not UTF-8"),
        ("server = 1\n", "serve.toml:1:1: server cannot be used: expected `object`, got `int`"),
        ("[[server]]\n", "serve.toml:1:3: server cannot be used: expected `object`, got `array`"),
        ("a = " + "[" * 3000, "serve.toml: the settings cannot be used: "),
        ("port = 5000\n", "serve.toml:1:1: there is no setting port"),
        ("[server]\nport = 5000.5\n", "serve.toml:2:1: server.port cannot be used: expected `int`"),
        ("[server]\nport = true\n", "serve.toml:2:1: server.port cannot be used: expected `int`"),
        ("[limits]\nburst_seconds = nan\n", "serve.toml:2:1: limits.burst_seconds cannot be used"),
        ("[limits]\nburst_seconds = -1\n", "serve.toml:2:1: limits.burst_seconds cannot be used"),
        ("[storage.options]\na = 1\n", "serve.toml"),
        ("x" * (limits.CONFIG_FILE_BYTES + 1), "serve.toml: "),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_told(tmp_path: Path, text: str | bytes, fault: str) -> None:
    (found,) = faults(written(tmp_path, text))
    assert found.startswith(fault), found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SERVER_PORT", ""),
        ("SERVER_PORT", "-1"),
        ("SERVER_READ_ONLY", "maybe"),
        ("SERVER_TRUSTED_PROXIES", "10.0.0.0/8"),
        ("SERVER_METRICS", "ADMIN"),
        ("SERVER", "x"),
        ("PORT", "1"),
        ("", "1"),
        ("STORAGE_OPTIONS", "{}"),
        ("STORAGE_OPTIONS_", "x"),
        ("STORAGE_DATABASE_FILE", "/nonexistent"),
        ("STORAGE_DATABASE_FILE", "/dev/zero"),
        ("NOTHING_FILE", "/dev/null"),
        ("server_port", "1"),
    ],
)
def test_a_variable_that_cannot_be_used_is_named(name: str, value: str) -> None:
    (found,) = faults(None, **{name: value})
    assert f"SEALWRIGHT_SERVE_{name}" in found


def test_a_value_and_a_file_for_it_are_one_too_many(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("b")
    (found,) = faults(None, STORAGE_DATABASE="a", STORAGE_DATABASE_FILE=str(tmp_path / "secret"))
    assert "SEALWRIGHT_SERVE_STORAGE_DATABASE is set as well" in found


def test_no_secret_is_told_of_a_fault(tmp_path: Path) -> None:
    file = written(tmp_path, '[storage]\ndatabase = ["s3cr3t"]\n[storage.options]\nsecret_access_key = 53\n')
    told = "".join(faults(file, STORAGE_FOLDER_FILE="/nonexistent", SERVER_PORT="s3cr3t"))
    assert "s3cr3t" not in told
    assert "53" not in told


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(StorageError) as caught:
            load(path, {})
        assert "file.unreadable" == caught.value.code
