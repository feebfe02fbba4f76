"""The ledger of a PKI: what counts, what a crash leaves, and two who write at once."""

import datetime as dt
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from cryptography import x509

from sealwright.errors import DocumentError, StorageError, UsageError
from sealwright.homes.locking import locked
from sealwright.pki.authority.revocations import REASONS
from sealwright.workflow.authority import cas, lists
from sealwright.workflow.authority.entries import Issued
from sealwright.workflow.authority.ledger import FILE, writing
from sealwright.workflow.authority.revoking import Why, release, revoke, rows
from world.authority import PASSPHRASES, AuthorityFolder

AT = dt.datetime(2026, 11, 20, 12, 0, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
HOLD = Why("certificateHold")


@pytest.fixture
def made(tmp_path: Path) -> AuthorityFolder:
    return AuthorityFolder(tmp_path / "pki", at=AT - dt.timedelta(days=1))


def status(made: AuthorityFolder, name: str, at: dt.datetime = AT) -> str:
    (row,) = [row for row in rows(made.folder, at) if row.issued.name == name]
    return row.status(at)


def publish(made: AuthorityFolder, at: dt.datetime = AT, *, delta: bool = False) -> dict[str, int]:
    done, _ = lists.publish(made.folder, PASSPHRASES, at, 7, delta=delta)
    return {one.file.name: one.number for one in done}


def listed(made: AuthorityFolder, name: str = "intermediate.crl") -> dict[int, x509.ReasonFlags | None]:
    found = {}
    for entry in x509.load_der_x509_crl(made.file(name).read_bytes()):
        given = [one.value.reason for one in entry.extensions if isinstance(one.value, x509.CRLReason)]
        found[entry.serial_number] = given[0] if given else None
    return found


def serial(made: AuthorityFolder, name: str = "build") -> int:
    chain = cas.chain_of(made.file(f"{name}.pem"))
    assert chain is not None
    return chain[0].serial


def test_what_is_issued_is_in_the_ledger_with_its_role(made: AuthorityFolder) -> None:
    found = [(row.issued.name, row.issued.role) for row in rows(made.folder, AT)]
    assert [("root", "ca"), ("intermediate", "ca"), ("build", "leaf")] == found
    assert "good" == status(made, "build")
    assert "expired" == status(made, "build", AT + dt.timedelta(days=400))


def test_a_renewed_certificate_is_one_more_and_the_old_one_can_be_revoked(made: AuthorityFolder) -> None:
    old = serial(made)
    made.pki.renew("build", 10)
    revoke(made.folder, f"{old:x}", Why("superseded"), AT)
    assert ["revoked", "good"] == [row.status(AT) for row in rows(made.folder, AT)][2:]


@pytest.mark.parametrize("reason", REASONS)
def test_a_certificate_is_revoked_by_name_and_the_next_list_says_so(
    made: AuthorityFolder, reason: str
) -> None:
    assert {"root.crl": 1, "intermediate.crl": 1} == publish(made)
    assert {} == listed(made)
    revoke(made.folder, "build", Why(reason), AT)
    assert {"root.crl": 2, "intermediate.crl": 2} == publish(made)
    expected = None if reason == "unspecified" else REASONS[reason]
    assert {serial(made): expected} == listed(made)
    assert {} == listed(made, "root.crl")


def test_serials_are_taken_as_programs_print_them(made: AuthorityFolder) -> None:
    text = f"{serial(made):040X}"
    pairs = ":".join(text[at : at + 2] for at in range(0, 40, 2))
    for what in (text, text.lower(), f"0x{text}", pairs):
        revoke(made.folder, what, HOLD, AT)
        release(made.folder, what, AT)


def test_a_certificate_is_revoked_by_its_file_even_if_the_ledger_does_not_know_it(
    made: AuthorityFolder, tmp_path: Path
) -> None:
    file = tmp_path / "elsewhere.pem"
    made.file("build.pem").rename(file)
    ledger = made.file(FILE)
    kept = [line for line in ledger.read_bytes().splitlines(keepends=True) if b"CN=build" not in line]
    ledger.write_bytes(b"".join(kept))
    revoke(made.folder, str(file), Why("keyCompromise"), AT)
    assert "revoked" == [row.status(AT) for row in rows(made.folder, AT)][-1]


def test_an_intermediate_is_on_the_list_of_the_root(made: AuthorityFolder) -> None:
    revoke(made.folder, "intermediate", Why("cACompromise"), AT)
    publish(made)
    assert [serial(made, "intermediate")] == list(listed(made, "root.crl"))


def test_only_what_is_on_hold_is_taken_back(made: AuthorityFolder) -> None:
    with pytest.raises(UsageError) as caught:
        release(made.folder, "build", AT)
    assert "pki.not-on-hold" == caught.value.code
    revoke(made.folder, "build", HOLD, AT)
    assert "on hold" == status(made, "build")
    release(made.folder, "build", AT)
    assert "good" == status(made, "build")
    revoke(made.folder, "build", HOLD, AT)
    revoke(made.folder, "build", Why("keyCompromise"), AT)
    with pytest.raises(UsageError) as caught:
        release(made.folder, "build", AT)
    assert "pki.not-on-hold" == caught.value.code
    for why in (HOLD, Why()):
        with pytest.raises(UsageError) as caught:
            revoke(made.folder, "build", why, AT)
        assert "pki.already-revoked" == caught.value.code


def test_times_are_kept_and_none_is_in_the_future(made: AuthorityFolder) -> None:
    for why in (Why(since=AT + MINUTE), Why(invalid_since=AT + MINUTE)):
        with pytest.raises(UsageError) as caught:
            revoke(made.folder, "build", why, AT)
        assert "pki.time-in-future" == caught.value.code
    revoke(made.folder, "build", Why("keyCompromise", AT - MINUTE, AT - 2 * MINUTE), AT)
    publish(made)
    (entry,) = x509.load_der_x509_crl(made.file("intermediate.crl").read_bytes())
    since = entry.extensions.get_extension_for_class(x509.InvalidityDate).value
    assert (AT - MINUTE, AT - 2 * MINUTE) == (entry.revocation_date_utc, since.invalidity_date_utc)


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("nobody", "pki.certificate-unknown"),
        ("ff", "pki.certificate-unknown"),
        ("no/such/file", "pki.certificate-unknown"),
        ("root", "pki.root-not-revocable"),
    ],
)
def test_what_no_ca_here_has_issued_is_not_revoked(made: AuthorityFolder, what: str, code: str) -> None:
    before = made.file(FILE).read_bytes()
    with pytest.raises(UsageError) as caught:
        revoke(made.folder, what, Why(), AT)
    assert code == caught.value.code
    assert before == made.file(FILE).read_bytes()


