"""Passwords and personal tokens: who is let in, who no longer, and how often somebody may try."""

import hashlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sealwright import limits
from sealwright.errors import AccessDeniedError, NotFoundError, UsageError
from sealwright.service.accounts import hashing
from sealwright.service.accounts.actions import accounts, grants, tokens
from sealwright.service.accounts.queries import accounts as rows
from sealwright.service.accounts.throttle import Throttle
from world.accounts import ACTOR, Guarded, basic, bearer, database, token_for


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Guarded]:
    with Guarded(tmp_path / "service") as running:
        yield running


def status(guarded: Guarded, headers: dict[str, str]) -> int:
    return guarded.wire.ask("GET", "/v2/", headers=headers).status


def test_passwords_and_tokens_open_and_nothing_else_does(guarded: Guarded) -> None:
    token = guarded.token("alice")
    for headers in (basic("alice", "wonderland"), basic("alice", token), bearer(token)):
        assert 200 == status(guarded, headers), headers
    wrong = [
        basic("alice", "wrong"),
        basic("alice", ""),
        basic("Alice", "wonderland"),
        basic("admin", token),
        basic("", token),
        basic("anonymous", ""),
        basic("authenticated", "wonderland"),
        basic("nobody", "wonderland"),
        bearer(token[:-1]),
        bearer("seal_"),
    ]
    for headers in wrong:
        assert 401 == status(guarded, headers), headers


def test_odd_header_fields_are_refused(guarded: Guarded) -> None:
    for value in (
        "",
        "Basic",
        "Basic !",
        "Basic YWxpY2U",
        "Basic /////w==",
        "Digest a",
        "Bearer",
        "a" * 30_000,
    ):
        assert 401 == status(guarded, {"Authorization": value}), value


def test_a_password_is_hashed_once_and_not_for_every_request(guarded: Guarded) -> None:
    headers = basic("alice", "wonderland")
    began = time.monotonic()
    assert 200 == status(guarded, headers)
    first = time.monotonic() - began
    began = time.monotonic()
    assert [200] * 20 == [status(guarded, headers) for _ in range(20)]
    assert (time.monotonic() - began) / 20 < first / 4


def test_requests_that_come_together_wait_for_one_hash(guarded: Guarded) -> None:
    headers = basic("alice", "wonderland")
    found: list[int] = []
    many = [threading.Thread(target=lambda: found.append(status(guarded, headers))) for _ in range(16)]
    began = time.monotonic()
    for thread in many:
        thread.start()
    for thread in many:
        thread.join()
    together = time.monotonic() - began
    assert [200] * 16 == found
    began = time.monotonic()
    hashing.hashed("wonderland")
    assert together < 8 * (time.monotonic() - began)


def test_a_name_that_is_not_there_costs_as_much_as_a_wrong_password(guarded: Guarded) -> None:
    accounts.add_robot(guarded.database, ACTOR, "robot")
    took: dict[str, float] = {}
    for name in ("alice", "nobody", "robot", "anonymous"):
        began = time.monotonic()
        assert 401 == status(guarded, basic(name, "wrong password"))
        took[name] = time.monotonic() - began
    assert min(took.values()) > max(took.values()) / 4, took


def test_what_was_changed_holds_within_seconds(guarded: Guarded) -> None:
    password, token = basic("alice", "wonderland"), guarded.token("alice")
    issued = bearer(token_for(guarded.wire, password, "repository:a:pull").json["token"])
    every = [password, bearer(token), issued]
    assert [200, 200, 200] == [status(guarded, headers) for headers in every]
    accounts.set_disabled(guarded.database, ACTOR, "alice", disabled=True)
    guarded.settle()
    assert [401, 401, 401] == [status(guarded, headers) for headers in every]
    accounts.set_disabled(guarded.database, ACTOR, "alice", disabled=False)
    guarded.settle()
    assert [200, 200, 401] == [status(guarded, headers) for headers in every]
    issued = bearer(token_for(guarded.wire, password, "repository:a:pull").json["token"])
    accounts.set_password(guarded.database, ACTOR, "alice", "looking-glass")
    guarded.settle()
    every = [password, bearer(token), issued, basic("alice", "looking-glass")]
    assert [401, 200, 401, 200] == [status(guarded, headers) for headers in every]


