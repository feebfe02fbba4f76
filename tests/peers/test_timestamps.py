"""Timestamps between the real notation and us, and tokens of openssl's timestamp authority."""

import datetime as dt
import re
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from peers.notation import BOTH, Notation
from sealwright import media_types
from sealwright.formats.notary import signing
from sealwright.formats.orders import SigningOrder
from sealwright.pki.timestamps import authority, reply, request, token
from sealwright.workflow.clock import now
from world import images, pki, timestamps
from world.home import Done, Home, pem, statement
from world.registry import Registry
from world.tsa import REPLY, Reply, Tsa

LINES = {"notation": "1.3.2", "notation2": "2.0"}
ENVELOPES = {"jws": media_types.NOTARY_JWS, "cose": media_types.NOTARY_COSE}
SIGNER = pki.chain("rsa2048")
STORES = ("ca:acme", "tsa:clock")
OTHER = timestamps.authority("ec384")
SECOND = dt.timedelta(seconds=1)


class World:
    """A registry, an authority, and a user who trusts both the signer and the authority."""

    def __init__(self, registry: Registry, home: Home, tsa: Tsa) -> None:
        self.registry, self.home, self.tsa = registry, home, tsa
        self._number = 0

    @property
    def flags(self) -> tuple[str, ...]:
        root = self.home.folder / "root.pem"
        return ("--timestamp-url", f"{self.tsa.url}/", "--timestamp-root-cert", str(root))

    def image(self) -> str:
        """An image that nobody has signed yet."""
        self._number += 1
        return images.push(f"{self.registry.local}/image{self._number}", "v1", str(self._number))

    def stamped(
        self, chain: pki.Chain, envelope: str, make: Callable[[bytes], bytes], signed_at: dt.datetime
    ) -> str:
        """An image with a signature that carries the token made of its value."""
        image = self.image()
        name, _, digest = image.partition("@")
        with images.repository_at(name) as repository:
            subject = repository.resolve(digest)
            order = SigningOrder(subject, envelope, signed_at.replace(microsecond=0), agent="test/1")
            prepared = signing.prepare(order, chain.certificates)
            value = chain.sign(prepared.message, chain.algorithm)
            content = signing.assemble(prepared, value, make(value))
            images.attach_signature(repository, subject, envelope, content, *chain.certificates)
        return image

    def dialect(self, line: str, *arguments: object) -> Done:
        """Our answer in a line of notation."""
        command = [sys.executable, "-m", "sealwright", "notation", *map(str, arguments)]
        return self.home.run(command, SEALWRIGHT_NOTATION=line, NOTATION_EXPERIMENTAL="1")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("timestamps")
    home = Home(folder / "home")
    home.add_key("build", SIGNER)
    with Registry(folder / "registry") as registry, Tsa(timestamps.authority("rsa2048")) as tsa:
        home.trust("acme", SIGNER.root)
        home.trust("clock", tsa.chain.root, kind="tsa")
        home.policy(statement(stores=STORES))
        (home.folder / "root.pem").write_bytes(pem(tsa.chain.root))
        yield World(registry, home, tsa)


@pytest.fixture(autouse=True)
def ordinary(world: World) -> None:
    world.tsa.changes = {}
    world.tsa.answers = None
    world.home.policy(statement(stores=STORES))


@pytest.mark.parametrize("envelope", ENVELOPES)
@pytest.mark.parametrize("name", BOTH)
def test_notation_accepts_what_we_timestamped(name: str, envelope: str, world: World) -> None:
    image = world.image()
    world.home.must("sign", "--signature-format", envelope, *world.flags, image)
    assert Notation(name, world.home).accepts(image)


@pytest.mark.parametrize("envelope", ENVELOPES)
@pytest.mark.parametrize("name", BOTH)
def test_we_accept_what_notation_timestamped(name: str, envelope: str, world: World) -> None:
    image = world.image()
    Notation(name, world.home).sign(image, "--signature-format", envelope, *world.flags)
    assert 0 == world.home.seal("verify", image).status
    assert world.tsa.requests


@pytest.mark.parametrize("changes", [{"sort": False}, {"certificates": "reversed"}, {"name_issuer": True}])
@pytest.mark.parametrize("name", BOTH)
def test_both_accept_what_authorities_differ_in(name: str, changes: dict[str, Any], world: World) -> None:
    if changes.get("certificates") == "reversed":
        changes = {"certificates": world.tsa.chain.certificates[::-1]}
    world.tsa.changes = changes
    image = world.image()
    world.home.must("sign", *world.flags, image)
    assert Notation(name, world.home).accepts(image)


