from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509 import verification as library
from hypothesis import given
from hypothesis import strategies as st

from sealwright import limits
from sealwright.errors import CheckFailedError
from sealwright.pki import certificate, chain
from world import pki


def refusal(certificates: Sequence[bytes]) -> str:
    with pytest.raises(CheckFailedError) as caught:
        chain.require(chain.parse(certificates))
    assert str(caught.value)
    return caught.value.code


@pytest.mark.parametrize("kind", pki.KINDS)
def test_a_chain_of_every_kind_of_key_holds(kind: str) -> None:
    chain.require(chain.parse(pki.chain(kind).certificates))


@pytest.mark.parametrize("length", [1, 2, 3, 4, limits.CERTIFICATE_CHAIN_LENGTH])
def test_a_chain_may_have_any_length_up_to_the_limit(length: int) -> None:
    chain.require(chain.parse(pki.chain("ec256", length).certificates))


def test_rsa_and_ec_may_be_mixed() -> None:
    chain.require(chain.parse(pki.chain("ec256", issuer_kind="rsa2048").certificates))


def test_a_chain_has_a_certificate_and_not_too_many() -> None:
    assert "certificate.chain-empty" == refusal([])
    longer = pki.chain("ec256", limits.CERTIFICATE_CHAIN_LENGTH + 1).certificates
    assert "certificate.chain-too-long" == refusal(longer)
    with pytest.raises(CheckFailedError):
        chain.require([certificate.parse(der) for der in longer])


LEAF, ISSUER, ROOT = pki.chain("ec256").certificates
ALONE = pki.chain("ec256", 1).certificates[0]
OTHER_ROOT = pki.chain("ec384").root


@pytest.mark.parametrize(
    ("certificates", "code"),
    [
        ((LEAF, ROOT), "certificate.not-issued"),
        ((LEAF, ISSUER, OTHER_ROOT), "certificate.not-issued"),
        ((ALONE, ROOT), "certificate.self-signed-not-root"),
        ((LEAF, ROOT, ROOT), "certificate.not-issued"),
        ((LEAF, ISSUER, ROOT, ROOT), "certificate.self-signed-not-root"),
        ((LEAF, ISSUER), "certificate.root-not-self-signed"),
        ((LEAF,), "certificate.root-not-self-signed"),
        ((LEAF, ISSUER, LEAF), "certificate.ca-constraints-missing"),
        ((ISSUER, ROOT), "certificate.leaf-is-ca"),
        ((ROOT,), "certificate.leaf-is-ca"),
    ],
)
def test_a_chain_is_complete_in_order_and_ends_with_its_root(certificates: Any, code: str) -> None:
    assert code == refusal(certificates)


@given(st.permutations([LEAF, ISSUER, ROOT]))
def test_only_one_order_is_right(certificates: list[bytes]) -> None:
    if certificates == [LEAF, ISSUER, ROOT]:
        chain.require(chain.parse(certificates))
    else:
        refusal(certificates)


def test_the_name_of_an_issuer_is_not_enough() -> None:
    impostor = pki.certificate(
        pki.name("Intermediate 0 ec256"),
        pki.key("ec256", "impostor").public_key(),
        pki.name("Root ec256"),
        pki.key("ec256", "root"),
        **pki.CA,
    )
    assert "certificate.not-issued" == refusal((LEAF, impostor, ROOT))


def test_the_key_of_an_issuer_is_not_enough() -> None:
    renamed = pki.certificate(
        pki.name("Another"),
        pki.key("ec256", "intermediate 0").public_key(),
        pki.name("Root ec256"),
        pki.key("ec256", "root"),
        **pki.CA,
    )
    assert "certificate.not-issued" == refusal((LEAF, renamed, ROOT))


def test_an_intermediate_with_the_root_s_name_is_not_self_signed() -> None:
    name, root_key, own_key = pki.name("Same"), pki.key("ec256", "root"), pki.key("ec256", "same")
    root = pki.certificate(name, root_key.public_key(), name, root_key, **pki.CA)
    same = pki.certificate(name, own_key.public_key(), name, root_key, **pki.CA)
    leaf = pki.certificate(pki.name("x"), pki.key("ec256").public_key(), name, own_key, **pki.LEAF)
    chain.require(chain.parse((leaf, same, root)))


