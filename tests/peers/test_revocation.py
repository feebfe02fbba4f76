"""Revocation beside the real notation, with the answers of the real openssl and with made ones.

Where the two differ on purpose, the tests say so, and docs/concepts/differences.md says why.
"""

import base64
import datetime as dt
import hashlib
import json
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import ocsp as library

from peers.notation import Notation
from world import images, pki, revocation
from world.authority_host import AuthorityHost, Reply, Request
from world.home import Done, Home, pem, statement
from world.registry import Registry
from world.revocation_rows import CRL, OCSP

pytestmark = [pytest.mark.peer("notation"), pytest.mark.peer("openssl")]


class Stage(NamedTuple):
    """A user of both programs, and images signed under chains that name one host."""

    host: AuthorityHost
    home: Home
    images: Mapping[str, str]
    chains: Mapping[str, pki.Chain]

    def both(self, what: str, folder: Path) -> tuple[bool, bool]:
        """Whether `seal` and notation accept, each with nothing kept from before."""
        self.home.environment |= {"XDG_CACHE_HOME": str(folder / "ours")}
        ours = self.home.seal("verify", self.images[what]).status == 0
        self.home.environment |= {"XDG_CACHE_HOME": str(folder / "theirs")}
        return ours, Notation("notation", self.home).accepts(self.images[what])


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("revocation")
    home = Home(folder / "home")
    with AuthorityHost() as host, Registry(folder / "registry") as registry:
        chains = {
            "ocsp": revocation.chain(ocsp=[host.url("/ocsp")]),
            "rsa": revocation.chain("rsa2048", ocsp=[host.url("/ocsp")]),
            "crl": revocation.chain(crl=[host.url("/crl")]),
            "both": revocation.chain(ocsp=[host.url("/ocsp")], crl=[host.url("/crl")]),
        }
        named = {}
        for name, chain in chains.items():
            home.add_key(name, chain)
            home.trust("acme", chain.root)
            named[name] = images.push(f"{registry.local}/{name}", "v1", name)
            home.must("sign", "--key", name, named[name])
        home.policy(statement())
        yield Stage(host, home, named, chains)


@pytest.fixture
def host(stage: Stage) -> AuthorityHost:
    """The host, which has no answer yet."""
    stage.host.answers.clear()
    stage.host.asked.clear()
    return stage.host


STRICTER: Mapping[str, str] = {
    "ocsp: delegate without the purpose": "RFC 6960, 4.2.2.2: the purpose is what makes it a delegate",
    "ocsp: delegate that expired": "a certificate that has ended answers for nobody",
    "ocsp: signed by the leaf": "else whoever signs images vouches for himself",
    "ocsp: of the future": "an answer of tomorrow was not true yet, or the clock is wrong",
    "ocsp: about another issuer": "serial numbers are those of one issuer alone",
    "ocsp: another hash than it says": "the same",
    "ocsp: a critical extension": "RFC 6960, 4.4: what is critical must be understood",
    "crl: of the future": "as for responders",
    "crl: a critical extension of an entry": "RFC 5280, 5.3: such a list tells nothing of any certificate",
    "crl: of cas alone": "RFC 5280, 6.3.3: it is not about this certificate",
    "crl: of several issuers": "RFC 5280, 5.2.5: the certificate may be in it under another issuer",
    "crl: of some reasons": "RFC 5280, 6.3.3: it may have been revoked for another reason",
    "crl: a delta list": "RFC 5280, 5.2.4: a delta list leaves out what the base list has",
}
"""Rows that notation accepts and we do not, and why."""


def require_same(stage: Stage, what: str, folder: Path, known: str, row: str) -> None:
    ours, theirs = stage.both(what, folder)
    assert (known == "good") is ours
    assert (ours or row in STRICTER) is theirs, row


@pytest.mark.parametrize("row", OCSP)
def test_answers_of_responders_mean_the_same_to_both(
    stage: Stage, host: AuthorityHost, tmp_path: Path, row: str
) -> None:
    known, _, make = OCSP[row]
    reply = make(stage.chains["ocsp"])
    host.answers["/ocsp"] = lambda asked: reply
    require_same(stage, "ocsp", tmp_path, known, f"ocsp: {row}")


