"""Logging in: challenges, tokens, and who gets to see a password."""

import json
import threading
from collections.abc import Callable

import pytest

from sealwright import media_types
from sealwright.errors import AccessDeniedError, NetworkError, RegistryError, SealwrightError
from sealwright.homes.credential_helper import Credential
from sealwright.repositories.registry import RegistryClient
from sealwright.repositories.tokens import CredentialLookup
from sealwright.transport.client import Transport
from sealwright.transport.retries import RetryPolicy
from sealwright.transport.tls import VerifiedTls
from world.content import image_manifest
from world.hostile_registry import HostileRegistry, Reply
from world.tls import Tls
from world.token_service import TokenService

IMAGE = image_manifest()
ALICE = Credential("alice", "wonderland", origin="the test")

Connect = Callable[..., RegistryClient]


@pytest.fixture
def tokens(hostile: HostileRegistry) -> TokenService:
    hostile.hold("a/b", IMAGE, media_types.IMAGE_MANIFEST, "v1")
    hostile.hold("c", IMAGE, media_types.IMAGE_MANIFEST, "v1")
    return TokenService(hostile)


def known(credential: Credential | None) -> CredentialLookup:
    return lambda _domain, _path: credential


def resolve(client: RegistryClient, server: HostileRegistry, path: str = "a/b") -> None:
    client.repository(server.address, path).resolve("v1")


def refusal(call: Callable[[], object], kind: type[SealwrightError] = AccessDeniedError) -> SealwrightError:
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value)
    assert caught.value.hint is not None
    assert "wonderland" not in str(caught.value)
    return caught.value


def test_a_password_is_exchanged_for_a_token(
    hostile: HostileRegistry, tokens: TokenService, connect: Connect
) -> None:
    resolve(connect(credentials=known(ALICE)), hostile)
    head, token, again = hostile.seen
    assert "authorization" not in head.headers
    assert token.target.startswith("/token?service=test&scope=repository%3Aa%2Fb%3Apull&account=alice")
    assert token.headers["authorization"].startswith("Basic ")
    assert again.headers["authorization"].startswith("Bearer ")
    assert "wonderland" not in str(again)


def test_one_token_serves_the_run(hostile: HostileRegistry, tokens: TokenService, connect: Connect) -> None:
    client = connect(credentials=known(ALICE))
    repository = client.repository(hostile.address, "a/b", write=True)
    repository.manifest(repository.resolve("v1"))
    hostile.on_match(r"POST /v2/a/b/blobs/uploads/", Reply(202, b"", {"Location": "/up"}))
    hostile.on("PUT /up", Reply(201))
    hostile.on_match(r"PUT /v2/a/b/manifests/.*", Reply(201))
    repository.push_manifest(IMAGE, media_types.IMAGE_MANIFEST, "v2")
    client.repository(hostile.address, "a/b").resolve("v1")
    assert [["repository:a/b:pull,push"]] == tokens.issued
    assert 1 == sum(seen.path == "/token" for seen in hostile.seen)
    assert 1 == sum("authorization" not in seen.headers for seen in hostile.seen)


def test_reading_asks_for_no_more_than_reading(
    hostile: HostileRegistry, tokens: TokenService, connect: Connect
) -> None:
    resolve(connect(credentials=known(ALICE)), hostile)
    assert [["repository:a/b:pull"]] == tokens.issued


def test_each_repository_has_its_token(
    hostile: HostileRegistry, tokens: TokenService, connect: Connect
) -> None:
    client = connect(credentials=known(ALICE))
    for path in ("a/b", "c", "a/b", "c"):
        resolve(client, hostile, path)
    assert [["repository:a/b:pull"], ["repository:c:pull"]] == tokens.issued


def test_more_is_asked_for_when_it_is_needed(
    hostile: HostileRegistry, tokens: TokenService, connect: Connect
) -> None:
    repository = connect(credentials=known(ALICE)).repository(hostile.address, "a/b")
    descriptor = repository.resolve("v1")
    hostile.on_match(r"DELETE /v2/a/b/manifests/.*", Reply(202))
    repository.delete(descriptor)
    assert [["repository:a/b:pull"], ["repository:a/b:pull,delete"]] == tokens.issued


