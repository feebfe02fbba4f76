"""URIs of keys in a vault: which part is what, and what is no URI at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright import limits
from sealwright.errors import KeyUnavailableError
from sealwright.keys.vault.uri import KeyUri, VaultName, host_of, parse, parse_vault

VAULT = f"ocid1.vault.oclocal.local-1.acme.{'a' * 60}"
KEY = f"ocid1.key.oclocal.local-1.acme.{'b' * 60}"
VERSION = f"ocid1.keyversion.oclocal.local-1.acme.{'c' * 60}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("vault:build", KeyUri("build")),
        ("build", KeyUri("build")),
        ("vault:build@3", KeyUri("build", version="3")),
        (f"vault:build@{VERSION}", KeyUri("build", version=VERSION)),
        ("vault:production/build", KeyUri("build", vault="production")),
        ("vault:localhost/build", KeyUri("build", host="localhost")),
        ("vault:localhost", KeyUri("localhost")),
        ("vault:localhost:5000/build", KeyUri("build", host="localhost:5000")),
        ("vault:vault.example/build", KeyUri("build", host="vault.example")),
        ("vault:vault.example", KeyUri("vault.example")),
        ("vault:vault.example:8443/a/b@2", KeyUri("b", "vault.example:8443", "a", "2")),
        ("vault:[::1]:5000/a/b", KeyUri("b", "[::1]:5000", "a")),
        (f"vault:{KEY}", KeyUri(KEY)),
        (f"vault:{VAULT}/{KEY}", KeyUri(KEY, vault=VAULT)),
        (f"vault:{VAULT}/build", KeyUri("build", vault=VAULT)),
        (f"vault:vault.example/{VAULT}/{KEY}@{VERSION}", KeyUri(KEY, "vault.example", VAULT, VERSION)),
        ("vault:My keys/signing%20key", KeyUri("signing key", vault="My keys")),
        ("vault:a%2Fb/c%40d%25", KeyUri("c@d%", vault="a/b")),
        ("vault:%C5%BElu%C5%A5", KeyUri("žluť")),
    ],
)
def test_each_part_is_told_from_the_others(text: str, expected: KeyUri) -> None:
    found = parse(text)

    assert expected == found
    assert expected == parse(str(found))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("vault:", "it names no key"),
        ("", "it names no key"),
        ("vault:/build", "a name in it is empty"),
        ("vault:production/", "a name in it is empty"),
        ("vault:@1", "a name in it is empty"),
        ("vault:vault.example/a/b/c", "more parts in it than a host, a vault and a key"),
        ("vault:a/b/c", "more parts in it than a host, a vault and a key"),
        ("vault:build@", "nothing follows @"),
        ("vault:build@0", "neither a number nor the identifier of a version"),
        ("vault:build@latest", "neither a number nor the identifier of a version"),
        (f"vault:build@{KEY}", "neither a number nor the identifier of a version"),
        ("vault:build@1@2", "neither a number nor the identifier of a version"),
        ("vault:-.example/build", "is no host name"),
        ("vault:vault.example:x/build", "is no host name"),
        ("vault:user:secret/build", "is no host name"),
        ("vault:build%2", "a % stands in it"),
        ("vault:build%zz", "a % stands in it"),
        ("vault:%ff", "is not UTF-8"),
        ("vault:a%0Ab", "cannot be printed"),
        ("vault:a\nb", "more than printable ASCII"),
        ("vault:žluť", "more than printable ASCII"),
        (f"vault:{'a' * limits.VAULT_URI_LENGTH}", "longer than"),
    ],
)
def test_what_is_no_uri_is_refused_with_the_reason(text: str, problem: str) -> None:
    with pytest.raises(KeyUnavailableError) as caught:
        parse(text)

    assert "key.vault-uri" == caught.value.code
    assert problem in str(caught.value)
    assert caught.value.hint


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20),
    st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20),
    st.sampled_from(["vault.example", "localhost:5000", "10.0.0.1"]),
    st.integers(1, 999_999_999),
)
def test_any_name_comes_through(vault: str, key: str, host: str, version: int) -> None:
    uri = KeyUri(key, host, vault, str(version))

    assert uri == parse(str(uri))
    assert VaultName(host, vault) == parse_vault(str(VaultName(host, vault)))


def test_a_vault_is_named_with_or_without_its_host() -> None:
    assert VaultName("", "production") == parse_vault("production")
    assert VaultName("vault.example", "production") == parse_vault("vault:vault.example/production")
    assert VaultName("", VAULT) == parse_vault(VAULT)
    with pytest.raises(KeyUnavailableError) as caught:
        parse_vault("production/build")
    assert "more parts in it than a host and a vault" in str(caught.value)


def test_a_service_is_a_host_and_maybe_a_port() -> None:
    assert "localhost:5000" == host_of("localhost:5000")
    for wrong in ("https://vault.example", "vault.example/a", "", "docker"):
        with pytest.raises(KeyUnavailableError):
            host_of(wrong)
