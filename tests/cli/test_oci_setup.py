"""`seal oci-setup`: the files that Oracle's client reads, the key that the service learns, and the check."""

import configparser
import json
import re
import shlex
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from sealwright.service.configuration import Configuration
from sealwright.service.configuration.oracle import Oracle
from sealwright.service.configuration.tunnel import Tunnel
from world.accounts import Guarded, basic
from world.registry import Registry, free_port
from world.seal import Ended, seal
from world.tls import Tls
from world.wire import Wire

PRIVATE = {"config", "oci_api_key.pem", "oci_cli_rc"}
PUBLIC = {"ca.pem", "devtool.json", "environment.sh"}
ACCOUNT = ("-u", "alice", "-p", "wonderland")


def configured(folder: Path) -> Configuration:
    whole = Configuration.on(folder)
    return replace(whole, oracle=Oracle(namespace="acme"), tunnel=Tunnel(port=0))


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    with Registry(configured(tmp_path_factory.mktemp("registry"))) as running:
        yield running


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """A service with accounts, and a tunnel."""
    with Guarded(configured(tmp_path_factory.mktemp("guarded"))) as running:
        yield running


def setup(address: str, folder: Path, *more: str) -> Ended:
    return seal("oci-setup", address, "--folder", folder, *more)


def ini(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read_string(path.read_text())
    return parser


def test_the_files_are_those_that_the_client_reads(registry: Registry, tmp_path: Path) -> None:
    folder = tmp_path / "for oracle"
    done = setup(registry.local, folder)
    assert (0, "") == (done.code, done.err)
    assert PRIVATE | PUBLIC == {path.name for path in folder.iterdir()}
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert dict.fromkeys(PRIVATE, 0o600) | dict.fromkeys(PUBLIC, 0o644) == modes
    assert 0o700 == stat.S_IMODE(folder.stat().st_mode)
    told = Wire(registry.address).ask("GET", "/api/v1/oracle").json
    [key] = [
        one
        for one in Wire(registry.address).ask("GET", "/api/v1/oracle/api-keys").json["keys"]
        if one["fingerprint"] == ini(folder / "config")["DEFAULT"]["fingerprint"]
    ]
    assert key["note"].startswith("seal oci-setup at ")
    config = dict(ini(folder / "config")["DEFAULT"])
    assert {
        "user": told["user"],
        "tenancy": told["tenancy"],
        "fingerprint": key["fingerprint"],
        "region": "local-1",
        "key_file": str(folder / "oci_api_key.pem"),
    } == config
    rc = ini(folder / "oci_cli_rc")
    assert {"region": "local-1", "cert-bundle": str(folder / "ca.pem")} == dict(rc["DEFAULT"])
    assert told["tunnel"] == rc["OCI_CLI_SETTINGS"]["proxy"]
    devtool = json.loads((folder / "devtool.json").read_text())
    assert {
        "services": [],
        "regions": [
            {
                "realmKey": "oclocal",
                "realmDomainComponent": "sealwright.internal",
                "regionKey": "LOC",
                "regionIdentifier": "local-1",
            }
        ],
        "developerToolConfigurationProvider": "sealwright",
        "allowOnlyDeveloperToolConfigurationRegions": True,
    } == devtool
    assert told["authority"] == (folder / "ca.pem").read_text()
    assert (folder / "oci_api_key.pem").read_text().endswith("-----END PRIVATE KEY-----\nOCI_API_KEY\n")


def test_the_lines_for_the_shell_are_such(registry: Registry, tmp_path: Path) -> None:
    folder = tmp_path / "it's here"
    done = setup(registry.local, folder, "--print-env")
    script = f"export CURL_CA_BUNDLE=x\n{done.out}\nenv"
    said = subprocess.run(["bash", "-eu", "-c", script], capture_output=True, text=True, check=True).stdout
    found = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
    names = ("OCI_CLI_CONFIG_FILE", "OCI_CONFIG_FILE", "OCI_CLI_RC_FILE", "REQUESTS_CA_BUNDLE")
    files = ("config", "config", "oci_cli_rc", "ca.pem")
    assert [str(folder / name) for name in files] == [found[name] for name in names]
    assert str(folder / "devtool.json") == found["OCI_DEVELOPER_TOOL_CONFIGURATION_FILE_PATH"]
    assert "CURL_CA_BUNDLE" not in found
    assert done.out == (folder / "environment.sh").read_text()
    assert done.out == seal("oci-setup", "--print-env", "--folder", folder).out
    assert shlex.quote(str(folder / "config")) in done.out


def test_the_check_goes_the_way_of_the_client(registry: Registry, tmp_path: Path) -> None:
    assert 0 == setup(registry.local, tmp_path / "oracle").code
    done = seal("oci-setup", "--check", "--folder", tmp_path / "oracle")
    url = "https://artifacts.local-1.oci.sealwright.internal/20160918/container/configuration"
    assert (0, f"# {url} answers: namespace acme\n") == (done.code, done.out)


def test_the_check_tells_what_stands_in_the_way(registry: Registry, tmp_path: Path) -> None:
    folder = tmp_path / "oracle"
    assert 0 == setup(registry.local, folder).code

    def checked() -> Ended:
        return seal("oci-setup", "--check", "--folder", folder)

    fingerprint = ini(folder / "config")["DEFAULT"]["fingerprint"]
    gone = Wire(registry.address).ask("DELETE", f"/api/v1/oracle/api-keys/{fingerprint}")
    assert 204 == gone.status
    assert "[oracle.check-refused]" in checked().err
    authority = (folder / "ca.pem").read_bytes()
    (folder / "ca.pem").write_bytes(b"no certificate")
    assert "[network.ca-file-unusable]" in checked().err
    (folder / "ca.pem").write_bytes(authority)
    rc = (folder / "oci_cli_rc").read_text()
    (folder / "oci_cli_rc").write_text(re.sub("127.0.0.1:[0-9]+", f"127.0.0.1:{free_port()}", rc))
    assert "[network." in checked().err
    (folder / "oci_cli_rc").write_text("no sections")
    assert "[oracle.setup-unusable]" in checked().err
    (folder / "devtool.json").unlink()
    (folder / "oci_cli_rc").write_text(rc)
    assert "[file.absent]" in checked().err


def test_what_is_there_is_left_alone_unless_it_is_asked_for(registry: Registry, tmp_path: Path) -> None:
    folder = tmp_path / ".oci"
    folder.mkdir()
    (folder / "config").write_text("[DEFAULT]\nmine=1\n")
    keys = Wire(registry.address).ask("GET", "/api/v1/oracle/api-keys").json
    done = setup(registry.local, folder)
    assert (2, True) == (done.code, "[oracle.setup-exists]" in done.err)
    assert ["config"] == [path.name for path in folder.iterdir()]
    assert keys == Wire(registry.address).ask("GET", "/api/v1/oracle/api-keys").json
    assert 0 == setup(registry.local, folder, "--force").code
    assert "mine" not in (folder / "config").read_text()


def test_the_folder_is_one_of_our_own_if_none_is_named(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    assert 0 == seal("oci-setup", registry.local).code
    assert (tmp_path / "settings" / "sealwright" / "oracle" / "config").exists()
    assert not (Path.home() / ".oci").exists()


def test_without_a_service_nothing_is_set_up(tmp_path: Path) -> None:
    assert 2 == seal("oci-setup", "--folder", tmp_path).code
    done = seal("oci-setup", "--check", "--folder", tmp_path)
    assert "[file.absent]" in done.err


def test_a_service_without_oracles_apis_says_so(tmp_path: Path) -> None:
    with Registry(tmp_path / "registry") as plain:
        done = setup(plain.local, tmp_path / "oracle")
        assert done.code
        assert not (tmp_path / "oracle").exists()


def test_a_key_belongs_to_the_account_that_logs_in(guarded: Guarded, tmp_path: Path) -> None:
    address = guarded.registry.local
    assert "[registry.service-refused]" in setup(address, tmp_path / "nobody").err
    assert "[registry.service-refused]" in setup(address, tmp_path / "wrong", "-u", "alice", "-p", "x").err
    assert not (tmp_path / "wrong").exists()
    done = setup(address, tmp_path / "alice", *ACCOUNT, "--check", "--note", "of a test")
    assert (0, "") == (done.code, done.err)
    told = guarded.wire.ask("GET", "/api/v1/oracle", headers=basic("alice", "wonderland")).json
    assert told["user"] == ini(tmp_path / "alice" / "config")["DEFAULT"]["user"]
    keys = guarded.wire.ask("GET", "/api/v1/oracle/api-keys", headers=basic("alice", "wonderland"))
    assert ["of a test"] == [one["note"] for one in keys.json["keys"]]
    assert {"keys": []} == guarded.wire.ask("GET", "/api/v1/oracle/api-keys", headers=guarded.admin).json


def test_a_session_token_stands_for_an_account_for_a_while(guarded: Guarded, tmp_path: Path) -> None:
    address, folder = guarded.registry.local, tmp_path / "oracle"
    done = setup(address, folder, *ACCOUNT, "--session-token", "2s", "--check")
    assert (0, "") == (done.code, done.err)
    assert "export OCI_CLI_AUTH=security_token" in done.out
    assert 0o600 == stat.S_IMODE((folder / "token").stat().st_mode)
    assert str(folder / "token") == ini(folder / "config")["DEFAULT"]["security_token_file"]
    guarded.settle()
    guarded.settle()
    assert "[oracle.check-refused]" in seal("oci-setup", "--check", "--folder", folder).err
    assert 0 == setup(address, folder, *ACCOUNT, "--force", "--check").code
    assert not (folder / "token").exists()
    assert (
        "[registry.service-refused]"
        in setup(address, tmp_path / "long", *ACCOUNT, "--session-token", "2h").err
    )


def test_without_a_tunnel_the_names_are_left_to_dns(tmp_path: Path) -> None:
    trusted = tmp_path / "company.pem"
    trusted.write_text(Path(Tls(tmp_path).ca_file).read_text())
    whole = replace(configured(tmp_path / "registry"), tunnel=Tunnel())
    with Registry(replace(whole, oracle=Oracle(namespace="acme", domain="cloud.example:8443"))) as running:
        assert 0 == setup(running.local, tmp_path / "plain").code
        assert 0 == setup(running.local, tmp_path / "company", "--trust", str(trusted)).code
    plain, company = tmp_path / "plain", tmp_path / "company"
    assert not (plain / "ca.pem").exists()
    assert "REQUESTS_CA_BUNDLE" not in (plain / "environment.sh").read_text()
    assert {"region": "local-1"} == dict(ini(plain / "oci_cli_rc")["DEFAULT"])
    assert trusted.read_text() == (company / "ca.pem").read_text()
    for folder in (plain, company):
        assert not ini(folder / "oci_cli_rc").has_section("OCI_CLI_SETTINGS")
        region = json.loads((folder / "devtool.json").read_text())["regions"][0]
        assert "cloud.example:8443" == region["realmDomainComponent"]
    done = seal("oci-setup", "--check", "--folder", plain)
    assert "[network." in done.err
    assert "artifacts.local-1.oci.cloud.example" in done.err