def test_a_revoked_token_takes_what_was_issued_for_it_along(guarded: Guarded) -> None:
    made = tokens.issue(guarded.database, ACTOR, "alice", "", 0)
    issued = token_for(guarded.wire, basic("alice", made.token), "repository:a:pull").json["token"]
    assert [200, 200] == [status(guarded, bearer(one)) for one in (made.token, issued)]
    tokens.revoke(guarded.database, ACTOR, made.id)
    guarded.settle()
    assert [401, 401] == [status(guarded, bearer(one)) for one in (made.token, issued)]


def test_a_new_password_ends_refresh_tokens(guarded: Guarded) -> None:
    told = token_for(guarded.wire, basic("alice", "wonderland"), offline_token="true").json
    form = f"grant_type=refresh_token&refresh_token={told['refresh_token']}".encode()
    assert 200 == guarded.wire.ask("POST", "/token", form).status
    accounts.set_password(guarded.database, ACTOR, "alice", "looking-glass")
    assert 401 == guarded.wire.ask("POST", "/token", form).status


def test_a_removed_account_is_gone_with_all_it_had(guarded: Guarded) -> None:
    token = guarded.token("alice")
    grants.grant(guarded.database, ACTOR, "alice", "a", {"pull"})
    guarded.settle()
    issued = token_for(guarded.wire, bearer(token), "repository:a:pull").json["token"]
    accounts.remove(guarded.database, ACTOR, "alice", "user")
    guarded.settle()
    assert [401, 401] == [status(guarded, bearer(one)) for one in (token, issued)]
    accounts.add_user(guarded.database, ACTOR, "alice", "wonderland")
    guarded.settle()
    me = guarded.wire.ask("GET", "/api/v1/me", headers=basic("alice", "wonderland")).json
    assert [] == me["grants"]
    assert 401 == status(guarded, bearer(token))


def test_a_token_that_has_expired_opens_nothing(guarded: Guarded) -> None:
    token = guarded.token("alice", seconds=1)
    time.sleep(1.1)
    assert 401 == status(guarded, bearer(token))


def test_after_too_many_failures_nobody_tries_from_there_any_more(guarded: Guarded) -> None:
    right = basic("alice", "wonderland")
    token = bearer(guarded.token("alice"))
    assert 200 == status(guarded, right)
    wrong = [status(guarded, basic("alice", f"wrong {number}")) for number in range(limits.LOGIN_FAILURES)]
    assert [401] * limits.LOGIN_FAILURES == wrong
    refused = guarded.wire.ask("GET", "/v2/", headers=basic("alice", "wrong again"))
    assert (429, "TOOMANYREQUESTS") == (refused.status, refused.code)
    assert 0 < int(refused.headers["retry-after"]) <= limits.LOGIN_FAILURE_SECONDS
    assert 200 == status(guarded, right), "what was verified a moment ago still is"
    assert 200 == status(guarded, token)
    assert 200 == status(guarded, basic("admin", "adminadmin")), "others are not shut out"


def test_failures_are_counted_for_account_and_address_and_for_address() -> None:
    throttle = Throttle()
    for second in range(limits.LOGIN_FAILURES):
        throttle.require("alice", "192.0.2.1", second)
        throttle.failed("alice", "192.0.2.1", second)
    with pytest.raises(AccessDeniedError) as caught:
        throttle.require("alice", "192.0.2.1", limits.LOGIN_FAILURES)
    assert limits.LOGIN_FAILURE_SECONDS >= int(str(caught.value.data["seconds"])) > 0
    throttle.require("alice", "192.0.2.2", limits.LOGIN_FAILURES)
    throttle.require("bob", "192.0.2.1", limits.LOGIN_FAILURES)
    throttle.require("alice", "192.0.2.1", limits.LOGIN_FAILURE_SECONDS)
    for number in range(limits.LOGIN_FAILURES_PER_ADDRESS):
        throttle.failed(f"user {number}", "192.0.2.3", 0)
    with pytest.raises(AccessDeniedError):
        throttle.require("alice", "192.0.2.3", 1)
    for number in range(2 * limits.LOGIN_FAILURES_KEPT):
        throttle.failed(f"user {number}", f"address {number}", 1)
    assert len(throttle._failures) <= limits.LOGIN_FAILURES_KEPT