@pytest.mark.parametrize(
    ("length", "changes", "fits"),
    [
        (2, {"root": {"path_length": 0}}, True),
        (3, {"root": {"path_length": 0}}, False),
        (3, {"root": {"path_length": 1}, "issuer": {"path_length": 0}}, True),
        (4, {"issuer": {"path_length": 0}}, False),
        (4, {"root": {"path_length": 2}, "issuer": {"path_length": 1}}, True),
    ],
)
def test_the_path_length_of_a_ca_is_kept(length: int, changes: Any, *, fits: bool) -> None:
    certificates = pki.chain("ec256", length, **changes).certificates
    if fits:
        chain.require(chain.parse(certificates))
    else:
        assert "certificate.path-too-long" == refusal(certificates)


def test_validity_need_not_nest() -> None:
    outlives = {
        "not_after": pki.NOT_AFTER + timedelta(days=1),
        "not_before": pki.NOT_BEFORE - timedelta(days=1),
    }
    chain.require(chain.parse(pki.chain("ec256", leaf=outlives).certificates))


def test_every_certificate_was_valid_when_the_signature_was_made() -> None:
    certificates = chain.parse(pki.chain("ec256").certificates)
    for at in (pki.NOT_BEFORE, pki.NOW, pki.NOT_AFTER):
        chain.require_valid(certificates, at)
    for at in (pki.NOT_BEFORE - timedelta(seconds=1), pki.NOT_AFTER + timedelta(seconds=1)):
        with pytest.raises(CheckFailedError) as caught:
            chain.require_valid(certificates, at)
        assert "certificate.not-valid-at-signing" == caught.value.code


def _library_accepts(certificates: Sequence[bytes]) -> bool:
    """A second opinion: the library's own path validation, as lenient as it lets us make it."""
    parsed = [x509.load_der_x509_certificate(der) for der in certificates]
    permissive = library.ExtensionPolicy.permit_all()
    policies = {"ca_policy": library.ExtensionPolicy.webpki_defaults_ca(), "ee_policy": permissive}
    builder = library.PolicyBuilder().store(library.Store([parsed[-1]])).time(pki.NOW)
    verifier = builder.max_chain_depth(limits.CERTIFICATE_CHAIN_LENGTH).extension_policies(**policies)
    try:
        verifier.build_client_verifier().verify(parsed[0], parsed[1:])
    except library.VerificationError:
        return False
    return True


def _we_accept(certificates: Sequence[bytes]) -> bool:
    try:
        chain.require(chain.parse(certificates))
        chain.require_valid(chain.parse(certificates), pki.NOW)
    except CheckFailedError:
        return False
    return True


CRITICAL = ((x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3"), b"x"), True),)  # a pair


@given(
    st.integers(2, 4),
    st.fixed_dictionaries({}, optional={"path_length": st.integers(0, 2)}),
    st.fixed_dictionaries({}, optional={"path_length": st.integers(0, 2), "ca": st.sampled_from([False])}),
    st.fixed_dictionaries(
        {}, optional={"not_after": st.just(pki.NOW - timedelta(days=1)), "extensions": st.just(CRITICAL)}
    ),
    st.booleans(),
)
def test_the_library_agrees_wherever_it_is_not_known_to_differ(
    length: int,
    root: Any,
    issuer: Any,
    leaf: Any,
    swapped: bool,  # noqa: FBT001  # drawn
) -> None:
    if not issuer.get("ca", True):
        issuer = {"ca": False}
    certificates = pki.chain("ec256", length, root=root, issuer=issuer, leaf=leaf).certificates
    if swapped:
        certificates = (certificates[0], *pki.chain("ec384", length).certificates[1:])
    ours, theirs = _we_accept(certificates), _library_accepts(certificates)
    if "extensions" in leaf:  # the specification lets unknown critical extensions be; RFC 5280 does not
        assert not theirs
    else:
        assert theirs is ours


def test_the_library_and_we_accept_a_plain_chain_of_every_kind_of_key() -> None:
    for kind in pki.KINDS:
        assert _we_accept(pki.chain(kind).certificates)
        assert _library_accepts(pki.chain(kind).certificates)
