"""Tokens, keys, public keys and chains, chosen from what a module tells: one, or an error that names them."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sealwright.errors import KeyUnavailableError
from sealwright.keys.pkcs11 import choosing, public_keys
from sealwright.keys.pkcs11.chains import chain_of
from sealwright.keys.pkcs11.messages import Loaded, StoredCertificate, TokenInfo, TokenKey
from sealwright.keys.pkcs11.uri import TokenUri, parse
from world import pki

ABOUT = Loaded("maker", "a library", (2, 6))


def token(slot: int = 1, label: str = "one", serial: str = "s1") -> TokenInfo:
    return TokenInfo(
        slot=slot,
        label=label,
        manufacturer="m",
        model="x",
        serial=serial,
        slot_description="the slot",
        slot_manufacturer="n",
        login_required=True,
        protected=False,
        pin_set=True,
        left="",
        mechanisms=frozenset(),
    )


def key(label: str = "k", identifier: bytes = b"\x01", *, signs: bool = True) -> TokenKey:
    return TokenKey(label, identifier, "EC", signs=signs, always=False)


def refused(error: pytest.ExceptionInfo[KeyUnavailableError]) -> tuple[str, str]:
    assert error.value.hint
    return error.value.code, str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "pkcs11:token=one",
        "pkcs11:serial=s1",
        "pkcs11:slot-id=1",
        "pkcs11:manufacturer=m;model=x;slot-description=the%20slot;slot-manufacturer=n;token=one",
        "pkcs11:library-manufacturer=maker;library-description=a%20library;library-version=2.6;token=one",
    ],
)
def test_the_token_that_has_every_attribute_is_chosen(text: str) -> None:
    present = [token(), token(2, "two", "s2")]

    assert present[0] == choosing.token(parse(text), ABOUT, present)


@pytest.mark.parametrize(
    "text",
    [
        "pkcs11:token=three",
        "pkcs11:token=one;serial=s2",
        "pkcs11:slot-id=0",
        "pkcs11:library-version=2.7;token=one",
        "pkcs11:library-manufacturer=other;token=one",
        "pkcs11:library-description=other;token=one",
    ],
)
def test_where_no_token_fits_those_that_are_there_are_named(text: str) -> None:
    with pytest.raises(KeyUnavailableError) as caught:
        choosing.token(parse(text), ABOUT, [token(), token(2, "two words", "s2")])

    code, said = refused(caught)
    assert "key.pkcs11-no-token" == code
    assert said.endswith("there are: token=one;serial=s1 token=two%20words;serial=s2")


def test_where_several_tokens_fit_none_is_taken_and_a_long_list_is_cut() -> None:
    present = [token(slot, "one", f"s{slot:02}") for slot in range(13)]

    with pytest.raises(KeyUnavailableError) as caught:
        choosing.token(TokenUri(token="one"), ABOUT, present)

    code, said = refused(caught)
    assert "key.pkcs11-tokens" == code
    assert said.endswith("token=one;serial=s09 and 3 more")


def test_the_one_key_is_chosen() -> None:
    assert key() == choosing.key(TokenUri(object="k", type="private"), [key()], token(), tuple)


@pytest.mark.parametrize(
    ("uri", "found", "expected"),
    [
        (TokenUri(object="k", type="cert"), [key()], "key.pkcs11-type"),
        (TokenUri(object="z"), [], "key.pkcs11-no-key"),
        (TokenUri(object="k"), [key(), key(identifier=b"\x02")], "key.pkcs11-keys"),
        (TokenUri(object="k"), [key(signs=False)], "key.pkcs11-may-not-sign"),
    ],
)
def test_what_is_not_one_key_that_signs_is_refused(
    uri: TokenUri, found: list[TokenKey], expected: str
) -> None:
    with pytest.raises(KeyUnavailableError) as caught:
        choosing.key(uri, found, token(), lambda: [key()])

    assert expected == refused(caught)[0]


@pytest.mark.parametrize("kind", ["ec256", "ec384", "ec521"])
@pytest.mark.parametrize("wrapped", [True, False])
def test_points_are_read_with_and_without_their_frame(kind: str, wrapped: bool) -> None:  # noqa: FBT001  # a parameter
    public = pki.key(kind).public_key()
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    length = bytes([len(point)]) if len(point) < 128 else bytes([0x81, len(point)])
    content = b"\x04" + length + point if wrapped else point
    curve = public_keys.CURVES[f"EC-{kind[2:]}"][0]

    assert public == public_keys.of(
        TokenKey("", b"", "EC", signs=True, always=False, curve=curve, point=content)
    )


def test_rsa_is_read_from_its_numbers() -> None:
    public = pki.key("rsa2048").public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    numbers = public.public_numbers()
    modulus, exponent = numbers.n.to_bytes(257), numbers.e.to_bytes(3)
    told = TokenKey("", b"", "RSA", signs=True, always=False, modulus=modulus, exponent=exponent)

    assert public == public_keys.of(told)


@pytest.mark.parametrize(
    ("modulus", "exponent", "curve", "point"),
    [
        (b"", b"", b"", b""),
        (b"\x01", b"\x03", b"", b""),
        (b"", b"", public_keys.CURVES["EC-256"][0], b"\x04" + bytes(64)),
        (b"", b"", public_keys.CURVES["EC-256"][0], b"\x04"),
        (b"", b"", b"\x06\x05\x2b\x81\x04\x00\x0a", b"\x04" + bytes(64)),
    ],
)
def test_what_is_no_public_key_is_none(modulus: bytes, exponent: bytes, curve: bytes, point: bytes) -> None:
    told = TokenKey("", b"", "", True, False, modulus, exponent, curve, point)  # noqa: FBT003  # in their order

    assert public_keys.of(told) is None


def stored(*ders: bytes, identifier: bytes = b"\x01") -> list[StoredCertificate]:
    return [
        StoredCertificate(f"c{place}", identifier if place == 0 else b"", der)
        for place, der in enumerate(ders)
    ]


@pytest.mark.parametrize("known", [True, False])
def test_a_chain_is_put_in_order_whatever_else_is_there(known: bool) -> None:  # noqa: FBT001  # a parameter
    chain, other = pki.chain("ec256", 4), pki.chain("ec384")
    public = chain.signer.public_key() if known else None
    there = [
        *stored(*other.certificates, identifier=b"\x09"),
        *reversed(stored(*chain.certificates)),
        StoredCertificate("odd", b"", b"no certificate"),
    ]

    found = chain_of(key(), "k", public, there)

    assert chain.certificates == tuple(one.der for one in found)


@pytest.mark.parametrize(
    ("certificates", "identifier", "known", "expected"),
    [
        ((), b"\x01", True, "key.pkcs11-no-certificate"),
        (pki.chain("ec384").certificates, b"\x09", True, "key.pkcs11-no-certificate"),
        (pki.chain("ec384").certificates, b"\x09", False, "key.pkcs11-no-certificate"),
        (pki.chain("ec384").certificates, b"\x01", True, "key.certificate-mismatch"),
        (pki.chain("ec256").certificates[:2], b"\x01", True, "key.pkcs11-chain-incomplete"),
    ],
)
def test_a_chain_that_is_not_there_is_refused(
    certificates: tuple[bytes, ...],
    identifier: bytes,
    known: bool,  # noqa: FBT001  # a parameter
    expected: str,
) -> None:
    public = pki.chain("ec256").signer.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)

    with pytest.raises(KeyUnavailableError) as caught:
        chain_of(key(), "k", public if known else None, stored(*certificates, identifier=identifier))

    assert expected == refused(caught)[0]
