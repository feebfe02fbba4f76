"""References as notation reads them: how long reading may take, and what is said of digests."""

import pytest

from sealwright.dialects.fault import Fault
from sealwright.dialects.notation.references import in_registry


@pytest.mark.parametrize(
    "name", ["a" * 4000 + "!", "a-" * 2000 + "!", "a__" * 2000, "/".join("a" * 2000) + "!"]
)
def test_no_name_takes_long_to_refuse(name: str) -> None:
    with pytest.raises(Fault, match="invalid repository"):
        in_registry(f"registry.example/{name}:v1")


@pytest.mark.parametrize(
    ("digest", "problem"),
    [
        ("sha256:", "invalid checksum digest format"),
        ("sha256:0", "invalid checksum digest length"),
        ("sha256:" + "é" * 32, "invalid checksum digest format"),
        ("sha512:" + "A" * 128, "invalid checksum digest format"),
        ("md5:" + "0" * 32, "unsupported digest algorithm"),
        ("SHA256:" + "0" * 64, "invalid checksum digest format"),
        ("latest", "invalid checksum digest format"),
    ],
)
def test_digests_are_refused_in_the_words_of_go(digest: str, problem: str) -> None:
    with pytest.raises(Fault) as caught:
        in_registry(f"registry.example/app@{digest}")
    assert f'invalid digest "{digest}": {problem}. Expecting' in str(caught.value)
