"""`seal` itself asks our service about certificates of ours, signs with its timestamps, and verifies them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sealwright.workflow.authority.revoking import Why, release, revoke
from sealwright.workflow.clock import now
from world.home import statement
from world.published import Published


@pytest.fixture(params=["ocsp", "crl", "both"])
def published(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Published]:
    with Published(tmp_path, ocsp=request.param != "crl", crl=request.param != "ocsp") as made:
        yield made


def verified(published: Published, image: str) -> tuple[int, str]:
    """Status and words of a verification that knows no answers yet."""
    done = published.home.seal("verify", image, XDG_CACHE_HOME=str(published.home.folder / f"cache-{now()}"))
    return done.status, done.out + done.err


def test_good_is_accepted_revoked_is_refused_and_released_is_accepted(published: Published) -> None:
    image = published.signed("app")
    assert 0 == verified(published, image)[0]
    revoke(published.made.folder, "build", Why("certificateHold"), now())
    published.looked()
    status, said = verified(published, image)
    assert 1 == status, said
    assert "revoked" in said
    release(published.made.folder, "build", now())
    published.looked()
    assert 0 == verified(published, image)[0]


def test_our_timestamps_are_taken_and_verified(published: Published) -> None:
    published.home.policy(statement(stores=("ca:acme", "tsa:acme"), verifyTimestamp="always"))
    image = published.signed("stamped", "build")
    assert 1 == verified(published, image)[0], "it has no timestamp"
    root = published.made.file("root.pem")
    stamped = published.signed(
        "stamped2", "build", "--timestamp-url", f"{published.url}/tsa", "--timestamp-root-cert", root
    )
    status, said = verified(published, stamped)
    assert 0 == status, said
