"""`deploy/compose`: what it says is what the service reads, and what its parts need of each other."""

import ipaddress
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from sealwright.service import checking
from sealwright.service.configuration import Configuration, load

FOLDER = Path(__file__).parents[2] / "deploy/compose"
COMPOSE: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text())
REPLICAS = [name for name, service in COMPOSE["services"].items() if "sealwright" in service["image"]]


def settings(replica: str, folder: Path) -> Configuration:
    """What a replica reads: its environment, and its files from where they would be mounted."""
    secrets = {
        "database": "postgresql://sealwright:s3cr3t@database/sealwright",
        "object_store_secret": "t0ps3cr3t",
    }
    variables = {}
    for name, value in COMPOSE["services"][replica]["environment"].items():
        mounted = value
        if value.startswith("/run/secrets/"):
            secret = value.removeprefix("/run/secrets/")
            assert secret in COMPOSE["services"][replica]["secrets"]
            (folder / secret).write_text(secrets[secret] + "\n")
            mounted = str(folder / secret)
        variables[name] = mounted
    source, target, mode = COMPOSE["services"][replica]["volumes"][0].split(":")
    assert ("/etc/sealwright/serve.toml", "ro") == (target, mode)
    return load(FOLDER / source, variables)


@pytest.mark.parametrize("replica", REPLICAS)
def test_the_service_reads_its_settings(tmp_path: Path, replica: str) -> None:
    found = settings(replica, tmp_path)
    assert "postgresql://sealwright:s3cr3t@database/sealwright" == found.storage.database
    assert "s3://sealwright/blobs" == found.storage.blobs
    assert {
        "endpoint": "http://objects:7070",
        "region": "us-east-1",
        "access_key_id": "sealwright",
        "secret_access_key": "t0ps3cr3t",
    } == found.storage.options


def test_there_are_two_replicas_and_the_balancer_knows_both(tmp_path: Path) -> None:
    assert 2 == len(REPLICAS)
    balancer = (FOLDER / "balancer.cfg").read_text()
    port = settings(REPLICAS[0], tmp_path).server.port
    assert [f"{name}:{port}" for name in REPLICAS] == re.findall(
        r"^  server \w+ (\S+)$", balancer, re.MULTILINE
    )
    assert "option httpchk GET /readyz" in balancer


def test_the_balancer_is_trusted_with_the_addresses_of_clients(tmp_path: Path) -> None:
    (network,) = COMPOSE["networks"]["inside"]["ipam"]["config"]
    assert (network["subnet"],) == settings(REPLICAS[0], tmp_path).server.trusted_proxies
    assert ipaddress.ip_network(network["subnet"]).is_private
    assert "option forwardfor" in (FOLDER / "balancer.cfg").read_text()


def test_whatever_is_named_is_there() -> None:
    for service in COMPOSE["services"].values():
        assert set(service.get("networks", ())) <= set(COMPOSE["networks"])
        assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"])
        assert set(service.get("depends_on", ())) <= set(COMPOSE["services"])
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert (FOLDER / source).is_file() if source.startswith(".") else source in COMPOSE["volumes"]


def test_a_replica_is_given_time_to_end(tmp_path: Path) -> None:
    server = settings(REPLICAS[0], tmp_path).server
    for name in REPLICAS:
        grace = int(COMPOSE["services"][name]["stop_grace_period"].removesuffix("s"))
        assert server.shutdown_delay_seconds + server.shutdown_grace_seconds < grace


def test_no_secret_is_told_when_the_settings_are_checked(tmp_path: Path) -> None:
    said: list[str] = []
    problems = checking.problems(settings(REPLICAS[0], tmp_path), said.append)
    told = " ".join([*said, *map(str, problems)])
    assert problems
    assert "s3cr3t" not in told
