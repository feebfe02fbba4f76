import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from sealwright.errors import CheckFailedError, UsageError
from sealwright.pki import certificate, names
from world import pki


def refused(typed: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        names.parse_identity(typed)
    assert str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("typed", "pairs"),
    [
        ("C=US,ST=WA,O=acme", (("C", "US"), ("ST", "WA"), ("O", "acme"))),
        (" C = US ,  ST=WA , O=a b ", (("C", "US"), ("ST", "WA"), ("O", "a b"))),
        ("C=US,S=WA,O=acme", (("C", "US"), ("ST", "WA"), ("O", "acme"))),
        (r"C=US,ST=WA,O=a\,b\+c\"d\\e\<\>\;", (("C", "US"), ("ST", "WA"), ("O", 'a,b+c"d\\e<>;'))),
        (r"C=US,ST=WA,O=\ a\ ", (("C", "US"), ("ST", "WA"), ("O", " a "))),
        (r"C=US,ST=WA,O=Luc\C3\A9", (("C", "US"), ("ST", "WA"), ("O", "Lucé"))),
        (r"C=US,ST=WA,O=\#1 a\=b=c", (("C", "US"), ("ST", "WA"), ("O", "#1 a=b=c"))),
        ("C=US,ST=WA,O=é,1.2.3=x", (("C", "US"), ("ST", "WA"), ("O", "é"), ("1.2.3", "x"))),
    ],
)
def test_an_identity_is_read(typed: str, pairs: names.Name) -> None:
    assert pairs == names.parse_identity(typed)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("C=US,ST=WA,O=#0403", "identity.hexadecimal-value"),
        ("", "identity.name-malformed"),
        ("acme", "identity.name-malformed"),
        ("C=US,ST=WA,O=acme,", "identity.name-malformed"),
        ("C=US,,ST=WA,O=acme", "identity.name-malformed"),
        ("C=US;ST=WA;O=acme", "identity.name-malformed"),
        ('C=US,ST=WA,O="acme"', "identity.name-malformed"),
        ("C=US,ST=WA,O=", "identity.name-malformed"),
        ("C=US,ST=WA,O=a\0b", "identity.name-malformed"),
        ("C=US,ST=WA,O=\ud800", "identity.name-malformed"),
        (r"C=US,ST=WA,O=\FF", "identity.name-malformed"),
        (r"C=US,ST=WA,O=\x", "identity.name-malformed"),
        ("C=US,ST=WA,O=x\\", "identity.name-malformed"),
        ("C=US,ST=WA,1x=acme", "identity.name-malformed"),
        ("C=US,ST=WA,O=acme+OU=x", "identity.multi-valued"),
        ("C=US,ST=WA,O=acme,O=evil", "identity.attribute-repeated"),
        ("C=US,ST=WA,S=OR,O=acme", "identity.attribute-repeated"),
        ("ST=WA,O=acme", "identity.attribute-missing"),
        ("C=US,O=acme", "identity.attribute-missing"),
        ("C=US,ST=WA", "identity.attribute-missing"),
        ("c=US,ST=WA,O=acme", "identity.attribute-missing"),
    ],
)
def test_an_identity_is_refused(typed: str, code: str) -> None:
    assert code == refused(typed).code


@given(
    st.dictionaries(
        st.sampled_from(["C", "ST", "O", "OU", "CN", "1.2.3"]),
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
        min_size=1,
    )
)
def test_a_name_survives_being_written_and_read(pairs: dict[str, str]) -> None:
    name = tuple(pairs.items())
    text = names.text(name)
    if "=#" not in text:
        assert name == names.parse(text)


@pytest.mark.parametrize(
    ("value", "written"),
    [("#1", r"\#1"), (" a ", r"\ a\ "), (" ", r"\ "), ("a\0b", r"a\00b"), ('a,"b', r"a\,\"b")],
)
def test_what_means_something_else_stands_behind_a_backslash(value: str, written: str) -> None:
    assert f"O={written}" == names.text((("O", value),))
    assert (("O", value),) == names.parse(f"O={written}")