@pytest.mark.parametrize("envelope", ENVELOPES)
@pytest.mark.parametrize("when", ["always", "afterCertExpiry"])
@pytest.mark.parametrize("name", BOTH)
def test_an_expired_signer_is_accepted_by_both_for_its_timestamp(
    name: str, when: str, envelope: str, world: World
) -> None:
    ended = now() - dt.timedelta(days=30)
    old = pki.chain("ec384", leaf={"not_after": ended})
    world.home.trust("acme", old.root)

    def make(value: bytes) -> bytes:
        return timestamps.token(world.tsa.chain, value, made_at=ended - SECOND)

    image = world.stamped(old, ENVELOPES[envelope], make, ended - 2 * SECOND)
    world.home.policy(statement(stores=STORES, verifyTimestamp=when))
    assert Notation(name, world.home).accepts(image)
    assert 0 == world.home.seal("verify", image).status
    world.home.policy(statement(stores=STORES[:1]))
    assert not Notation(name, world.home).accepts(image)
    assert 1 == world.home.seal("verify", image).status


@pytest.mark.parametrize("output", ["json", "text"])
@pytest.mark.parametrize("name", BOTH)
def test_a_timestamp_is_inspected_alike(name: str, output: str, world: World) -> None:
    world.tsa.changes = {"policy": timestamps.BASELINE}
    image = world.image()
    world.home.must("sign", *world.flags, image)
    flags = ("--output", output) if output == "json" else ()
    theirs = Notation(name, world.home).must("inspect", *flags, image)
    ours = world.dialect(LINES[name], "inspect", *flags, image).out
    # maps have no order in the stable line
    assert sorted(_lines(theirs)) == sorted(_lines(ours))


def _lines(text: str) -> list[str]:
    return [line.strip("│├└─ ,") for line in text.splitlines()]


# wrong ones, in both directions


HUGE = timestamps.sequence(timestamps.integer(10**9))
WRONG: Mapping[str, Mapping[str, Any]] = {
    "about something else": {"imprint": bytes(32)},
    "hashed with SHA-1": {"imprint": bytes(20), "hash_name": "sha1"},
    "signed with SHA-1": {"digest": "sha1"},
    "the name of another certificate": {"named": OTHER.certificates[0]},
    "no certificates": {"certificates": ()},
    "no name of its certificate": {"drop": ("naming",)},
    "an accuracy of decades": {"accuracy": HUGE},
    "another kind of content": {"content_type": "1.2.840.113549.1.7.1"},
    "a changed time": {"signed_info": b"other"},
}


@pytest.mark.parametrize("what", WRONG)
@pytest.mark.parametrize("name", BOTH)
def test_a_wrong_timestamp_is_told_alike_where_it_is_logged(name: str, what: str, world: World) -> None:
    def make(value: bytes) -> bytes:
        return timestamps.token(world.tsa.chain, value, **{"made_at": now(), **WRONG[what]})

    image = world.stamped(SIGNER, media_types.NOTARY_JWS, make, now())
    world.home.policy(statement(stores=STORES, level="permissive"))
    theirs = Notation(name, world.home).verify(image)
    ours = world.dialect(LINES[name], "verify", image)
    assert "authenticTimestamp" in theirs.err
    assert theirs == ours


AUTHORITIES: Mapping[str, Mapping[str, Any]] = {
    "another purpose": {"leaf": {"purposes": (ExtendedKeyUsageOID.CODE_SIGNING,)}},
    "a purpose that is not critical": {"leaf": {"purposes_critical": False}},
    "one purpose more": {
        "leaf": {"purposes": (ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING)}
    },
    "nobody's": {},
}


@pytest.mark.parametrize("what", AUTHORITIES)
@pytest.mark.parametrize("name", BOTH)
def test_a_wrong_authority_is_told_alike_where_it_is_logged(name: str, what: str, world: World) -> None:
    chain = timestamps.authority("ec521" if what == "nobody's" else "rsa2048", **AUTHORITIES[what])
    if what != "nobody's":
        world.home.trust("clock", chain.root, kind="tsa")

    def make(value: bytes) -> bytes:
        return timestamps.token(chain, value, made_at=now(), certificates=chain.certificates)

    image = world.stamped(SIGNER, media_types.NOTARY_COSE, make, now())
    world.home.policy(statement(stores=STORES, level="permissive"))
    theirs = Notation(name, world.home).verify(image)
    assert "authenticTimestamp" in theirs.err
    assert theirs == world.dialect(LINES[name], "verify", image)


ANSWERS: Mapping[str, Reply] = {
    "an error": Reply(503, b"x"),
    "a page": Reply(200, b"<html>", {"Content-Type": "text/html"}),
    "a rejection": Reply(200, timestamps.rejected(2, 15), {"Content-Type": REPLY}),
    "a rejection without a reason": Reply(200, timestamps.rejected(3), {"Content-Type": REPLY}),
    "too much": Reply(200, bytes(1024 * 1024 + 1), {"Content-Type": REPLY}),
}