@pytest.mark.parametrize("row", CRL)
def test_lists_mean_the_same_to_both(stage: Stage, host: AuthorityHost, tmp_path: Path, row: str) -> None:
    known, _, make = CRL[row]
    reply = make(stage.chains["crl"])
    host.answers["/crl"] = lambda asked: reply
    require_same(stage, "crl", tmp_path, known, f"crl: {row}")


# the real openssl


class Authority:
    """The CA of a chain's leaf, run by openssl: `openssl ocsp` answers, `openssl ca` makes lists.

    Args:
        folder: its files.
        chain: its certificates.
        state: of the leaf: `good`, `revoked` or `unknown`.
        reason: of a revocation, as openssl writes it.
    """

    def __init__(self, folder: Path, chain: pki.Chain, state: str, reason: str = "superseded") -> None:
        self.folder = folder
        self.chain = chain
        leaf = x509.load_der_x509_certificate(chain.certificates[0])
        end = leaf.not_valid_after_utc.strftime("%y%m%d%H%M%SZ")
        taken = revocation.hours(-2).strftime("%y%m%d%H%M%SZ")
        serial = f"{leaf.serial_number:X}".zfill(4)
        rows = {
            "good": f"V\t{end}\t\t{serial}\tunknown\t/CN=leaf\n",
            "revoked": f"R\t{end}\t{taken},{reason}\t{serial}\tunknown\t/CN=leaf\n",
            "unknown": "",
        }
        (folder / "index.txt").write_text(rows[state])
        (folder / "index.txt.attr").write_text("unique_subject = no\n")
        (folder / "crlnumber").write_text("05\n")
        (folder / "ca.pem").write_bytes(pem(chain.certificates[1]))
        (folder / "ca.key").write_bytes(_key(chain.issuers[0]))
        (folder / "leaf.pem").write_bytes(pem(chain.certificates[0]))
        (folder / "ca.cnf").write_text(
            f"[ca]\ndefault_ca = own\n[own]\ndatabase = {folder}/index.txt\ncrlnumber = {folder}/crlnumber\n"
            "default_md = sha256\ndefault_crl_days = 1\n"
        )

    def respond(self, asked: Request, *flags: str) -> bytes:
        """What `openssl ocsp` answers to a request."""
        (self.folder / "request").write_bytes(asked.content)
        common = ["-index", "index.txt", "-CA", "ca.pem", "-reqin", "request", "-respout", "response"]
        signer = [] if "-rsigner" in flags else ["-rsigner", "ca.pem", "-rkey", "ca.key"]
        self._openssl("ocsp", *common, *signer, *flags)
        return (self.folder / "response").read_bytes()

    def list(self, *flags: str) -> bytes:
        """What `openssl ca -gencrl` makes, in DER."""
        self._openssl(
            "ca",
            "-gencrl",
            "-config",
            "ca.cnf",
            "-keyfile",
            "ca.key",
            "-cert",
            "ca.pem",
            "-out",
            "list.pem",
            *flags,
        )
        made = x509.load_pem_x509_crl((self.folder / "list.pem").read_bytes())
        return made.public_bytes(Encoding.DER)

    def delegate(self, **changes: object) -> tuple[str, ...]:
        """Flags that let a delegate sign."""
        certificate, key = revocation.delegate(self.chain, **changes)  # type: ignore[arg-type]  # passed on
        (self.folder / "delegate.pem").write_bytes(pem(certificate))
        (self.folder / "delegate.key").write_bytes(_key(key))
        return ("-rsigner", "delegate.pem", "-rkey", "delegate.key")

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True, timeout=60)