@given(st.text(st.sampled_from('CSTO=,+\\#" aé1.\0')))
def test_no_text_brings_the_reader_down(typed: str) -> None:
    try:
        names.parse_identity(typed)
    except UsageError as error:
        assert error.code.startswith("identity.")


def test_a_subject_is_told_most_specific_first_as_rfc_4514_has_it() -> None:
    der = pki.chain("ec256", 1, subject=pki.name("Build, 1")).certificates[0]
    assert r"CN=Build\, 1,O=Acme,ST=WA,C=US" == certificate.parse(der).subject_text


def test_attributes_without_a_short_name_keep_their_number() -> None:
    odd = x509.Name(
        [
            x509.NameAttribute(x509.ObjectIdentifier("1.2.3.4"), "x"),
            x509.NameAttribute(NameOID.EMAIL_ADDRESS, "a@acme.example"),
            x509.NameAttribute(NameOID.X500_UNIQUE_IDENTIFIER, b"\x01\x02", x509.name._ASN1Type.BitString),
        ]
    )
    expected = (("2.5.4.45", "#0102"), ("emailAddress", "a@acme.example"), ("1.2.3.4", "x"))
    assert expected == names.of(odd)


SUBJECT = (("CN", "build"), ("OU", "ci"), ("O", "acme"), ("ST", "WA"), ("C", "US"))


@pytest.mark.parametrize(
    ("identity", "fits"),
    [
        ("C=US,ST=WA,O=acme", True),
        ("O=acme,C=US,ST=WA", True),
        ("C=US,ST=WA,O=acme,OU=ci,CN=build", True),
        ("C=US,ST=WA,O=Acme", False),
        ("C=US,ST=WA,O=acme,OU=other", False),
        ("C=US,ST=WA,O=acme,L=Seattle", False),
    ],
)
def test_a_subject_matches_an_identity_whose_pairs_it_holds(identity: str, *, fits: bool) -> None:
    assert fits is names.contains(SUBJECT, names.parse_identity(identity))


def test_one_fitting_identity_is_enough() -> None:
    names.require_match([names.parse("C=US,ST=OR,O=x"), names.parse("C=US,ST=WA,O=acme")], SUBJECT)


def test_the_wildcard_takes_even_an_ambiguous_subject() -> None:
    names.require_match([()], (("O", "a"), ("O", "b")))


def test_without_a_fitting_identity_the_subject_is_told() -> None:
    with pytest.raises(CheckFailedError, match="CN=build,OU=ci") as caught:
        names.require_match([names.parse("C=US,ST=OR,O=x")], SUBJECT)
    assert "identity.no-match" == caught.value.code


def test_without_any_identity_nothing_matches() -> None:
    with pytest.raises(CheckFailedError, match="trusts nobody"):
        names.require_match([], SUBJECT)


def test_a_subject_that_names_an_attribute_twice_matches_no_identity() -> None:
    with pytest.raises(CheckFailedError) as caught:
        names.require_match([names.parse("C=US,ST=WA,O=acme")], (*SUBJECT, ("OU", "second")))
    assert "identity.subject-ambiguous" == caught.value.code


def test_a_new_subject_is_ordered_from_the_country_down() -> None:
    built = names.build(names.parse("CN=x,O=Acme,C=US,ST=WA"))
    assert "CN=x,O=Acme,ST=WA,C=US" == built.rfc4514_string()


@pytest.mark.parametrize(
    ("typed", "code"),
    [("C=US,X=1", "identity.attribute-unknown"), ("C=USA", "identity.name-malformed")],
)
def test_a_certificate_cannot_hold_every_name(typed: str, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        names.build(names.parse(typed))
    assert code == caught.value.code
    assert str(caught.value)
