"""The token service, and the bearer tokens that it issues."""

import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from sealwright import limits
from sealwright.service.accounts.actions import grants, tokens
from sealwright.service.accounts.queries import state
from world.accounts import ACTOR, Guarded, basic, bearer, token_for
from world.wire import Answer

HOST = "127.0.0.1"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with Guarded(tmp_path_factory.mktemp("tokens")) as running:
        grants.grant(running.database, ACTOR, "alice", "team/*", {"pull", "push"})
        grants.grant(running.database, ACTOR, "anonymous", "public/*", {"pull"})
        running.settle()
        running.wire.push_blob_as(running.admin, "team/app", b"content of team/app")
        running.wire.push_blob_as(running.admin, "public/app", b"public")
        running.wire.push_blob_as(running.admin, "other", b"other")
        yield running


@pytest.fixture
def alice(guarded: Guarded) -> dict[str, str]:
    return basic("alice", "wonderland")


def post(guarded: Guarded, **form: str) -> Answer:
    return guarded.wire.ask("POST", "/token", urlencode(form).encode())


def payload(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def may(guarded: Guarded, token: str, name: str, method: str = "GET") -> int:
    path = f"/v2/{name}/tags/list" if method == "GET" else f"/v2/{name}/blobs/uploads/"
    return guarded.wire.ask(method, path, headers=bearer(token)).status


def test_who_shows_nothing_is_sent_to_the_token_service(guarded: Guarded) -> None:
    address = guarded.registry.address
    service = f'Bearer realm="http://{address}/token",service="sealwright"'
    assert service == guarded.wire.ask("GET", "/v2/").headers["www-authenticate"]
    refused = guarded.wire.ask("POST", "/v2/team/app/blobs/uploads/")
    assert 401 == refused.status
    assert f'{service},scope="repository:team/app:pull,push"' == refused.headers["www-authenticate"]
    assert "registry/2.0" == refused.headers["docker-distribution-api-version"]


@pytest.mark.parametrize(
    ("host", "realm"),
    [
        ("registry.example:5000", "http://registry.example:5000/token"),
        ("[::1]:5000", "http://[::1]:5000/token"),
        ("localhost", "http://localhost/token"),
        ('a",service="evil', None),
        ("a b", None),
        ("user@evil.example", None),
        ("evil.example/path", None),
        ("", None),
    ],
)
def test_the_realm_is_where_the_request_came_to(guarded: Guarded, host: str, realm: str | None) -> None:
    headers = {"Host": host, "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    told = guarded.wire.ask("GET", "/v2/", headers=headers).headers["www-authenticate"]
    expected = realm or f"http://{guarded.registry.address}/token"
    assert f'Bearer realm="{expected}",service="sealwright"' == told


def test_a_token_opens_what_it_was_asked_for_and_no_more(guarded: Guarded, alice: dict[str, str]) -> None:
    answer = token_for(guarded.wire, alice, "repository:team/app:pull")
    assert 200 == answer.status
    assert "no-store" == answer.headers["cache-control"]
    told = answer.json
    assert told["token"] == told["access_token"]
    assert (limits.BEARER_SECONDS, "repository:team/app:pull") == (told["expires_in"], told["scope"])
    assert "refresh_token" not in told
    claims = payload(told["token"])
    assert ("sealwright/token", "sealwright", "alice") == (claims["iss"], claims["aud"], claims["sub"])
    assert [{"type": "repository", "name": "team/app", "actions": ["pull"]}] == claims["access"]
    assert limits.BEARER_SECONDS == claims["exp"] - claims["iat"]
    token = told["token"]
    assert 200 == guarded.wire.ask("GET", "/v2/", headers=bearer(token)).status
    assert 200 == may(guarded, token, "team/app")
    assert 401 == may(guarded, token, "team/app", "POST")
    for name in ("team", "team/app/c", "team/apps", "team/ap", "app", "other", "public/app"):
        assert 401 == may(guarded, token, name), name
    assert 400 == may(guarded, token, "team/App")


def test_the_challenge_tells_a_token_that_is_too_small(guarded: Guarded, alice: dict[str, str]) -> None:
    token = token_for(guarded.wire, alice, "repository:team/app:pull").json["token"]
    refused = guarded.wire.ask("POST", "/v2/team/app/blobs/uploads/", headers=bearer(token))
    assert 401 == refused.status
    assert refused.headers["www-authenticate"].endswith(
        ',scope="repository:team/app:pull,push",error="insufficient_scope"'
    )


def test_less_than_was_asked_is_no_error(guarded: Guarded, alice: dict[str, str]) -> None:
    told = token_for(guarded.wire, alice, "repository:other:pull,push", "repository:team/x:delete").json
    assert "" == told["scope"]
    assert [] == payload(told["token"])["access"]
    assert 401 == may(guarded, told["token"], "other")


def test_several_scopes_may_stand_apart_or_together(guarded: Guarded, alice: dict[str, str]) -> None:
    apart = token_for(guarded.wire, alice, "repository:team/a:push", "repository:team/b:pull").json
    together = token_for(guarded.wire, alice, "repository:team/a:push repository:team/b:pull").json
    assert "repository:team/a:push repository:team/b:pull" == apart["scope"] == together["scope"]


def test_wrong_credentials_are_an_error_also_where_anonymous_tokens_are_had(guarded: Guarded) -> None:
    answer = token_for(guarded.wire, basic("alice", "wrong"), "repository:public/app:pull")
    assert (401, "UNAUTHORIZED") == (answer.status, answer.code)
    assert 'Basic realm="sealwright"' == answer.headers["www-authenticate"]


def test_what_is_open_to_everybody_takes_an_anonymous_token(guarded: Guarded) -> None:
    told = token_for(guarded.wire, None, "repository:public/app:pull,push", "repository:team/app:pull").json
    assert "repository:public/app:pull" == told["scope"]
    assert 200 == may(guarded, told["token"], "public/app")
    assert 401 == may(guarded, told["token"], "team/app")
    assert 200 == guarded.wire.ask("GET", "/v2/public/app/tags/list").status


def test_the_post_form_takes_a_password_and_gives_a_refresh_token(guarded: Guarded) -> None:
    form = {"service": "sealwright", "client_id": "containerd", "scope": "repository:team/app:pull"}
    plain = post(guarded, grant_type="password", username="alice", password="wonderland", **form).json
    assert "refresh_token" not in plain
    offline = {**form, "access_type": "offline"}
    told = post(guarded, grant_type="password", username="alice", password="wonderland", **offline).json
    refresh = told["refresh_token"]
    again = post(guarded, grant_type="refresh_token", refresh_token=refresh, **form).json
    assert refresh == again["refresh_token"]
    assert "repository:team/app:pull" == again["scope"]
    assert 200 == may(guarded, again["access_token"], "team/app")


def test_a_refresh_token_is_good_for_nothing_else(guarded: Guarded, alice: dict[str, str]) -> None:
    refresh = token_for(guarded.wire, alice, offline_token="true").json["refresh_token"]
    assert refresh.startswith("seal_")
    for headers in (bearer(refresh), basic("alice", refresh)):
        assert 401 == guarded.wire.ask("GET", "/v2/", headers=headers).status
    personal = guarded.token("alice")
    assert 401 == post(guarded, grant_type="refresh_token", refresh_token=personal).status
    assert 401 == post(guarded, grant_type="refresh_token", refresh_token="seal_nothing").status


def test_who_logs_in_with_a_token_gets_no_refresh_token(guarded: Guarded) -> None:
    headers = basic("alice", guarded.token("alice"))
    assert "refresh_token" not in token_for(guarded.wire, headers, offline_token="true").json


def test_a_bearer_token_does_not_make_another(guarded: Guarded, alice: dict[str, str]) -> None:
    token = token_for(guarded.wire, alice, "repository:team/app:pull").json["token"]
    assert 401 == token_for(guarded.wire, bearer(token), "repository:team/app:pull").status


def test_odd_forms_are_refused(guarded: Guarded) -> None:
    assert 400 == post(guarded).status
    assert 400 == post(guarded, grant_type="client_credentials").status
    assert 401 == post(guarded, grant_type="password", username="alice", password="wrong").status
    twice = b"grant_type=password&username=alice&username=bob&password=wonderland"
    assert 400 == guarded.wire.ask("POST", "/token", twice).status
    assert 400 == guarded.wire.ask("POST", "/token", b"\xff\xfe").status
    assert 400 == guarded.wire.ask("POST", "/token", b"&".join(b"a%d=1" % n for n in range(200))).status
    assert 413 == guarded.wire.ask("POST", "/token", b"scope=" + b"a" * 1_000_000).status
    assert 405 == guarded.wire.ask("PUT", "/token", b"").status
    assert 400 == guarded.wire.ask("GET", "/token?service=elsewhere").status


def test_too_many_scopes_are_refused(guarded: Guarded, alice: dict[str, str]) -> None:
    asked = " ".join(f"repository:team/{number}:pull" for number in range(1000))
    form = {"grant_type": "password", "username": "alice", "password": "wonderland"}
    assert 400 == post(guarded, **form, scope=asked).status
    most = " ".join(f"repository:team/{number}:pull" for number in range(limits.SCOPES_ASKED))
    told = post(guarded, **form, scope=most).json
    assert limits.SCOPES_ASKED == len(payload(told["token"])["access"])
    long = " ".join(f"repository:team/{number}{'a' * 240}:pull,push" for number in range(limits.SCOPES_ASKED))
    assert 400 == post(guarded, **form, scope=long).status
    assert 414 == token_for(guarded.wire, alice, *[f"repository:a{n}:pull" for n in range(300)]).status


def forged(guarded: Guarded, key: OctKey | None = None, alg: str = "HS256", **changes: object) -> str:
    """A token as the service makes it, with some claims or the key changed."""
    own = state.keys(guarded.database)[0]
    at = int(time.time())
    claims: dict[str, Any] = {
        "iss": "sealwright/token",
        "aud": "sealwright",
        "sub": "alice",
        "kind": "user",
        "generation": 0,
        "iat": at,
        "nbf": at,
        "exp": at + 60,
        "jti": "x",
        "access": [{"type": "repository", "name": "team/app", "actions": ["pull"]}],
    } | changes
    claims = {name: value for name, value in claims.items() if value is not None}
    key = key or OctKey.import_key({"kty": "oct", "k": own.secret})
    return jwt.encode({"alg": alg, "kid": own.id}, claims, key, algorithms=[alg])


def test_a_token_made_with_the_key_is_believed(guarded: Guarded, alice: dict[str, str]) -> None:
    token_for(guarded.wire, alice)  # there is a key from now on
    assert 200 == may(guarded, forged(guarded), "team/app")


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "elsewhere"},
        {"iss": None},
        {"aud": "elsewhere"},
        {"aud": None},
        {"aud": ["elsewhere"]},
        {"exp": 1},
        {"exp": None},
        {"exp": "tomorrow"},
        {"nbf": 4_000_000_000},
        {"nbf": None},
        {"iat": 4_000_000_000},
        {"iat": None},
        {"sub": None},
        {"sub": "nobody"},
        {"sub": 7},
        {"kind": "emperor"},
        {"kind": None},
        {"generation": 7},
        {"generation": "0"},
        {"access": None},
        {"access": "all"},
        {"access": [{"type": "repository"}]},
        {"jti": None},
    ],
    ids=str,
)
def test_claims_that_we_would_not_write_are_refused(
    guarded: Guarded, alice: dict[str, str], changes: dict[str, Any]
) -> None:
    token_for(guarded.wire, alice)
    refused = guarded.wire.ask("GET", "/v2/team/app/tags/list", headers=bearer(forged(guarded, **changes)))
    assert (401, "UNAUTHORIZED") == (refused.status, refused.code)
    assert refused.headers["www-authenticate"].endswith(',error="invalid_token"')


