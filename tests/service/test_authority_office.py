"""A PKI opened for service: what it does by itself while time goes by, and what it does without keys."""

import asyncio
import datetime as dt
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from sealwright import limits
from sealwright.errors import EnvironmentalError, SealwrightError
from sealwright.service.authority.office import Office
from sealwright.service.configuration.authority import Authority
from sealwright.workflow.authority import cas, delegates, lists
from sealwright.workflow.authority.addresses import remember_deltas
from sealwright.workflow.authority.revoking import Why, revoke
from sealwright.workflow.clock import now
from world.authority import PASSPHRASES, AuthorityFolder


@pytest.fixture
def made(tmp_path: Path) -> AuthorityFolder:
    return AuthorityFolder(tmp_path / "pki", at=now() - dt.timedelta(days=100))


@pytest.fixture
def opened(made: AuthorityFolder) -> Iterator[Office]:
    office = Office(settings(made))
    yield office
    office.close()


def settings(made: AuthorityFolder, **changes: Any) -> Authority:
    members: dict[str, Any] = {
        "name": "acme",
        "folder": str(made.folder),
        "passphrase_file": str(made.passphrase_file),
        "publish": ("certificates", "crl", "ocsp", "tsa"),
        **changes,
    }
    return Authority(**members)


def number(content: bytes) -> int:
    parsed = x509.load_der_x509_crl(content)
    return parsed.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


def listed(office: Office, name: str = "intermediate", *, delta: bool = False) -> bytes:
    found = office.revocation_list(name, delta=delta)
    assert found is not None
    return found.content


def serials(office: Office) -> set[int]:
    return {one.signer.certificate.serial for one in office._delegates()}


def test_delegates_that_are_about_to_end_are_made_anew_at_the_start(made: AuthorityFolder) -> None:
    ledger = cas.opened(made.folder, now())
    old = delegates.timestamper(ledger, PASSPHRASES, now() - dt.timedelta(days=95), 100)
    office = Office(settings(made))
    try:
        assert old.signer.certificate.serial not in serials(office)
        assert office.seconds_left(of_lists=False) > 29 * 86400
    finally:
        office.close()


def test_delegates_that_are_revoked_are_replaced_while_it_runs(made: AuthorityFolder, opened: Office) -> None:
    before = serials(opened)
    for serial in before:
        revoke(made.folder, f"{serial:x}", Why("keyCompromise"), now())
    opened.tend()
    assert 3 == len(serials(opened))
    assert not before & serials(opened)


