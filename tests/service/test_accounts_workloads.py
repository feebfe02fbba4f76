"""ID tokens of CI workloads, exchanged for tokens of ours (RFC 8693)."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from sealwright import limits
from sealwright.errors import DocumentError, NetworkError
from sealwright.service import configuration
from sealwright.service.accounts.workloads.issuers import Issuer as KnownIssuer
from sealwright.service.configuration.accounts import Accounts, Workload, WorkloadGrant
from sealwright.transport.client import Transport
from world.accounts import Guarded, bearer
from world.oidc import Issuer
from world.wire import Answer

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
SCOPE = "repository:acme/app:pull,push"


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with Issuer() as running:
        yield running


def rule(issuer: str, **changes: Any) -> Workload:
    members: dict[str, Any] = {
        "name": "builds",
        "issuer": issuer,
        "audience": "registry.example",
        "claims": {"repository": "acme/app", "ref": ["refs/heads/main", "refs/tags/v*"]},
        "grants": [WorkloadGrant("acme/app", frozenset({"pull", "push", "sign"}))],
    }
    return Workload(**members | changes)


@pytest.fixture
def guarded(tmp_path: Path, issuer: Issuer) -> Iterator[Guarded]:
    with Guarded(tmp_path / "service", Accounts(workloads=(rule(issuer.url),))) as running:
        yield running


def exchange(guarded: Guarded, token: str, kind: str = ID_TOKEN, **form: str) -> Answer:
    form = {"grant_type": EXCHANGE, "subject_token": token, "subject_token_type": kind, "scope": SCOPE} | form
    return guarded.wire.ask("POST", "/token", urlencode(form).encode())


def test_an_id_token_is_exchanged_for_a_scoped_token(guarded: Guarded, issuer: Issuer) -> None:
    answer = exchange(guarded, issuer.token())
    assert 200 == answer.status, answer
    told = answer.json
    assert "repository:acme/app:pull,push,sign" == told["scope"]
    assert "urn:ietf:params:oauth:token-type:access_token" == told["issued_token_type"]
    headers = bearer(told["access_token"])
    assert 202 == guarded.wire.ask("POST", "/v2/acme/app/blobs/uploads/", headers=headers).status
    for name in ("acme/other", "acme", "acme/app/x"):
        assert 401 == guarded.wire.ask("POST", f"/v2/{name}/blobs/uploads/", headers=headers).status
    row = guarded.database.row("SELECT actor, subject, detail FROM audit WHERE action = 'token.exchange'")
    subject = "repo:acme/app:ref:refs/heads/main"
    assert (f"{issuer.url}#{subject}", subject) == (row or ())[:2]
    assert {"issuer": issuer.url, "workloads": ["builds"]} == json.loads((row or ("", "", "{}"))[2])
    assert 401 == guarded.wire.ask("POST", "/api/v1/tokens", b"{}", headers).status
    assert 200 == exchange(guarded, issuer.token(), "urn:ietf:params:oauth:token-type:jwt").status


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"iss": 7},
        {"aud": "elsewhere"},
        {"aud": None},
        {"aud": ["elsewhere", "another"]},
        {"aud": ["registry.example", "elsewhere"]},
        {"azp": "somebody"},
        {"exp": 1},
        {"exp": None},
        {"iat": None},
        {"iat": 4_000_000_000},
        {"nbf": 4_000_000_000},
        {"sub": None},
        {"sub": ""},
        {"sub": "a" * 501},
        {"sub": 7},
        {"repository": "acme/other"},
        {"repository": "acme/app2"},
        {"repository": "Acme/app"},
        {"repository": None},
        {"repository": {"name": "acme/app"}},
        {"ref": "refs/heads/mainly"},
        {"ref": "refs/pull/1"},
        {"ref": None},
        {"ref": []},
    ],
    ids=str,
)
def test_claims_that_fit_no_rule_are_refused(
    guarded: Guarded, issuer: Issuer, claims: dict[str, Any]
) -> None:
    answer = exchange(guarded, issuer.token(**claims))
    assert (401, "UNAUTHORIZED") == (answer.status, answer.code)
    assert "service.workload-refused" == answer.json["errors"][0]["detail"]["reason"]


@pytest.mark.parametrize(
    "claims",
    [
        {"ref": "refs/tags/v1.0"},
        {"ref": ["refs/heads/main", "other"]},
        {"aud": ["registry.example"]},
        {"aud": ["registry.example", "elsewhere"], "azp": "registry.example"},
        {"nbf": 1},
    ],
    ids=str,
)
def test_claims_that_fit_are_taken(guarded: Guarded, issuer: Issuer, claims: dict[str, Any]) -> None:
    assert 200 == exchange(guarded, issuer.token(**claims)).status


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # issuers use the old name still
@pytest.mark.parametrize(
    ("alg", "key"),
    [
        ("RS256", RSAKey.generate_key(2048)),
        ("RS512", RSAKey.generate_key(2048)),
        ("PS256", RSAKey.generate_key(2048)),
        ("ES384", ECKey.generate_key("P-384")),
        ("ES512", ECKey.generate_key("P-521")),
        ("EdDSA", OKPKey.generate_key("Ed25519")),
        ("Ed25519", OKPKey.generate_key("Ed25519")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_algorithm_with_a_public_key_is_taken(
    guarded: Guarded, issuer: Issuer, alg: str, key: RSAKey | ECKey | OKPKey
) -> None:
    issuer.rotate("it", key)
    assert 200 == exchange(guarded, issuer.token(alg=alg)).status


def test_other_keys_and_algorithms_are_refused(guarded: Guarded, issuer: Issuer) -> None:
    good = issuer.token()
    head, body, signature = good.split(".")

    def header(**members: str) -> str:
        return base64.urlsafe_b64encode(json.dumps(members).encode()).decode().rstrip("=")

    public = json.dumps(issuer.keys["first"].as_dict(private=False))
    secret = OctKey.import_key(public)
    bad = [
        issuer.token(key=ECKey.generate_key("P-256")),
        issuer.token(alg="HS256", key=secret),  # type: ignore[arg-type]  # an attacker's idea
        f"{header(alg='none')}.{body}.",
        f"{header(alg='ES384', kid='first')}.{body}.{signature}",
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{head}.{body}",
        issuer.token(padding="a" * limits.ID_TOKEN_BYTES),
        "",
        "a.b.c",
        "seal_token",
    ]
    for token in bad:
        assert 401 == exchange(guarded, token).status, token
    assert 200 == exchange(guarded, good).status


def test_odd_forms_are_refused(guarded: Guarded, issuer: Issuer) -> None:
    token = issuer.token()
    assert 400 == exchange(guarded, token, "urn:ietf:params:oauth:token-type:saml2").status
    assert 400 == exchange(guarded, token, "").status
    assert 400 == exchange(guarded, token, audience="elsewhere").status
    assert 200 == exchange(guarded, token, audience="sealwright").status


def test_an_issuer_that_the_settings_do_not_name_is_never_asked(guarded: Guarded) -> None:
    with Issuer() as other:
        assert 401 == exchange(guarded, other.token()).status
        assert [] == other.told


def test_keys_are_asked_for_once_and_again_for_one_that_is_missing_but_not_for_each(
    guarded: Guarded, issuer: Issuer
) -> None:
    for _ in range(5):
        assert 200 == exchange(guarded, issuer.token()).status
    assert 1 == issuer.told.count("/keys")
    assert [401] * 5 == [exchange(guarded, issuer.token(kid=f"made up {n}")).status for n in range(5)]
    assert issuer.told.count("/keys") <= 2


def test_many_who_wait_for_the_keys_share_one_look(guarded: Guarded, issuer: Issuer) -> None:
    issuer.seconds = 0.3
    token = issuer.token()
    found: list[int] = []
    many = [threading.Thread(target=lambda: found.append(exchange(guarded, token).status)) for _ in range(8)]
    for thread in many:
        thread.start()
    for thread in many:
        thread.join()
    assert [200] * 8 == found
    assert 1 == issuer.told.count("/keys")


def test_a_new_key_is_found_when_a_moment_has_passed(issuer: Issuer) -> None:
    known = KnownIssuer(rule(issuer.url), Transport(), refresh=0.2)
    assert ["first"] == [key.kid for key in known.keys("first")]
    issuer.rotate("second")
    assert ["first"] == [key.kid for key in known.keys("second")]
    time.sleep(0.3)
    assert ["second"] == [key.kid for key in known.keys("second")]
    assert 2 == issuer.told.count("/keys")


@pytest.mark.parametrize(
    "vice",
    [
        {"named": "https://evil.example"},
        {"keys_at": "http://192.0.2.1/keys"},
        {"keys_at": "file:///etc/passwd"},
        {"keys_at": "not a url"},
        {"padding": limits.JWKS_BYTES},
        {"status": 500},
        {"status": 404},
    ],
    ids=str,
)
def test_an_issuer_that_lies_or_fails_is_told_and_lets_nobody_in(
    guarded: Guarded, issuer: Issuer, vice: dict[str, Any]
) -> None:
    for name, value in vice.items():
        setattr(issuer, name, value)
    answer = exchange(guarded, issuer.token())
    assert (503, "UNAVAILABLE") == (answer.status, answer.code)
    assert answer.headers["retry-after"]


def test_an_issuer_that_is_gone_stops_nobody_else(guarded: Guarded, issuer: Issuer) -> None:
    token = issuer.token()
    issuer.stop()
    assert 503 == exchange(guarded, token).status
    assert 200 == guarded.wire.ask("GET", "/v2/", headers=guarded.admin).status


def test_a_slow_issuer_is_given_up_on(issuer: Issuer) -> None:
    issuer.seconds = 2.0
    began = time.monotonic()
    with pytest.raises(NetworkError) as caught:
        KnownIssuer(rule(issuer.url), Transport(), patience=0.5).keys("first")
    assert "service.issuer-unreachable" == caught.value.code
    assert time.monotonic() - began < 1.9


def test_keys_may_stand_in_a_file_and_then_nobody_is_asked(tmp_path: Path, issuer: Issuer) -> None:
    file = tmp_path / "keys.json"
    key = issuer.keys["first"].as_dict(private=True)
    odd = [{"kty": "oct", "k": "AAAA", "kid": "first"}, {"kty": "new"}, {**key, "use": "enc"}, {"kty": "EC"}]
    file.write_text(json.dumps({"keys": [*odd, {**key, "kid": "first"}]}))
    settings = Accounts(workloads=(rule(issuer.url, jwks=str(file)),))
    with Guarded(tmp_path / "service", settings) as guarded:
        assert 200 == exchange(guarded, issuer.token()).status
        assert [] == issuer.told


def test_what_all_rules_that_fit_grant_is_granted(tmp_path: Path, issuer: Issuer) -> None:
    other = [WorkloadGrant("base/*", frozenset({"pull"}))]
    rules = [
        rule(issuer.url),
        rule(issuer.url, name="base", claims={"repository": "acme/*"}, grants=other),
        rule(issuer.url, name="never", claims={"repository": "never"}, grants=other),
    ]
    with Guarded(tmp_path / "service", Accounts(workloads=tuple(rules))) as guarded:
        scope = f"{SCOPE} repository:base/image:pull,push"
        told = exchange(guarded, issuer.token(), scope=scope).json
        assert "repository:acme/app:pull,push,sign repository:base/image:pull" == told["scope"]


SETTINGS = """
[[accounts.workloads]]
name = "builds"
issuer = "https://token.example.com"
audience = "registry.example.com"
claims = {repository = "acme/app"}
grants = [{pattern = "acme/app", rights = ["pull", "sign"]}]
"""


def test_rules_are_read_from_the_settings(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(SETTINGS)
    (found,) = configuration.load(file, {}).accounts.workloads
    assert ("builds", {"repository": "acme/app"}) == (found.name, found.claims)
    assert {"pull", "sign"} == found.grants[0].rights


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ('claims = {repository = "acme/app"}', ""),
        ('claims = {repository = "acme/app"}', "claims = {}"),
        ('claims = {repository = "acme/app"}', 'claims = {aud = "a", iss = "b"}'),
        ('claims = {repository = "acme/app"}', 'claims = {repository = "*"}'),
        ('claims = {repository = "acme/app"}', "claims = {repository = []}"),
        ('claims = {repository = "acme/app"}', 'claims = {repository = ["acme/app", "**"]}'),
        ('claims = {repository = "acme/app"}', 'claims = {repository = ""}'),
        ('"https://token.example.com"', '"http://token.example.com"'),
        ('"https://token.example.com"', '"token.example.com"'),
        ('audience = "registry.example.com"', 'audience = ""'),
        ('pattern = "acme/app"', 'pattern = "ACME"'),
        ('"pull", "sign"', '"pull", "fly"'),
        ('"pull", "sign"', ""),
        ('grants = [{pattern = "acme/app", rights = ["pull", "sign"]}]', "grants = []"),
        ('name = "builds"', 'name = "builds"\nmore = 1'),
    ],
)
def test_rules_that_let_in_too_many_are_an_error_of_the_settings(tmp_path: Path, good: str, bad: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(SETTINGS.replace(good, bad))
    with pytest.raises(DocumentError) as caught:
        configuration.load(file, {})
    assert caught.value.code in ("service.setting-invalid", "service.setting-unknown")


@pytest.mark.parametrize("service", ['a"b', "", "a b", "a" * 201])
def test_a_name_that_could_not_stand_in_a_challenge_is_refused(tmp_path: Path, service: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f"[accounts]\nservice = {service!r}\n")
    with pytest.raises(DocumentError):
        configuration.load(file, {})