def test_a_token_that_says_more_than_its_account_holds_opens_no_more(
    guarded: Guarded, alice: dict[str, str]
) -> None:
    token_for(guarded.wire, alice)
    access = [
        {"type": "repository", "name": "other", "actions": ["pull", "push", "admin"]},
        {"type": "repository", "name": "*", "actions": ["pull"]},
        {"type": "registry", "name": "admin", "actions": ["*"]},
    ]
    token = forged(guarded, access=access)
    assert 401 == may(guarded, token, "other")
    assert 401 == guarded.wire.ask("GET", "/api/v1/grants", headers=bearer(token)).status


def test_other_keys_and_algorithms_are_refused(guarded: Guarded, alice: dict[str, str]) -> None:
    token_for(guarded.wire, alice)
    good = forged(guarded)
    head, body, signature = good.split(".")
    own = state.keys(guarded.database)[0]
    raw = base64.urlsafe_b64decode(own.secret + "=")

    def header(**members: str) -> str:
        return base64.urlsafe_b64encode(json.dumps(members).encode()).decode().rstrip("=")

    longer = OctKey.import_key(raw + b"\0" * 32)
    tampered = json.dumps({**payload(good), "sub": "admin"}).encode()
    bad = [
        forged(guarded, OctKey.generate_key(256)),
        forged(guarded, longer, "HS512"),
        f"{header(alg='none', typ='JWT', kid=own.id)}.{body}.",
        f"{header(alg='NONE', typ='JWT', kid=own.id)}.{body}.{signature}",
        f"{header(alg='HS256', typ='JWT')}.{body}.{signature}",
        f"{header(alg='HS256', typ='JWT', kid='elsewhere')}.{body}.{signature}",
        f"{head}.{base64.urlsafe_b64encode(tampered).decode().rstrip('=')}.{signature}",
        f"{head}.{body}.{signature[:-2]}",
        f"{head}.{body}",
        f"{head}.{body}.{signature}.{signature}",
        good + "a",
        "a" * (limits.BEARER_BYTES + 1),
        "a.b.c",
        "",
        ".",
        "..",
        "é",
    ]
    rsa = RSAKey.generate_key(2048)
    bad.append(jwt.encode({"alg": "RS256", "kid": own.id}, payload(good), rsa, algorithms=["RS256"]))
    for token in bad:
        headers = {"Authorization": f"Bearer {token}".encode().decode("latin-1")}
        assert 401 == guarded.wire.ask("GET", "/v2/team/app/tags/list", headers=headers).status, token
    assert 200 == may(guarded, good, "team/app")


