"""Identifiers of Oracle's cloud: ours are some that its clients take apart."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright.formats.kms import ocid
from world import kms

TOKYO = "ocid1.key.oc1.ap-tokyo-1.cnrzn4zwaaeam." + "abxhiljr" * 7 + "abcd"
"""In the form of one that was seen in the wild."""

CLIENTS_SPLIT = re.compile(r"ocid1\.key\.([\w-]+)\.([\w-]+)\.([\w-]+)\.([\w]){60}")
"""How Oracle's client finds the parts of a key's identifier."""


@given(st.binary(min_size=38, max_size=64))
def test_a_key_that_we_name_is_one_to_oracles_client(randomness: bytes) -> None:
    key = ocid.ocid("key", "oclocal", "local-1", "vault2", randomness=randomness)
    found = CLIENTS_SPLIT.fullmatch(key)
    assert found is not None
    assert ("oclocal", "local-1", "vault2") == found.groups()[:3]
    assert ocid.is_ocid(key, "key")
    assert "vault2" == ocid.vault_extension(key)
    assert "local-1" == ocid.key_region(key)


def test_every_bit_of_the_randomness_counts() -> None:
    made = {ocid.ocid("key", "r", randomness=(1 << bit).to_bytes(38)) for bit in range(300)}
    assert 300 == len(made)
    assert ocid.UNIQUE_LENGTH == len(made.pop().rpartition(".")[2])


@pytest.mark.parametrize(
    ("text", "resource"),
    [
        (kms.KEY, "key"),
        (kms.VERSION, "keyversion"),
        (TOKYO, "key"),
        ("ocid1.tenancy.oc1..aaaaaaaa", "tenancy"),
        ("ocid1.containerimage.oc1.ap-tokyo-1.0.namespace.aaaaaaaa", "containerimage"),
        ("ocid1.key.oc1." + "a" * 80, "key"),
    ],
)
def test_an_identifier_tells_its_resource(text: str, resource: str) -> None:
    assert ocid.is_ocid(text)
    assert ocid.is_ocid(text, resource)
    assert not ocid.is_ocid(text, "user")
    assert resource == ocid.resource_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ocid1",
        "ocid1.key",
        "ocid1.key.oc1",
        "ocid2.key.oc1.phx.a",
        "ocid1.Key.oc1.phx.a",
        "ocid1.key.oc1.phx.a/b",
        "ocid1.key.oc1.phx.a\n",
        "ocid1.key." + "a." * 8,
        "ocid1.key.oc1." + "a." * 120 + "a",
        "ocid1.key.oc1.phx." + "a" * 81,
        " " + kms.KEY,
    ],
)
def test_what_is_no_identifier_is_none(text: str) -> None:
    assert not ocid.is_ocid(text)
    assert "" == ocid.resource_of(text)
    assert "" == ocid.vault_extension(text)
    assert "" == ocid.key_region(text)


@pytest.mark.parametrize("text", [kms.VERSION, kms.KEY[:-1], kms.KEY + "a" * 21, "ocid1.key.oc1.phx.ext.a"])
def test_only_the_identifier_of_a_key_names_a_vault(text: str) -> None:
    assert "" == ocid.vault_extension(text)
    assert "" == ocid.key_region(text)


@pytest.mark.parametrize(
    ("written", "meant"), [("phx", "us-phoenix-1"), ("iad", "us-ashburn-1"), ("ap-tokyo-1", "ap-tokyo-1")]
)
def test_the_oldest_regions_have_short_names(written: str, meant: str) -> None:
    assert meant == ocid.key_region(TOKYO.replace("ap-tokyo-1", written))