def test_a_certificate_of_another_ca_is_not_revoked(made: AuthorityFolder, tmp_path: Path) -> None:
    other = AuthorityFolder(tmp_path / "other", at=AT)
    with pytest.raises(UsageError) as caught:
        revoke(made.folder, str(other.file("build.pem")), Why(), AT)
    assert "pki.certificate-unknown" == caught.value.code


def test_a_folder_without_a_ledger_begins_one_with_its_certificates(made: AuthorityFolder) -> None:
    made.file(FILE).unlink()
    before = {row.issued.name for row in rows(made.folder, AT)}
    assert {"root", "intermediate", "build"} == before
    revoke(made.folder, "build", Why(), AT)
    assert before == {row.issued.name for row in rows(made.folder, AT)}
    assert "revoked" == status(made, "build")


def test_a_delta_list_has_what_changed_since_the_last_whole_one(made: AuthorityFolder) -> None:
    with pytest.raises(UsageError) as caught:
        publish(made, delta=True)
    assert "pki.no-base-list" == caught.value.code
    made.pki.issue("second", None, "EC-256", 10)
    made.pki.issue("third", None, "EC-256", 10)
    revoke(made.folder, "build", HOLD, AT)
    revoke(made.folder, "third", Why("superseded"), AT)
    base = publish(made)["intermediate.crl"]
    release(made.folder, "build", AT)
    revoke(made.folder, "second", Why("keyCompromise"), AT)
    number = publish(made, delta=True)["intermediate-delta.crl"]
    assert base < number
    expected = {
        serial(made): x509.ReasonFlags.remove_from_crl,
        serial(made, "second"): x509.ReasonFlags.key_compromise,
    }
    assert expected == listed(made, "intermediate-delta.crl")
    publish(made)
    again = publish(made, delta=True)["intermediate-delta.crl"]
    assert number + 2 == again
    assert {} == listed(made, "intermediate-delta.crl")