def test_two_keys_verify_and_a_third_ends_the_first(tmp_path: Path) -> None:
    with Guarded(tmp_path) as own:
        grants.grant(own.database, ACTOR, "alice", "team/*", {"pull"})
        headers = basic("alice", own.token("alice"))
        own.settle()
        first = token_for(own.wire, headers, "repository:team/app:pull").json["token"]
        tokens.rotate_keys(own.database, ACTOR)
        own.settle()
        second = token_for(own.wire, headers, "repository:team/app:pull").json["token"]
        assert [404, 404] == [may(own, token, "team/app") for token in (first, second)]
        tokens.rotate_keys(own.database, ACTOR)
        own.settle()
        assert [401, 404] == [may(own, token, "team/app") for token in (first, second)]


def test_the_list_of_repositories_shows_what_may_be_pulled(guarded: Guarded, alice: dict[str, str]) -> None:
    for name in ("team/listed", "other/listed"):
        config = guarded.wire.push_blob_as(guarded.admin, name, b"{}")
        guarded.wire.push_manifest_as(
            guarded.admin,
            name,
            "v1",
            {"config": {"mediaType": "a/b", "digest": config, "size": 2}, "layers": []},
        )
    token = token_for(guarded.wire, alice, "registry:catalog:*").json["token"]
    listed = guarded.wire.ask("GET", "/v2/_catalog", headers=bearer(token)).json["repositories"]
    assert ["team/listed"] == listed
    assert 401 == may(guarded, token, "team/listed")
    everything = guarded.wire.ask("GET", "/v2/_catalog", headers=guarded.admin).json["repositories"]
    assert ["other/listed", "team/listed"] == everything
    assert [] == guarded.wire.ask("GET", "/v2/_catalog").json["repositories"]