def test_threads_share_one_token(hostile: HostileRegistry, tokens: TokenService, connect: Connect) -> None:
    client = connect(credentials=known(ALICE))
    threads = [threading.Thread(target=resolve, args=(client, hostile)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert 16 == sum(
        seen.method == "HEAD" and seen.headers.get("authorization", "").startswith("Bearer")
        for seen in hostile.seen
    )
    assert [["repository:a/b:pull"]] == tokens.issued


def test_an_expired_token_is_replaced(
    hostile: HostileRegistry, tokens: TokenService, connect: Connect
) -> None:
    client = connect(credentials=known(ALICE))
    resolve(client, hostile)
    tokens.expire()
    resolve(client, hostile)
    assert 2 == len(tokens.issued)


def test_a_token_is_not_used_to_its_very_end(
    hostile: HostileRegistry, tokens: TokenService, connect: Connect
) -> None:
    tokens.seconds = 0.2
    client = connect(credentials=known(ALICE))
    resolve(client, hostile)
    threading.Event().wait(0.15)
    resolve(client, hostile)
    assert 2 == len(tokens.issued)
    shown = [seen.headers.get("authorization") for seen in hostile.seen if seen.method == "HEAD"]
    assert 2 == len(shown) - shown.count(None) == len(set(shown) - {None})


@pytest.mark.parametrize("member", ["token", "access_token"])
def test_both_names_of_the_token_are_known(
    hostile: HostileRegistry, tokens: TokenService, connect: Connect, member: str
) -> None:
    tokens.member = member
    resolve(connect(credentials=known(ALICE)), hostile)


def test_public_images_need_no_account(
    hostile: HostileRegistry, tokens: TokenService, connect: Connect
) -> None:
    tokens.anonymous = True
    resolve(connect(), hostile)
    assert "authorization" not in hostile.seen[1].headers


def test_private_images_need_one(hostile: HostileRegistry, tokens: TokenService, connect: Connect) -> None:
    error = refusal(lambda: resolve(connect(), hostile))
    assert "registry.login-required" == error.code
    assert f"seal login {hostile.address}" in error.hint


def test_a_wrong_password_is_told_with_its_origin(
    hostile: HostileRegistry, tokens: TokenService, connect: Connect
) -> None:
    wrong = Credential("alice", "wrong", origin="/home/alice/.docker/config.json")
    error = refusal(lambda: resolve(connect(credentials=known(wrong)), hostile))
    assert "registry.login-rejected" == error.code
    assert "alice" in str(error)
    assert "/home/alice/.docker/config.json" in str(error)


def test_a_token_that_does_not_allow_it_is_final(
    hostile: HostileRegistry, tokens: TokenService, connect: Connect
) -> None:
    tokens.granted = frozenset({"none"})
    error = refusal(lambda: resolve(connect(credentials=known(ALICE)), hostile))
    assert "registry.login-insufficient" == error.code
    assert 3 == len(hostile.seen)


def test_an_identity_token_is_exchanged(
    hostile: HostileRegistry, tokens: TokenService, connect: Connect
) -> None:
    tokens.refresh_tokens.add("refresh me")
    resolve(connect(credentials=known(Credential(identity_token="refresh me"))), hostile)
    post = hostile.seen[1]
    assert "POST" == post.method
    assert b"grant_type=refresh_token" in post.body
    assert b"service=test" in post.body
    assert "authorization" not in post.headers


def test_an_identity_token_that_is_not_known(
    hostile: HostileRegistry, tokens: TokenService, connect: Connect
) -> None:
    error = refusal(lambda: resolve(connect(credentials=known(Credential(identity_token="old"))), hostile))
    assert "registry.login-rejected" == error.code


def test_a_service_without_get_is_asked_by_post(
    hostile: HostileRegistry, tokens: TokenService, connect: Connect
) -> None:
    tokens.get = False
    resolve(connect(credentials=known(ALICE)), hostile)
    assert ["HEAD", "GET", "POST", "HEAD"] == [seen.method for seen in hostile.seen]
    assert b"grant_type=password" in hostile.seen[2].body


def test_a_registry_token_is_sent_as_it_is(hostile: HostileRegistry, connect: Connect) -> None:
    hostile.hold("a/b", IMAGE, media_types.IMAGE_MANIFEST, "v1")
    hostile.gate = lambda seen: (
        None
        if seen.headers.get("authorization") == "Bearer as-it-is"
        else Reply(401, b"", {"WWW-Authenticate": 'Bearer realm="https://nowhere.invalid/"'})
    )
    resolve(connect(credentials=known(Credential(registry_token="as-it-is"))), hostile)
    assert 2 == len(hostile.seen)


@pytest.mark.parametrize(
    "challenge",
    [
        lambda realm, scope: f'Basic realm="x", Bearer realm="{realm}",scope="{scope}"',
        lambda realm, _: f"Bearer realm={realm}",
        lambda realm, scope: f'bearer REALM="{realm}",service="a \\"b\\"",scope="{scope} repository:z:pull"',
        lambda realm, _: f'Bearer realm="{realm}?client=x"',
    ],
)
def test_challenges_of_every_shape(
    hostile: HostileRegistry, tokens: TokenService, connect: Connect, challenge: Callable[[str, str], str]
) -> None:
    tokens.challenge = challenge
    resolve(connect(credentials=known(ALICE)), hostile)
    assert tokens.issued[0][0].startswith("repository:a/b:pull")


def basic_gate(hostile: HostileRegistry) -> None:
    hostile.gate = lambda seen: (
        None
        if seen.headers.get("authorization") == "Basic YWxpY2U6d29uZGVybGFuZA=="
        else Reply(401, b"", {"WWW-Authenticate": 'Basic realm="Registry"'})
    )
    for path in ("a/b", "c"):
        hostile.hold(path, IMAGE, media_types.IMAGE_MANIFEST, "v1")


def test_basic_costs_one_request_more_in_a_run(hostile: HostileRegistry, connect: Connect) -> None:
    basic_gate(hostile)
    repository = connect(credentials=known(ALICE)).repository(hostile.address, "a/b")
    repository.manifest(repository.resolve("v1"))
    assert ["HEAD", "HEAD", "GET"] == [seen.method for seen in hostile.seen]


def test_basic_serves_the_catalog_and_the_ping(hostile: HostileRegistry, connect: Connect) -> None:
    basic_gate(hostile)
    hostile.on("GET /v2/_catalog", Reply(200, b'{"repositories":["a/b"]}'))
    hostile.on("GET /v2/", Reply(200))
    client = connect(credentials=known(ALICE))
    client.ping(hostile.address)
    assert ["a/b"] == list(client.catalog(hostile.address))


@pytest.mark.parametrize(
    ("credential", "code"),
    [
        (None, "registry.login-required"),
        (Credential("", ""), "registry.login-required"),
        (Credential("alice", "wrong"), "registry.login-insufficient"),
        (Credential(identity_token="x"), "registry.login-rejected"),
    ],
)
def test_basic_refused(
    hostile: HostileRegistry, connect: Connect, credential: Credential | None, code: str
) -> None:
    basic_gate(hostile)
    client = connect(credentials=known(credential))
    assert code == refusal(lambda: resolve(client, hostile)).code


def test_a_password_that_was_refused_is_not_sent_twice(hostile: HostileRegistry, connect: Connect) -> None:
    basic_gate(hostile)
    client = connect(credentials=known(Credential("alice", "wrong")))
    for code in ("registry.login-insufficient", "registry.login-rejected"):
        assert code == refusal(lambda: resolve(client, hostile)).code
    assert 3 == len(hostile.seen)


@pytest.mark.parametrize("challenge", ["", "Negotiate", 'Digest realm="x"'])
def test_challenges_that_nobody_here_can_meet(
    hostile: HostileRegistry, connect: Connect, challenge: str
) -> None:
    headers = {"WWW-Authenticate": challenge} if challenge else {}
    hostile.gate = lambda _: Reply(401, b"", headers)
    error = refusal(lambda: resolve(connect(credentials=known(ALICE)), hostile))
    assert "registry.challenge-unknown" == error.code


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[]",
        b"{}",
        b'{"token":""}',
        b'{"token":7,"expires_in":"soon"}',
        b'{"token":"a b"}',
        b'{"token":"a\\r\\nX-Evil: 1"}',
        '{"token":"ä"}'.encode(),
        b'{"token":"x","token":"y"}',
        b"x" * 2_000_000,
    ],
)
def test_answers_that_hold_no_token(
    hostile: HostileRegistry, tokens: TokenService, connect: Connect, answer: bytes
) -> None:
    hostile.on("GET /token", Reply(200, answer))
    error = refusal(lambda: resolve(connect(credentials=known(ALICE)), hostile), RegistryError)
    assert "registry.token-unusable" == error.code


