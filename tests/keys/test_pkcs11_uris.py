"""PKCS #11 URIs: every attribute, strict encoding, one normal form, and no secret in a message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright import limits
from sealwright.errors import KeyUnavailableError
from sealwright.keys.pkcs11.uri import TokenUri, parse


def refused(text: str) -> str:
    with pytest.raises(KeyUnavailableError) as caught:
        parse(text)
    assert caught.value.hint
    return f"{caught.value.code}: {caught.value}"


def test_every_attribute_is_read() -> None:
    found = parse(
        "pkcs11:token=a%20b;manufacturer=c;serial=d;model=e;library-manufacturer=f;library-description=g;"
        "library-version=3.1;slot-manufacturer=h;slot-description=i;slot-id=7;object=k;type=private;id=%01%fF"
        "?module-path=/m/n.so&module-name=o&pin-source=file:/p/q"
    )

    assert found == TokenUri(
        token="a b",
        manufacturer="c",
        serial="d",
        model="e",
        library_manufacturer="f",
        library_description="g",
        library_version=(3, 1),
        slot_manufacturer="h",
        slot_description="i",
        slot_id=7,
        object="k",
        type="private",
        id=b"\x01\xff",
        module_path="/m/n.so",
        module_name="o",
        pin_source="/p/q",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pkcs11:", TokenUri()),
        ("pkcs11:object=%C5%BElu%C5%A5ou%C4%8Dk%C3%BD", TokenUri(object="žluťoučký")),
        ("pkcs11:object=a:b[c]@d!e$f'g(h)i*j+k,l=m&n", TokenUri(object="a:b[c]@d!e$f'g(h)i*j+k,l=m&n")),
        ("pkcs11:library-version=2", TokenUri(library_version=(2, 0))),
        ("pkcs11:id=abc", TokenUri(id=b"abc")),
        ("pkcs11:?pin-source=file:///etc/pin", TokenUri(pin_source="/etc/pin")),
        ("pkcs11:?pin-source=file://localhost/etc/pin", TokenUri(pin_source="/etc/pin")),
        ("pkcs11:?pin-source=/etc/pin", TokenUri(pin_source="/etc/pin")),
        ("pkcs11:?x-ours=1&x-ours=2&module-name=m", TokenUri(module_name="m")),
    ],
)
def test_what_the_rfc_allows_is_read(text: str, expected: TokenUri) -> None:
    assert expected == parse(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("PKCS11:token=a", "does not begin with pkcs11:"),
        ("token=a", "does not begin with pkcs11:"),
        ("pkcs11:token=a;token=b", "token stands twice"),
        ("pkcs11:?module-name=a&module-name=b", "module-name stands twice"),
        ("pkcs11:tokn=a", "'tokn' is no attribute"),
        ("pkcs11:module-path=/a", "'module-path' is no attribute"),
        ("pkcs11:?token=a", "'token' is no attribute"),
        ("pkcs11:x-ours=a", "'x-ours' is no attribute"),
        ("pkcs11:token", "not NAME=VALUE"),
        ("pkcs11:token=a;", "not NAME=VALUE"),
        ("pkcs11:;token=a", "not NAME=VALUE"),
        ("pkcs11:=a", "'?' is no attribute"),
        ("pkcs11:token=", "token has no value"),
        ("pkcs11:token=a b", "percent-encoded"),
        ("pkcs11:token=a/b", "percent-encoded"),
        ("pkcs11:token=a#b", "percent-encoded"),
        ("pkcs11:token=a\n", "percent-encoded"),
        ("pkcs11:token=%", "percent-encoded"),
        ("pkcs11:token=%4", "percent-encoded"),
        ("pkcs11:token=%4g", "percent-encoded"),
        ("pkcs11:token=ž", "percent-encoded"),
        ("pkcs11:token=%ff", "token is not UTF-8"),
        ("pkcs11:object=%00", "object has a zero byte"),
        ("pkcs11:slot-id=1x", "slot-id is no number"),
        ("pkcs11:slot-id=-1", "slot-id is no number"),
        ("pkcs11:slot-id=%D9%A1", "slot-id is no number"),
        ("pkcs11:library-version=2.x", "library-version is not"),
        ("pkcs11:type=certificate", "type is none of"),
        ("pkcs11:?module-path=m.so", "module-path is not an absolute path"),
        ("pkcs11:?module-name=..%2Fm", "module-name is a path"),
        (f"pkcs11:id={'%00' * (limits.PKCS11_ID_BYTES + 1)}", "id has over"),
        (f"pkcs11:object={'a' * limits.PKCS11_URI_LENGTH}", "is longer than"),
    ],
)
def test_what_is_wrong_is_refused_in_words(text: str, problem: str) -> None:
    said = refused(text)

    assert said.startswith("key.pkcs11-uri: ")
    assert problem in said


@pytest.mark.parametrize(
    "text",
    [
        "pkcs11:token=a?pin-value=hunter2",
        "pkcs11:token=a?pin-value=hunter2%",
        "pkcs11:token=a?pin-value=hunter2&pin-value=hunter2",
        "pkcs11:token=a;pin-value=hunter2",
        "pkcs11:token=a?pin-valu=hunter2",
        "pkcs11:token=a?hunter2",
        "pkcs11:hunter2;token=a b",
    ],
)
def test_a_pin_in_the_uri_is_refused_and_not_repeated(text: str) -> None:
    said = refused(text)

    assert "hunter2" not in said


@pytest.mark.parametrize(
    "value", ["%7Ccat%20/etc/pin", "|cat", "file:etc/pin", "file://host/pin", "pin", "http:/p"]
)
def test_a_pin_source_that_is_no_file_is_refused(value: str) -> None:
    assert refused(f"pkcs11:?pin-source={value}").startswith("key.pkcs11-pin-source: ")


_TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=40)
_URIS = st.builds(
    TokenUri,
    token=_TEXT,
    manufacturer=_TEXT,
    serial=_TEXT,
    model=_TEXT,
    library_manufacturer=_TEXT,
    library_description=_TEXT,
    library_version=st.none() | st.tuples(st.integers(0, 255), st.integers(0, 255)),
    slot_manufacturer=_TEXT,
    slot_description=_TEXT,
    slot_id=st.none() | st.integers(0, 2**64 - 1),
    object=_TEXT,
    type=st.sampled_from(["", "public", "private", "cert", "secret-key", "data"]),
    id=st.binary(max_size=40),
    module_path=_TEXT.map(lambda text: text and f"/{text}"),
    module_name=_TEXT.filter(lambda text: "/" not in text and not text.startswith(".")),
    pin_source=_TEXT.filter(lambda text: not text.startswith("/")).map(lambda text: text and f"/{text}"),
)


@given(_URIS)
def test_what_is_written_is_read_again(uri: TokenUri) -> None:
    if len(uri.text) <= limits.PKCS11_URI_LENGTH:
        assert uri == parse(uri.text)


@given(st.text() | st.text("pkcs11:;?&=%token0aid-").map(lambda text: f"pkcs11:{text}"))
def test_any_text_is_read_or_refused_and_its_normal_form_is_one(text: str) -> None:
    try:
        found = parse(text)
    except KeyUnavailableError as error:
        assert error.code.startswith("key.pkcs11-")
    else:
        assert found == parse(found.text)
        assert found.text == parse(found.text).text


def test_the_words_for_errors_hold_nothing_of_the_query() -> None:
    found = parse("pkcs11:token=a;object=b;id=%01?pin-source=/secret&module-path=/m")

    assert ("token=a", "object=b;id=%01") == (found.token_words, found.object_words)
    assert ("any token", "any key") == (parse("pkcs11:").token_words, parse("pkcs11:").object_words)