def test_delegates_that_are_revoked_say_nothing_where_the_key_is_elsewhere(
    made: AuthorityFolder, opened: Office, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("root.key", "intermediate.key"):
        made.file(name).unlink()
    for serial in serials(opened):
        revoke(made.folder, f"{serial:x}", Why("keyCompromise"), now())
    with caplog.at_level(logging.WARNING):
        opened.tend()
        opened.tend()
    stamped = opened.stamp(b"")
    assert stamped is not None
    assert "badDataFormat" == stamped.said
    assert 1 == sum("the key of the CA, is not here" in record.message for record in caplog.records)


def test_a_list_that_somebody_broke_is_made_anew(made: AuthorityFolder, opened: Office) -> None:
    before = number(listed(opened))
    lists.list_file(cas.of_name(made.folder, "intermediate")).write_bytes(b"junk")
    opened.tend()
    assert before < number(listed(opened))


def test_a_broken_list_is_not_given_out_where_the_key_is_elsewhere(
    made: AuthorityFolder, opened: Office, caplog: pytest.LogCaptureFixture
) -> None:
    made.file("intermediate.key").unlink()
    opened._issuers.clear()
    lists.list_file(cas.of_name(made.folder, "intermediate")).write_bytes(b"junk")
    with caplog.at_level(logging.WARNING):
        opened.tend()
    assert b"" == listed(opened)
    assert any(
        "never was, and the key that could renew it is not here" in one.message for one in caplog.records
    )


def test_a_new_key_of_a_ca_is_seen_and_its_former_self_stays(made: AuthorityFolder, opened: Office) -> None:
    old = cas.of_name(made.folder, "intermediate")
    made.pki.renew("intermediate", 500, "EC-384")
    new = cas.of_name(made.folder, "intermediate")
    opened.tend()
    for ca in (old, new):
        found = opened.certificate(ca.key)
        assert found is not None
        assert ca.certificate.der == found.content
        parsed = x509.load_der_x509_crl(listed(opened, ca.key))
        assert parsed.is_signature_valid(ca.certificate.handle.public_key())  # type: ignore[arg-type]  # of a CA
    assert 4 == len(serials(opened))


def test_delta_lists_are_made_beside_whole_ones_where_these_name_them(
    made: AuthorityFolder, opened: Office
) -> None:
    assert b"" == listed(opened, delta=True)
    remember_deltas(made.folder, "http://pki.acme.example/{ca}-delta.crl", now())
    revoke(made.folder, "build", Why(), now())
    opened.tend()
    assert number(listed(opened)) < number(listed(opened, delta=True))


def test_a_passphrase_that_is_wrong_is_told_and_files_are_served(
    made: AuthorityFolder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lists.publish(made.folder, PASSPHRASES, now() - dt.timedelta(days=5), 6)
    wrong = tmp_path / "wrong"
    wrong.write_text("wrong\n")
    with caplog.at_level(logging.WARNING):
        office = Office(settings(made, passphrase_file=str(wrong), publish=("crl",)))
    try:
        assert 1 == number(listed(office))
        assert any("passphrase" in record.message for record in caplog.records)
        assert office.seconds_left(of_lists=True) < 86400
        assert float("inf") == office.seconds_left(of_lists=False)
        assert (None, None) == (office.respond(b""), office.stamp(b""))
        assert office.certificate("root") is None
        assert office.kept(b"") is None
    finally:
        office.close()
    with pytest.raises(SealwrightError) as caught:
        Office(settings(made, passphrase_file=str(wrong)))
    assert "key.passphrase-wrong" == caught.value.code


def test_the_list_of_a_ca_that_has_ended_is_left_alone(tmp_path: Path) -> None:
    old = AuthorityFolder(tmp_path / "old", at=now() - dt.timedelta(days=4000))
    office = Office(settings(old, publish=("crl",)))
    try:
        assert 1 == number(listed(office, "root"))
        assert b"" == listed(office), "it ended 350 days ago"
    finally:
        office.close()


def test_servers_that_share_a_folder_agree(made: AuthorityFolder, opened: Office) -> None:
    others = [Office(settings(made)) for _ in range(3)]
    try:
        assert 1 == len({frozenset(serials(one)) for one in (opened, *others)}), "one delegate for all"
        revoke(made.folder, "build", Why(), now())
        threads = [threading.Thread(target=one.tend) for one in (opened, *others)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for one in (opened, *others):
            one.tend()
        assert 1 == len({listed(one) for one in (opened, *others)})
        assert 2 <= number(listed(opened)) <= 5
    finally:
        for one in others:
            one.close()


def test_who_waits_behind_too_many_is_told_to_come_again(opened: Office) -> None:
    free = threading.Event()

    async def crowd() -> str:
        waiting = [asyncio.ensure_future(opened.offload(free.wait)) for _ in range(limits.AUTHORITY_WAITING)]
        await asyncio.sleep(0)
        try:
            await opened.offload(free.wait)
        except EnvironmentalError as error:
            return error.code
        finally:
            free.set()
            await asyncio.gather(*waiting)
        return "nothing"

    assert "service.busy" == asyncio.run(crowd())


def test_what_goes_wrong_once_is_told_and_tried_again(
    made: AuthorityFolder, opened: Office, caplog: pytest.LogCaptureFixture
) -> None:
    ledger = made.file("ledger.jsonl")
    content = ledger.read_bytes()
    ledger.write_bytes(content + b"junk\n")

    async def some_time() -> None:
        task = asyncio.ensure_future(opened.run())
        await asyncio.sleep(limits.AUTHORITY_LOOK_SECONDS + 0.5)
        ledger.write_bytes(content)
        await asyncio.sleep(limits.AUTHORITY_LOOK_SECONDS)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    with caplog.at_level(logging.WARNING):
        asyncio.run(some_time())
    assert any("the ledger cannot be read" in record.message for record in caplog.records)
    revoke(made.folder, "build", Why(), now())
    opened.tend()
    assert 1 == len(list(x509.load_der_x509_crl(listed(opened))))