@pytest.mark.parametrize(("status", "retryable"), [(500, True), (400, False), (302, False)])
def test_a_token_service_in_trouble(
    hostile: HostileRegistry, tokens: TokenService, connect: Connect, status: int, *, retryable: bool
) -> None:
    hostile.on("GET /token", Reply(status, b'{"errors":[{"code":"BUSY"}]}'))
    error = refusal(lambda: resolve(connect(credentials=known(ALICE)), hostile), RegistryError)
    assert "registry.token-service-failed" == error.code
    assert "BUSY" in str(error)
    assert retryable is error.retryable


def test_a_token_that_comes_halfway_may_come_whole_later(
    hostile: HostileRegistry, tokens: TokenService, connect: Connect
) -> None:
    hostile.on("GET /token", Reply(200, b'{"tok', length=100))
    error = refusal(lambda: resolve(connect(credentials=known(ALICE)), hostile), NetworkError)
    assert "network.body-cut-short" == error.code


def test_a_token_service_may_be_another_server(
    hostile: HostileRegistry, elsewhere: HostileRegistry, connect: Connect
) -> None:
    hostile.hold("a/b", IMAGE, media_types.IMAGE_MANIFEST, "v1")
    TokenService(hostile, at=elsewhere)
    resolve(connect(credentials=known(ALICE)), hostile)
    assert 1 == len(elsewhere.seen)