def test_numbers_never_go_back_even_where_files_are_lost(made: AuthorityFolder) -> None:
    publish(made)
    publish(made)
    made.file("intermediate.crl").unlink()
    assert 3 == publish(made)["intermediate.crl"]
    kept = made.file("intermediate.crl").read_bytes()
    made.file(FILE).unlink()
    made.file("intermediate.crl").write_bytes(kept)
    assert 4 == publish(made)["intermediate.crl"]


def test_a_list_does_not_outlive_its_ca(made: AuthorityFolder) -> None:
    chain = cas.chain_of(made.file("intermediate.pem"))
    assert chain is not None
    late = chain[0].not_after - dt.timedelta(days=1)
    done, _ = lists.publish(made.folder, PASSPHRASES, late, 7)
    assert chain[0].not_after == done[1].until


def test_a_ca_whose_key_is_elsewhere_is_left_out(made: AuthorityFolder) -> None:
    made.file("root.key").unlink()
    done, elsewhere = lists.publish(made.folder, PASSPHRASES, AT, 7)
    assert (["intermediate.crl"], ["root"]) == (
        [one.file.name for one in done],
        [ca.stem for ca in elsewhere],
    )
    made.file("intermediate.key").unlink()
    with pytest.raises(UsageError) as caught:
        publish(made)
    assert "pki.ca-key-absent" == caught.value.code


def test_a_ca_with_a_new_key_still_lists_what_its_old_key_issued(made: AuthorityFolder) -> None:
    made.pki.renew("intermediate", 100, "EC-384")
    made.pki.issue("second", None, "EC-256", 10)
    revoke(made.folder, "build", Why(), AT)
    revoke(made.folder, "second", Why(), AT)
    names = [name for name in publish(made) if name.startswith("intermediate")]
    old, new = sorted(names, key=len, reverse=True)
    assert [serial(made)] == list(listed(made, old))
    assert [serial(made, "second")] == list(listed(made, new))


@pytest.mark.parametrize("days", [0, -1, 3651])
def test_a_list_has_a_term_that_makes_sense(made: AuthorityFolder, days: int) -> None:
    with pytest.raises(UsageError) as caught:
        lists.publish(made.folder, PASSPHRASES, AT, days)
    assert "pki.days-out-of-range" == caught.value.code


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_line_without_its_end_does_not_count_and_is_cut_off(made: AuthorityFolder, cut: int) -> None:
    revoke(made.folder, "build", Why(), AT)
    ledger = made.file(FILE)
    ledger.write_bytes(ledger.read_bytes()[:-cut])
    assert "good" == status(made, "build")
    revoke(made.folder, "build", Why("superseded"), AT)
    assert "revoked" == status(made, "build")
    assert ledger.read_bytes().endswith(b"\n")
    assert 1 == ledger.read_bytes().count(b'"revoked"')


