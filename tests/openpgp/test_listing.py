"""Lists of keys as gpg prints them for programs."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from sealwright.openpgp import listing
from sealwright.openpgp.listing import ListedKey

REAL = """\
tru::1:1795804079:0:3:1:5
sec:u:2048:1:B0F4A0DCD9150DB4:1795804076:::u:::scSC:::+:::23::0:
fpr:::::::::9F1F78CFF0190D921CB80A8CB0F4A0DCD9150DB4:
grp:::::::::AB85DF646E239B6CFF54085FDD95E29ACB63E147:
uid:u::::1795804076::A909FE613596E491E50C06F109073EB70AD8E347::Pw <pw@x>::::::::::0:
sec:e:255:22:9788FB9E95C7FA02:1795804079:1795804080::u:::sc:::+::ed25519:::0:
fpr:::::::::A99DD3BAFAF3758959B9BBDB9788FB9E95C7FA02:
uid:e::::1795804079::5A361475916CC0582F97E4838F128FACE23371DA::Old <old@x>::::::::::0:
sec:u:255:22:2225CBB0E38341E0:1795804079:::u:::cSC:::+::ed25519:::0:
fpr:::::::::09AF55B7276B01C3D22335B92225CBB0E38341E0:
uid:u::::1795804079::9829D609B4D2120FBA25B091887E4D946DAD94AD::Ed\\x3a \u00e9 \\x5cx <ed@x>::::::::::0:
ssb:u:255:22:200B6A1063E202F7:1795804079::::::s:::+::ed25519::
fpr:::::::::86467C7B5346C185FFEBB8BE200B6A1063E202F7:
"""


def read(text: str) -> tuple[ListedKey, ...]:
    return listing.read(text.encode())


def only(text: str) -> ListedKey:
    (found,) = read(text)
    return found


def key(kind: str, name: str, capabilities: str, validity: str = "u", there: str = "+", made: int = 1) -> str:
    return (
        f"{kind}:{validity}:255:22:{name * 16}:{made}:::::: {capabilities}:::{there}::\n".replace(
            ":::::: ", "::::::"
        )
        + f"fpr:::::::::{name * 40}:\n"
    )


def test_a_listing_of_gpg_is_read() -> None:
    whole, old, split = read(REAL)
    assert ("9F1F78CFF0190D921CB80A8CB0F4A0DCD9150DB4", ("Pw <pw@x>",)) == (
        whole.primary.fingerprint,
        whole.user_ids,
    )
    assert whole.signing == whole.primary
    assert "" == whole.problem
    assert (None, "expired") == (old.signing, old.problem)
    assert datetime.fromtimestamp(1795804080, UTC) == old.primary.expires
    assert ("Ed: \u00e9 \\x <ed@x>",) == split.user_ids
    assert split.signing is not None
    assert "86467C7B5346C185FFEBB8BE200B6A1063E202F7" == split.signing.fingerprint


def test_the_primary_key_signs_before_any_subkey() -> None:
    found = only(key("sec", "A", "scSC") + key("ssb", "B", "s", made=9))
    assert found.signing == found.primary


def test_the_newest_able_subkey_signs_where_the_primary_key_is_away() -> None:
    text = key("sec", "A", "scSC", there="#") + key("ssb", "B", "s", made=5) + key("ssb", "C", "s", made=7)
    text += (
        key("ssb", "D", "s", "e", made=9)
        + key("ssb", "E", "e", made=9)
        + key("ssb", "F", "s", there="#", made=9)
    )
    signing = only(text).signing
    assert signing is not None
    assert "C" * 40 == signing.fingerprint


def test_one_key_can_be_named_exactly() -> None:
    found = only(key("sec", "A", "scSC") + key("ssb", "B", "s"))
    assert found.primary == found.exactly("A" * 16)
    assert found.subkeys[0] == found.exactly("B" * 40)
    assert found.exactly("C" * 16) is None


def test_a_key_on_a_card_counts_as_there() -> None:
    assert only(key("sec", "A", "scSC", there="D2760001240102010006")).signing is not None


def test_why_nothing_signs_is_told() -> None:
    assert "revoked" == only(key("sec", "A", "scSC", "r")).problem
    assert "disabled" == only(key("sec", "A", "scSCD")).problem
    assert "invalid" == only(key("sec", "A", "sc", "i")).problem
    assert "not for signing" == only(key("sec", "A", "cC")).problem
    assert "expired" == only(key("sec", "A", "cC") + key("ssb", "B", "s", "e")).problem


def test_public_keys_cannot_sign() -> None:
    found = only(key("pub", "A", "scSC") + key("sub", "B", "s"))
    assert (None, False) == (found.signing, found.primary.has_secret)


def test_what_stands_before_any_key_or_is_short_is_passed_over() -> None:
    assert () == read("uid:u\nfpr:::::::::AA:\nsub:u\n\n")
    assert only("sec").primary.created is None


@given(
    st.lists(
        st.sampled_from(["sec", "ssb", "fpr", "uid", ":", "::::", "u", "9" * 12, "\\x", "\n", "s"]),
        max_size=30,
    )
)
def test_any_listing_is_read(words: list[str]) -> None:
    for found in read("".join(words)):
        assert isinstance(found.problem, str)
