"""Host names that are none: an error of the network, never a fault of ours."""

from pathlib import Path

import pytest

from sealwright.errors import NetworkError
from sealwright.transport.client import Transport
from sealwright.transport.message import Request
from sealwright.transport.tls import VerifiedTls
from world.hostile_registry import HostileRegistry
from world.proxy import Proxy
from world.tls import Tls


@pytest.mark.parametrize("host", [".registry.example", "registry..example", "a" * 64 + ".example"])
def test_a_name_that_no_certificate_can_hold_is_told(tmp_path: Path, host: str) -> None:
    tls = Tls(tmp_path)
    with HostileRegistry(tls.server("registry.example")) as server, Proxy(server.port) as proxy:
        transport = Transport(
            VerifiedTls(tls.ca_file, environment={}), environment={"HTTPS_PROXY": proxy.address}
        )
        with pytest.raises(NetworkError) as caught:
            transport.send(Request("GET", f"https://{host}/x"))
        transport.close()
    assert caught.value.code.startswith("network.")
    assert str(caught.value)