@pytest.mark.parametrize(
    "line",
    [
        b"junk\n",
        b"{}\n",
        b'{"did":"eaten","at":"2026-11-20T12:00:00Z","ca":"00"}\n',
        b'{"did":"released","at":"2026-11-20T12:00:00Z","ca":"00","serial":"xyz"}\n',
        b'{"did":"released","at":"2026-11-20T12:00:00Z","ca":"00","serial":"' + b"1" * 20_000 + b'"}\n',
        b"\xff\xfe\n",
    ],
)
def test_a_ledger_that_somebody_has_broken_is_refused_by_line(made: AuthorityFolder, line: bytes) -> None:
    ledger = made.file(FILE)
    content = ledger.read_bytes()
    ledger.write_bytes(content + line)
    with pytest.raises(DocumentError) as caught:
        rows(made.folder, AT)
    assert ("pki.ledger-malformed", content.count(b"\n") + 1) == (caught.value.code, caught.value.line)


def test_a_ledger_that_became_shorter_or_went_is_noticed(made: AuthorityFolder) -> None:
    ledger = cas.opened(made.folder, AT)
    content = ledger.file.read_bytes()
    ledger.file.write_bytes(content[:-10])
    with pytest.raises(DocumentError, match="shorter"):
        ledger.refresh()
    ledger.file.unlink()
    with pytest.raises(DocumentError, match="gone"):
        ledger.refresh()


def test_an_open_ledger_sees_what_others_add(made: AuthorityFolder) -> None:
    ledger = cas.opened(made.folder, AT)
    assert not ledger.refresh()
    revoke(made.folder, "build", Why(), AT)
    assert ledger.refresh()
    (ca,) = [ca for ca in cas.found(made.folder) if ca.stem == "intermediate"]
    assert [serial(made)] == list(ledger.revoked(ca.key))


def test_who_waits_too_long_for_the_lock_is_told(made: AuthorityFolder) -> None:
    before = made.file(FILE).read_bytes()
    with locked(made.folder), pytest.raises(StorageError) as caught, locked(made.folder, 0.05):
        raise AssertionError("two at once")
    assert "file.locked" == caught.value.code
    assert before == made.file(FILE).read_bytes()


def test_many_writers_at_once_lose_nothing(made: AuthorityFolder) -> None:
    (ca,) = [ca for ca in cas.found(made.folder) if ca.stem == "intermediate"]
    issuer = ca.issuer(PASSPHRASES)
    problems: list[BaseException] = []

    def work(number: int) -> None:
        try:
            ledger = cas.opened(made.folder, AT)
            with writing(ledger):
                ledger.append(Issued(AT, ca.key, f"{number + 1:x}", f"CN={number}", AT))
            lists.make(ledger, ca, issuer, AT, 7)
        except BaseException as error:  # noqa: BLE001  # told below
            problems.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [] == problems
    ledger = cas.opened(made.folder, AT)
    assert {number + 1 for number in range(25)} <= {number for _, number in ledger.issued}
    assert 26 == ledger.next_number(ca.key)
    last = x509.load_der_x509_crl(made.file("intermediate.crl").read_bytes())
    assert 25 == last.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


NEARLY_FULL = """
import datetime, pathlib, resource, signal, sys
from sealwright.errors import StorageError
from sealwright.workflow.authority.revoking import Why, revoke

folder = pathlib.Path(sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
size = (folder / "ledger.jsonl").stat().st_size + 10
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
try:
    revoke(folder, "build", Why(), datetime.datetime.fromisoformat(sys.argv[2]))
except StorageError as error:
    print(error.code)
"""


def test_a_disk_that_is_full_leaves_the_ledger_as_it_was(made: AuthorityFolder) -> None:
    before = made.file(FILE).read_bytes()
    command = [sys.executable, "-c", NEARLY_FULL, str(made.folder), AT.isoformat()]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "file.unwritable\n" == done.stdout, done.stderr
    assert before == made.file(FILE).read_bytes()
    assert "good" == status(made, "build")
