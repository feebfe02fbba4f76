"""Bodies of error answers that are no JSON, as fuzzing found them."""

import pytest

from sealwright.errors import RegistryError
from sealwright.repositories.registry import RegistryClient
from world.hostile_registry import HostileRegistry, Reply


@pytest.mark.parametrize("body", [b'{"errors":[{"code":"\xd0"}]}', b"[" * 5000, b"\xff"])
def test_an_error_answer_that_cannot_be_decoded_is_told_by_its_status(
    hostile: HostileRegistry, client: RegistryClient, body: bytes
) -> None:
    hostile.on("GET /v2/a/b/tags/list", Reply(418, body))
    with pytest.raises(RegistryError) as caught:
        list(client.repository(hostile.address, "a/b").tags())
    assert "registry.refused" == caught.value.code
    assert "418" in str(caught.value)