@pytest.mark.parametrize("what", ANSWERS)
@pytest.mark.parametrize("name", BOTH)
def test_an_answer_that_is_none_is_told_alike(name: str, what: str, world: World) -> None:
    world.tsa.answers = lambda _: ANSWERS[what]
    _alike(name, world)


UNUSABLE: Mapping[str, Mapping[str, Any]] = {
    "no name of its certificate": {"drop": ("naming",)},
    "no certificates": {"certificates": ()},
    "the name of another certificate": {"named": OTHER.certificates[0]},
    "a changed time": {"signed_info": b"other"},
    "signed with SHA-1": {"digest": "sha1"},
}


@pytest.mark.parametrize("what", UNUSABLE)
@pytest.mark.parametrize("name", BOTH)
def test_a_token_that_cannot_be_used_is_told_alike_by_sign(name: str, what: str, world: World) -> None:
    world.tsa.changes = UNUSABLE[what]
    _alike(name, world)


@pytest.mark.parametrize("name", BOTH)
def test_a_wrong_nonce_is_told_alike_by_sign(name: str, world: World) -> None:
    world.tsa.changes = {"nonce": 7}
    _alike(name, world, lambda text: re.sub(r"in request \d+", "in request N", text))
    world.tsa.changes = {"nonce": None}
    _alike(name, world, lambda text: re.sub(r"in request \d+", "in request N", text))


def _alike(name: str, world: World, plain: Callable[[str], str] = str) -> None:
    image = world.image()
    theirs = Notation(name, world.home).run("sign", *world.flags, image)
    ours = world.dialect(LINES[name], "sign", *world.flags, image)
    assert 1 == theirs.status
    assert (theirs.status, theirs.out, plain(theirs.err)) == (ours.status, ours.out, plain(ours.err))


ROOTS: Mapping[str, bytes | None] = {
    "no file": None,
    "an empty file": b"",
    "two certificates": pem(SIGNER.root, OTHER.root),
    "a leaf": pem(SIGNER.certificates[0]),
    "an intermediate": pem(SIGNER.certificates[1]),
    "an intermediate with an EC key": pem(OTHER.certificates[1]),
}


@pytest.mark.parametrize("what", ROOTS)
@pytest.mark.parametrize("name", BOTH)
def test_a_file_without_the_root_is_told_alike(name: str, what: str, world: World) -> None:
    file = world.home.folder / "other.pem"
    file.unlink(missing_ok=True)
    content = ROOTS[what]
    if content is not None:
        file.write_bytes(content)
    _told_alike(name, world, f"{world.tsa.url}/", str(file))


@pytest.mark.parametrize("url", ["tsa.example", "ftp://tsa.example/", "http://", "http:///x", "://x"])
@pytest.mark.parametrize("name", BOTH)
def test_a_url_that_is_none_is_told_alike(name: str, url: str, world: World) -> None:
    _told_alike(name, world, url, str(world.home.folder / "root.pem"))


def _told_alike(name: str, world: World, url: str, file: str) -> None:
    image = world.image()
    flags = ("sign", "--timestamp-url", url, "--timestamp-root-cert", file, image)
    assert Notation(name, world.home).run(*flags) == world.dialect(LINES[name], *flags)


# openssl


class OpenSslTsa:
    """The authority of `openssl ts`, with its configuration in a folder."""

    def __init__(
        self, folder: Path, chain: pki.Chain, digest: str, home: Home, naming: str = "sha256"
    ) -> None:
        self.folder, self.home = folder, home
        key = chain.signer.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "tsa.key").write_bytes(key)
        (folder / "tsa.pem").write_bytes(pem(chain.certificates[0]))
        (folder / "chain.pem").write_bytes(pem(*chain.certificates[1:-1]))
        (folder / "serial").write_text("01\n")
        (folder / "ts.cnf").write_text(
            textwrap.dedent(f"""\
                [tsa]
                default_tsa = clock
                [clock]
                serial = {folder}/serial
                signer_cert = {folder}/tsa.pem
                signer_key = {folder}/tsa.key
                certs = {folder}/chain.pem
                signer_digest = {digest}
                default_policy = {timestamps.POLICY}
                digests = sha256, sha384, sha512
                accuracy = secs:1, millisecs:500, microsecs:100
                ordering = yes
                tsa_name = yes
                clock_precision_digits = 3
                ess_cert_id_chain = no
                ess_cert_id_alg = {naming}
                """)
        )

    def __call__(self, sent: bytes) -> bytes:
        (self.folder / "request").write_bytes(sent)
        answer = self.folder / "answer"
        query = ("-queryfile", self.folder / "request", "-out", answer)
        done = self.home.run(
            ["openssl", "ts", "-reply", "-config", str(self.folder / "ts.cnf"), *map(str, query)]
        )
        assert 0 == done.status, done
        return answer.read_bytes()