def test_a_password_does_not_follow_a_redirect(
    hostile: HostileRegistry, elsewhere: HostileRegistry, tokens: TokenService, connect: Connect
) -> None:
    hostile.on("GET /token", Reply(307, b"", {"Location": f"{elsewhere.url}/token"}))
    error = refusal(lambda: resolve(connect(credentials=known(ALICE)), hostile), NetworkError)
    assert "network.redirect-elsewhere" == error.code
    assert [] == elsewhere.seen


def test_a_refresh_token_follows_no_redirect_at_all(
    hostile: HostileRegistry, elsewhere: HostileRegistry, tokens: TokenService, connect: Connect
) -> None:
    hostile.on("POST /token", Reply(307, b"", {"Location": f"{elsewhere.url}/token"}))
    identity = Credential(identity_token="secret")
    error = refusal(lambda: resolve(connect(credentials=known(identity)), hostile), RegistryError)
    assert "registry.token-service-failed" == error.code
    assert [] == elsewhere.seen


@pytest.fixture
def secure(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return Tls(tmp_path_factory.mktemp("tls"))


@pytest.mark.parametrize(
    "realm", ["http://auth.example/token", "https://10.0.0.1/token", "https://localhost/token", ""]
)
def test_an_indecent_realm_is_not_asked(secure: Tls, realm: str) -> None:
    asked: list[str] = []

    def credentials(domain: str, path: str) -> Credential:
        asked.append(f"{domain}/{path}")
        return ALICE

    with HostileRegistry(secure.server()) as server:
        server.gate = lambda _: Reply(401, b"", {"WWW-Authenticate": f'Bearer realm="{realm}"'})
        transport = Transport(VerifiedTls(secure.ca_file, environment={}), environment={})
        client = RegistryClient(transport, credentials, plain_http=False)
        error = refusal(lambda: resolve(client, server))
        transport.close()
    assert "registry.realm-refused" == error.code


def test_logging_in_over_tls(secure: Tls) -> None:
    with HostileRegistry(secure.server()) as server:
        server.hold("a/b", IMAGE, media_types.IMAGE_MANIFEST, "v1")
        service = TokenService(server)
        transport = Transport(VerifiedTls(secure.ca_file, environment={}), environment={})
        client = RegistryClient(transport, known(ALICE), plain_http=False)
        resolve(client, server)
        assert [["repository:a/b:pull"]] == service.issued
        transport.close()


def test_credentials_are_looked_up_by_repository_and_only_when_asked(
    hostile: HostileRegistry, tokens: TokenService, connect: Connect
) -> None:
    asked: list[tuple[str, str]] = []

    def credentials(domain: str, path: str) -> Credential:
        asked.append((domain, path))
        return ALICE

    hostile.gate, gate = (lambda _: None), hostile.gate
    client = connect(credentials=credentials)
    resolve(client, hostile)
    assert [] == asked
    hostile.gate = gate
    resolve(client, hostile)
    assert [(hostile.address, "a/b")] == asked


def test_a_slow_registry_is_waited_for_but_not_for_ever(
    hostile: HostileRegistry, tokens: TokenService
) -> None:
    hostile.on(
        "GET /token", Reply(429, b"", {"Retry-After": "0"}), Reply(200, json.dumps({"token": "t"}).encode())
    )
    transport = Transport(environment={}, retries=RetryPolicy(2, 0.001, 0.01))
    client = RegistryClient(transport, known(ALICE))
    assert "registry.login-insufficient" == refusal(lambda: resolve(client, hostile)).code
    transport.close()
    assert 2 == hostile.lines.count(next(line for line in hostile.lines if "/token" in line))
