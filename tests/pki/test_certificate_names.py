"""Names that the library cannot hold, as fuzzing found them."""

import pytest

from sealwright.errors import CheckFailedError
from sealwright.pki import certificate, profile
from world import pki


def test_a_common_name_of_bits_cannot_be_read_and_no_leaf_may_have_it() -> None:
    der = pki.chain("ec256").certificates[0]
    odd = der.replace(b"\x0c\x0aLeaf ec256", b"\x03\x0a\x00eaf ec256")
    assert der != odd
    found = certificate.parse(odd)
    assert () == found.subject
    assert "" == found.summary.subject
    with pytest.raises(CheckFailedError):
        profile.require(found, "leaf")