@pytest.mark.peer("openssl")
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
@pytest.mark.parametrize("kind", ["rsa2048", "ec256", "ec384"])
@pytest.mark.parametrize("imprint", ["sha256", "sha384", "sha512"])
def test_tokens_of_openssl_are_believed(
    kind: str, digest: str, imprint: str, tmp_path: Path, world: World
) -> None:
    chain = timestamps.authority(kind)
    naming = {"sha256": "sha1"}.get(imprint, imprint)  # by SHA-1 it writes the old attribute
    openssl = OpenSslTsa(tmp_path, chain, digest, world.home, naming)
    asked = request.about(b"value", imprint, 1 << 158)
    read = token.read(reply.granted(openssl(asked.encoded())))
    read.require_answers(asked)
    read.require_about(b"value")
    found = authority.chain(read, read.require_signed(), (chain.root,))
    assert chain.certificates == tuple(one.der for one in found)
    assert dt.timedelta(seconds=1, milliseconds=500, microseconds=100) == read.accuracy
    assert abs(read.info.made_at - now()) < 10 * SECOND
    assert read.info.ordering


@pytest.mark.peer("openssl")
@pytest.mark.parametrize("name", BOTH)
def test_a_signature_with_a_token_of_openssl_is_accepted_by_both(
    name: str, tmp_path: Path, world: World
) -> None:
    openssl = OpenSslTsa(tmp_path, world.tsa.chain, "sha256", world.home)
    world.tsa.answers = lambda sent: Reply(200, openssl(sent), {"Content-Type": REPLY})
    image = world.image()
    world.home.must("sign", *world.flags, image)
    assert 0 == world.home.seal("verify", image).status
    assert Notation(name, world.home).accepts(image)
    other = world.image()
    Notation(name, world.home).sign(other, *world.flags)
    assert 0 == world.home.seal("verify", other).status


@pytest.mark.peer("openssl")
@pytest.mark.parametrize("name", ["Clock", "Clock of the authority with a name that is rather long"])
def test_a_set_of_certificates_that_openssl_has_not_sorted_is_read(
    name: str, tmp_path: Path, world: World
) -> None:
    """openssl writes the signer first, whether its certificate sorts before its issuer's or not."""
    chain = timestamps.authority("ec256", subject=pki.name(name))
    openssl = OpenSslTsa(tmp_path, chain, "sha256", world.home)
    asked = request.about(b"value", "sha256", 7)
    read = token.read(reply.granted(openssl(asked.encoded())))
    carried = [der for _, der in read.signed.certificates]
    assert set(chain.certificates[:2]) == set(carried)
    assert 3 == len(authority.chain(read, read.require_signed(), (chain.root,)))


@pytest.mark.peer("openssl")
def test_openssl_reads_our_requests_and_accepts_the_token_that_is_kept(tmp_path: Path, world: World) -> None:
    chain = timestamps.authority("rsa2048")
    openssl = OpenSslTsa(tmp_path, chain, "sha512", world.home)
    asked = request.about(b"value", "sha384", 12345, timestamps.POLICY)
    kept = reply.granted(openssl(asked.encoded()))
    shown = world.home.run(["openssl", "ts", "-query", "-in", str(tmp_path / "request"), "-text"]).out
    for words in ("Version: 1", "sha384", timestamps.POLICY, "0x3039", "Certificate required: yes"):
        assert words in shown
    (tmp_path / "token").write_bytes(kept)
    (tmp_path / "value").write_bytes(b"value")
    (tmp_path / "root.pem").write_bytes(pem(chain.root))
    done = world.home.run(
        [
            *("openssl", "ts", "-verify", "-token_in", "-in", str(tmp_path / "token")),
            *("-data", str(tmp_path / "value"), "-CAfile", str(tmp_path / "root.pem")),
            *("-untrusted", str(tmp_path / "chain.pem")),
        ]
    )
    assert "Verification: OK" in done.out, done


@pytest.mark.parametrize("name", BOTH)
def test_a_certificate_named_by_sha_1_is_taken_by_us_alone(name: str, world: World) -> None:
    world.tsa.changes = {"naming": "v1"}
    image = world.image()
    world.home.must("sign", *world.flags, image)
    assert 0 == world.home.seal("verify", image).status
    assert not Notation(name, world.home).accepts(image)
