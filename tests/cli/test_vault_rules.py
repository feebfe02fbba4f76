"""`seal vault` with keys that have rules: what is done with them waits for whoever has to approve it."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from cryptography import x509

from sealwright.service_client.approvals import ApprovalClient
from sealwright.service_client.vaults import VaultClient
from sealwright.transport.client import Transport
from sealwright.transport.message import Request
from sealwright.transport.response import Response
from world.approvers import Person, group, rule, rules_of
from world.home import Done
from world.registry import Registry
from world.vault_home import SUBJECT, VaultHome

ADA, BOB = Person.ed25519("ada"), Person.ed25519("bob")
ONE, BOTH = rule(group("release", 1, ADA, BOB)), rule(group("release", 2, ADA, BOB))
RULES = rules_of(ADA, BOB, use=ONE, change=BOTH, block=ONE, unblock=BOTH)


class People:
    """Those who approve, each with a key, over HTTP.

    Args:
        address: of the service.
    """

    def __init__(self, address: str) -> None:
        self.transport = Transport(environment={})
        vaults = VaultClient(self._send, f"http://{address}")
        self.client = ApprovalClient(vaults.ask, vaults.address)

    def _send(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Response:
        return self.transport.send(Request(method, url, headers or {}, body))

    def approve(self, request: str, *people: Person) -> None:
        """Have people approve a request."""
        for person in people:
            asked = self.client.approval(request).read()
            self.client.vote(request, person.vote(asked))

    def deny(self, request: str, person: Person) -> None:
        """Have somebody deny a request."""
        asked = self.client.approval(request).read()
        self.client.vote(request, person.vote(asked, "deny"))


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VaultHome]:
    with Registry(tmp_path_factory.mktemp("service")) as running:
        yield VaultHome(tmp_path_factory.mktemp("user"), running)


@pytest.fixture(scope="module")
def people(user: VaultHome) -> Iterator[People]:
    made = People(user.address)
    yield made
    made.transport.close()


def ruled(user: VaultHome, name: str) -> None:
    """A new key with the rules."""
    file = user.home.folder / "rules.json"
    file.write_bytes(RULES.encoded())
    user.home.must("vault", "key", "create", f"production/{name}", "--rules", file)


def asked(done: Done) -> str:
    """The request of a command that asked people and did not wait."""
    assert 8 == done.status, done
    assert "[approval.awaited]" in done.err
    found = re.search(r"request ([0-9a-f]{16,})", done.err)
    assert found is not None, done.err
    return found[1]


def test_a_key_is_blocked_and_unblocked_once_that_is_approved(user: VaultHome, people: People) -> None:
    ruled(user, "blocked")
    digest = ("--digest", "ab" * 32)

    people.approve(asked(user.home.seal("vault", "key", "block", "blocked", "--no-wait")), ADA)
    assert "blocked: enabled, blocked" in user.home.must("vault", "key", "block", "blocked")
    signed = user.home.seal("vault", "sign", "blocked", *digest, "--no-wait")
    request = asked(user.home.seal("vault", "key", "unblock", "blocked", "--no-wait"))
    people.approve(request, ADA)
    early = asked(user.home.seal("vault", "key", "unblock", "blocked", "--no-wait"))
    people.approve(request, BOB)
    unblocked = user.home.must("vault", "key", "unblock", "blocked", "--approval", request)

    assert "[vault.key-blocked]" in signed.err
    assert request == early
    assert "blocked: enabled;" in unblocked


@pytest.mark.parametrize(("first", "second"), [("disable", "enable")])
def test_a_key_is_switched_off_and_on_once_that_is_approved(
    user: VaultHome, people: People, first: str, second: str
) -> None:
    ruled(user, "switched")
    for word in (first, second):
        people.approve(asked(user.home.seal("vault", "key", word, "switched", "--no-wait")), ADA, BOB)
        assert f"switched: {word}d" in user.home.must("vault", "key", word, "switched")


def test_a_refusal_is_told_and_changes_nothing(user: VaultHome, people: People) -> None:
    ruled(user, "refused")
    request = asked(user.home.seal("vault", "key", "block", "refused", "--no-wait"))
    people.deny(request, ADA)

    done = user.home.seal("vault", "key", "block", "refused", "--approval", request)

    assert 6 == done.status
    assert "[approval.denied]" in done.err
    assert "state:       enabled\n" in re.sub(
        " {2,}", "       ", user.home.must("vault", "key", "show", "refused")
    )


def test_other_rules_take_the_approval_of_the_old_ones(
    user: VaultHome, people: People, tmp_path: Path
) -> None:
    ruled(user, "changed")
    before = user.home.must("vault", "key", "rules", "show", "changed")
    file = tmp_path / "new.json"
    file.write_bytes(rules_of(ADA, use=rule(group("release", 1, ADA))).encoded())
    words = ("vault", "key", "rules", "change", "changed", file)

    people.approve(asked(user.home.seal(*words, "--no-wait")), ADA, BOB)
    changed = user.home.must(*words)
    file.write_text('{"people": 5}')
    wrong = user.home.seal(*words)

    assert "changed: its rules are changed" in changed
    after = user.home.must("vault", "key", "rules", "show", "changed")
    assert "changed: rules sha256:" in before
    assert before != after
    assert 2 == wrong.status
    assert "[approval.rules-malformed]" in wrong.err


def test_a_file_and_a_certificate_request_are_signed_once_that_is_approved(
    user: VaultHome, people: People, tmp_path: Path
) -> None:
    ruled(user, "release")
    file, signature, csr = (tmp_path / name for name in ("file", "signature", "csr"))
    file.write_bytes(b"release")
    sign = ("vault", "sign", "release", file, "--out", signature)
    request = ("vault", "key", "request", "release", "--subject", f"{SUBJECT}, CN=release", "--out", csr)

    for words in (sign, request):
        people.approve(asked(user.home.seal(*words, "--no-wait")), BOB)
        user.home.must(*words)

    verified = ("vault", "verify", "release", file, "--signature", signature)
    assert 0 == user.home.seal(*verified).status
    assert x509.load_pem_x509_csr(csr.read_bytes()).is_signature_valid
    again = user.home.seal(*sign, "--no-wait")
    assert 8 == again.status, "an approval is good for one signature"


def test_a_key_without_rules_is_shown_as_such(user: VaultHome) -> None:
    user.home.must("vault", "key", "create", "production/free")

    assert "free: nobody has to approve" in user.home.must("vault", "key", "rules", "show", "free")