def _key(key: pki.AnyKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize("state", ["good", "revoked", "unknown"])
@pytest.mark.parametrize("signer", ["issuer", "delegate"])
@pytest.mark.parametrize("what", ["ocsp", "rsa"])
def test_both_believe_a_responder_of_openssl(
    stage: Stage, host: AuthorityHost, tmp_path: Path, what: str, signer: str, state: str
) -> None:
    authority = Authority(tmp_path, stage.chains[what], state)
    flags = ("-ndays", "1", *(authority.delegate() if signer == "delegate" else ("-resp_no_certs",)))
    host.answers["/ocsp"] = lambda asked: Reply(authority.respond(asked, *flags))
    assert ((state == "good"),) * 2 == stage.both(what, tmp_path)


@pytest.mark.parametrize(
    ("flags", "accepts"),
    [
        (("-ndays", "1", "-resp_no_certs", "-resp_key_id"), (True, True)),
        (("-ndays", "1", "-resp_no_certs", "-rmd", "sha384"), (True, True)),
        (("-ndays", "1", "-resp_no_certs", "-rmd", "sha1"), (False, True)),  # SHA-1 signs nothing here
        (("-nmin", "5", "-resp_no_certs"), (True, True)),
        (("-resp_no_certs",), (True, False)),  # it does not say when it ends
        (("-ndays", "1"), (True, False)),  # the issuer's own certificate comes along
    ],
)
def test_a_responder_of_openssl_in_its_own_ways(
    stage: Stage, host: AuthorityHost, tmp_path: Path, flags: tuple[str, ...], accepts: tuple[bool, bool]
) -> None:
    authority = Authority(tmp_path, stage.chains["ocsp"], "good")
    host.answers["/ocsp"] = lambda asked: Reply(authority.respond(asked, *flags))
    assert accepts == stage.both("ocsp", tmp_path)


def test_a_response_with_pss_counts_here(stage: Stage, host: AuthorityHost, tmp_path: Path) -> None:
    authority = Authority(tmp_path, stage.chains["rsa"], "good")
    flags = ("-ndays", "1", "-rsigopt", "rsa_padding_mode:pss", "-rsigopt", "rsa_pss_saltlen:32")
    host.answers["/ocsp"] = lambda asked: Reply(authority.respond(asked, *flags))
    ours, theirs = stage.both("rsa", tmp_path)
    assert (True, False) == (ours, theirs)


@pytest.mark.parametrize("reason", ["superseded", "keyCompromise", "certificateHold", "good"])
@pytest.mark.parametrize("what", ["crl", "both"])
def test_both_believe_a_list_of_openssl(
    stage: Stage, host: AuthorityHost, tmp_path: Path, what: str, reason: str
) -> None:
    state = "good" if reason == "good" else "revoked"
    content = Authority(tmp_path, stage.chains[what], state, reason).list()
    host.answers["/crl"] = lambda asked: Reply(content)
    assert ((state == "good"),) * 2 == stage.both(what, tmp_path)


def test_a_list_of_openssl_that_has_ended_is_over_for_both(
    stage: Stage, host: AuthorityHost, tmp_path: Path
) -> None:
    content = Authority(tmp_path, stage.chains["crl"], "good").list("-crlsec", "1")
    host.answers["/crl"] = lambda asked: Reply(content)
    ended = x509.load_der_x509_crl(content).next_update_utc
    assert ended is not None
    while dt.datetime.now(dt.UTC) <= ended:  # noqa: TID251  # both programs have no other clock
        time.sleep(0.1)
    assert (False, False) == stage.both("crl", tmp_path)


# one cache for both


def test_notation_uses_the_list_that_we_fetched(stage: Stage, host: AuthorityHost, tmp_path: Path) -> None:
    content = revocation.crl(stage.chains["crl"])
    host.answers["/crl"] = lambda asked: Reply(content)
    stage.home.environment |= {"XDG_CACHE_HOME": str(tmp_path)}
    stage.home.must("verify", stage.images["crl"])
    host.answers.clear()
    assert Notation("notation", stage.home).accepts(stage.images["crl"])
    assert 1 == len(host.asked)


def test_we_use_the_list_that_notation_fetched(stage: Stage, host: AuthorityHost, tmp_path: Path) -> None:
    content = revocation.crl(stage.chains["crl"])
    host.answers["/crl"] = lambda asked: Reply(content)
    stage.home.environment |= {"XDG_CACHE_HOME": str(tmp_path)}
    assert Notation("notation", stage.home).accepts(stage.images["crl"])
    host.answers.clear()
    stage.home.must("verify", stage.images["crl"])
    assert 1 == len(host.asked)


def test_a_list_that_revokes_is_shared_as_well(stage: Stage, host: AuthorityHost, tmp_path: Path) -> None:
    content = revocation.crl(stage.chains["crl"], [revocation.Revoked()])
    name = hashlib.sha256(host.url("/crl").encode()).hexdigest()
    (tmp_path / "notation" / "crl").mkdir(parents=True)
    kept = json.dumps({"baseCRL": base64.b64encode(content).decode()})
    (tmp_path / "notation" / "crl" / name).write_text(kept)
    stage.home.environment |= {"XDG_CACHE_HOME": str(tmp_path)}
    assert 1 == stage.home.seal("verify", stage.images["crl"]).status
    assert not Notation("notation", stage.home).accepts(stage.images["crl"])
    assert [] == host.asked


# the same words


def said(done: Done) -> tuple[int, list[str]]:
    """Exit code, and what stands on standard error."""
    return done.status, done.err.splitlines()


@pytest.mark.parametrize("level", ["strict", "permissive"])
@pytest.mark.parametrize("what", ["revoked", "unknown", "good"])
def test_the_dialect_has_notations_words(
    stage: Stage, host: AuthorityHost, tmp_path: Path, what: str, level: str
) -> None:
    content = revocation.ocsp(stage.chains["ocsp"], state=what)
    host.answers["/ocsp"] = lambda asked: Reply(content)
    stage.home.policy(statement(level=level))
    try:
        stage.home.environment |= {"XDG_CACHE_HOME": str(tmp_path / "ours")}
        ours = said(stage.home.seal_alone("notation", "verify", stage.images["ocsp"]))
        theirs = said(Notation("notation", stage.home).run("verify", stage.images["ocsp"]))
    finally:
        stage.home.policy(statement())
    assert theirs == ours


def test_the_dialect_warns_as_notation_does_of_a_cache_that_cannot_be_read(
    stage: Stage, host: AuthorityHost, tmp_path: Path
) -> None:
    content = revocation.crl(stage.chains["crl"])
    host.answers["/crl"] = lambda asked: Reply(content)
    name = hashlib.sha256(host.url("/crl").encode()).hexdigest()
    runs: Mapping[str, Callable[[str], Done]] = {
        "ours": lambda image: stage.home.seal_alone("notation", "verify", image),
        "theirs": lambda image: Notation("notation", stage.home).run("verify", image),
    }
    told = []
    for name_of_run, run in runs.items():
        folder = tmp_path / name_of_run
        (folder / "notation" / "crl").mkdir(parents=True)
        (folder / "notation" / "crl" / name).write_text("junk")
        stage.home.environment |= {"XDG_CACHE_HOME": str(folder)}
        told.append(said(run(stage.images["crl"])))
        kept = json.loads((folder / "notation" / "crl" / name).read_bytes())
        assert content == base64.b64decode(kept["baseCRL"])
    assert told[0] == told[1]
    assert "CRL cache error discarded" in "".join(told[0][1])


def test_openssl_sends_our_nonce_back(stage: Stage, host: AuthorityHost, tmp_path: Path) -> None:
    authority = Authority(tmp_path, stage.chains["ocsp"], "good")
    flags = ("-ndays", "1", "-resp_no_certs")
    answers: list[bytes] = []

    def answer(asked: Request) -> Reply:
        answers.append(authority.respond(asked, *flags))
        return Reply(answers[-1])

    host.answers["/ocsp"] = answer
    folder = tmp_path / "config" / "sealwright"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('[revocation]\nnonce = "on"\n')
    variables = {
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "NOTATION_CONFIG": str(stage.home.notation),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    assert 0 == stage.home.seal("verify", stage.images["ocsp"], **variables).status
    (sent,) = [one.content for one in host.asked]
    nonce = library.load_der_ocsp_request(sent).extensions[0].value
    assert nonce == library.load_der_ocsp_response(answers[0]).extensions[0].value
    host.say("/ocsp", answers[0])
    assert 1 == stage.home.seal("verify", stage.images["ocsp"], **variables).status
