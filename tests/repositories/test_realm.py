"""Where a password may be sent."""

import pytest

from sealwright.errors import AccessDeniedError
from sealwright.repositories.realm import require_decent
from sealwright.transport.origin import Origin

SECURE = Origin.of("https://registry.example")


@pytest.mark.parametrize(
    ("realm", "registry"),
    [
        ("https://auth.docker.io/token", "https://registry-1.docker.io"),
        ("https://registry.example/token?x=y", "https://registry.example"),
        ("https://1.1.1.1/token", "https://registry.example"),
        ("https://10.0.0.5:8443/token", "https://10.0.0.5"),
        ("http://localhost:5001/auth", "http://localhost:5000"),
        ("http://127.0.0.1:5001/auth", "http://127.0.0.1:5000"),
        ("http://auth.example/token", "http://registry.example"),
        ("https://auth.example/token", "http://registry.example"),
        ("https://[2606:4700::1111]/token", "https://registry.example"),
    ],
)
def test_decent_realms(realm: str, registry: str) -> None:
    assert realm == require_decent(realm, Origin.of(registry))


@pytest.mark.parametrize(
    "realm",
    [
        "",
        "token",
        "ftp://registry.example/token",
        "http://registry.example/token",
        "http://auth.example/token",
        "https://user:pw@auth.example/token",
        "https://10.0.0.5/token",
        "https://127.0.0.1/token",
        "https://127.1/token",
        "https://169.254.169.254/latest/meta-data",
        "https://192.168.1.1/token",
        "https://100.64.0.1/token",
        "https://0.0.0.0/token",
        "https://[::1]/token",
        "https://[fd00::1]/token",
        "https://[::ffff:10.0.0.5]/token",
        "https://localhost/token",
        "https://foo.localhost/token",
        "https://2130706433/token",
        "https://0x7f000001/token",
        "https://0x7f.1/token",
        "https://auth example/token",
    ],
)
def test_realms_that_are_refused(realm: str) -> None:
    with pytest.raises(AccessDeniedError) as caught:
        require_decent(realm, SECURE)
    assert "registry.realm-refused" == caught.value.code
    assert "registry.example" in str(caught.value)