def test_of_secrets_only_hashes_are_kept(tmp_path: Path) -> None:
    found = database(tmp_path)
    accounts.add_user(found, ACTOR, "alice", "wonderland")
    token = tokens.issue(found, ACTOR, "alice", "", 0).token
    account = rows.find(found, "alice")
    assert account is not None
    assert account.secret is not None
    costs = (limits.PASSWORD_SCRYPT_COST, limits.PASSWORD_SCRYPT_BLOCK, limits.PASSWORD_SCRYPT_LANES)
    assert ["scrypt", *map(str, costs)] == account.secret.split("$")[:4]
    accounts.add_user(found, ACTOR, "bob", "wonderland")
    other = rows.find(found, "bob")
    assert other is not None
    assert account.secret != other.secret, "each has a salt of its own"
    audit = found.rows("SELECT actor, action, subject, detail FROM audit")
    found.close()
    assert len(token) >= len("seal_") + 43, "256 bits"
    assert "wonderland" not in repr(audit)
    assert token not in repr(audit)
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert hashlib.sha256(token.encode()).hexdigest().encode() in content
    for secret in (token, token[5:], "wonderland"):
        assert secret.encode() not in content


@pytest.mark.parametrize("password", ["", "short", "a" * 1025, "é" * 513])
def test_passwords_that_are_unfit_are_refused(tmp_path: Path, password: str) -> None:
    found = database(tmp_path)
    with pytest.raises(UsageError) as caught:
        accounts.add_user(found, ACTOR, "alice", password)
    assert "service.password-unfit" == caught.value.code
    assert password not in str(caught.value) or not password
    found.close()


@pytest.mark.parametrize(
    "name", ["", "a b", "a:b", "-a", "é", "a" * 129, "a\n", "../a", "anonymous", "authenticated"]
)
def test_names_that_no_account_can_have_are_refused(tmp_path: Path, name: str) -> None:
    found = database(tmp_path)
    with pytest.raises(UsageError) as caught:
        accounts.add_robot(found, ACTOR, name)
    assert caught.value.code in ("service.account-name-invalid", "service.account-exists")
    found.close()


def test_accounts_of_another_kind_are_not_there(tmp_path: Path) -> None:
    found = database(tmp_path)
    accounts.add_group(found, ACTOR, "team")
    for action in (
        lambda: accounts.set_password(found, ACTOR, "team", "wonderland"),
        lambda: tokens.issue(found, ACTOR, "team", "", 0),
        lambda: accounts.join(found, ACTOR, "team", "anonymous"),
        lambda: accounts.remove(found, ACTOR, "anonymous", "user"),
    ):
        with pytest.raises(NotFoundError) as caught:
            action()
        assert "service.account-unknown" == caught.value.code
    found.close()


def test_an_account_has_only_so_many_tokens(tmp_path: Path) -> None:
    found = database(tmp_path)
    accounts.add_robot(found, ACTOR, "ci")
    for _ in range(limits.PERSONAL_TOKENS):
        tokens.issue(found, ACTOR, "ci", "", 60)
    with pytest.raises(UsageError) as caught:
        tokens.issue(found, ACTOR, "ci", "", 60)
    assert "service.tokens-too-many" == caught.value.code
    first = tokens.issue(found, ACTOR, "ci", "", 60, "refresh")
    for _ in range(limits.PERSONAL_TOKENS):
        tokens.issue(found, ACTOR, "ci", "", 60, "refresh")
    with pytest.raises(NotFoundError):
        tokens.revoke(found, ACTOR, first.id)
    found.close()
