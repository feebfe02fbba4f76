"""openssl takes what our CAs give out, and refuses it once a byte is changed."""

import base64
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sealwright.service.configuration import Configuration
from sealwright.service.configuration.authority import Authority
from sealwright.workflow.authority import lists
from sealwright.workflow.authority.revoking import Why, release, revoke
from sealwright.workflow.clock import now
from world.authority import PASSPHRASES, AuthorityFolder
from world.home import Home
from world.registry import Registry, free_port
from world.wire import Wire

pytestmark = pytest.mark.peer("openssl")

KINDS = ("RSA-2048", "RSA-3072", "EC-256", "EC-384", "EC-521")


class Openssl:
    """openssl in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *arguments: object) -> tuple[int, str]:
        done = subprocess.run(
            ["openssl", *map(str, arguments)],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout

    def must(self, *arguments: object) -> str:
        status, said = self.run(*arguments)
        assert 0 == status, said
        return said


class Running:
    """A PKI of one kind of key, published by a real server, with files as openssl wants them."""

    def __init__(self, folder: Path, kind: str) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/pki/acme"
        self.made = AuthorityFolder(folder / "pki", self.url, key_type=kind)
        table = Authority(
            "acme",
            str(self.made.folder),
            str(self.made.passphrase_file),
            ("certificates", "crl", "ocsp", "tsa"),
        )
        on = Configuration.on(folder / "registry", port=port)
        self.registry = Registry(msgspec.structs.replace(on, authority=(table,)))
        self.wire = Wire(self.registry.address)
        self.openssl = Openssl(folder)
        for name in ("root", "intermediate", "build"):
            first = re.match(rb"-----BEGIN.*?-----END CERTIFICATE-----\n", self._pem(name), re.DOTALL)
            assert first is not None
            (folder / f"{name}.pem").write_bytes(first[0])
        (folder / "data").write_bytes(b"a signature")

    def _pem(self, name: str) -> bytes:
        return self.made.file(f"{name}.pem").read_bytes()

    def file(self, name: str) -> Path:
        return self.openssl.folder / name

    def asked(
        self, *flags: object, algorithm: str = "-sha1", issuer: str = "intermediate", name: str = "build"
    ) -> str:
        """What `openssl ocsp` says as a client."""
        return self.openssl.must(
            "ocsp", algorithm, "-issuer", f"{issuer}.pem", "-cert", f"{name}.pem", "-CAfile", "root.pem",
            "-verify_other", "intermediate.pem", *flags,
        )  # fmt: skip


@pytest.fixture(scope="module", params=KINDS)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    made = Running(tmp_path_factory.mktemp("openssl"), request.param)
    yield made
    made.registry.stop()


@pytest.mark.parametrize("nonce", [(), ("-no_nonce",)], ids=["nonce", "no nonce"])
@pytest.mark.parametrize("algorithm", ["-sha1", "-sha256", "-sha384"])
def test_the_client_takes_our_answers(running: Running, algorithm: str, nonce: tuple[str, ...]) -> None:
    said = running.asked("-url", f"{running.url}/ocsp", *nonce, algorithm=algorithm)
    assert "Response verify OK" in said
    assert "build.pem: good" in said
    assert "WARNING" not in said
    said = running.asked("-url", f"{running.url}/ocsp", *nonce, issuer="root", name="intermediate")
    assert "Response verify OK" in said
    assert "intermediate.pem: good" in said


@pytest.mark.parametrize("nonce", [(), ("-no_nonce",)], ids=["nonce", "no nonce"])
def test_an_answer_in_a_file_is_verified_and_a_changed_one_is_refused(
    running: Running, nonce: tuple[str, ...]
) -> None:
    openssl = running.openssl
    openssl.must(
        "ocsp", "-issuer", "intermediate.pem", "-cert", "build.pem", *nonce, "-reqout", "request.der"
    )  # fmt: skip
    content = running.file("request.der").read_bytes()
    home = Home(running.file(f"home{len(nonce)}"))
    home.must(
        "pki", "ocsp", "--folder", running.made.folder, "--request", running.file("request.der"), "--out",
        running.file("answer.der"), "--passphrase-file", running.made.passphrase_file,
    )  # fmt: skip
    flags = ("-reqin", "request.der", "-CAfile", "root.pem", "-verify_other", "intermediate.pem")
    assert "Response verify OK" in openssl.must("ocsp", *flags, "-respin", "answer.der")
    answer = running.file("answer.der").read_bytes()
    served = running.wire.ask(
        "GET", f"/pki/acme/ocsp/{base64.b64encode(content).decode().replace('/', '%2F')}"
    ).body
    running.file("served.der").write_bytes(served)
    assert "Response verify OK" in openssl.must("ocsp", *flags, "-respin", "served.der")
    at = answer.rindex(b"Z") - 3  # inside of the last time
    running.file("changed.der").write_bytes(answer[:at] + bytes((answer[at] ^ 1,)) + answer[at + 1 :])
    status, said = openssl.run("ocsp", *flags, "-respin", "changed.der")
    assert "Response verify OK" not in said, status


def test_a_request_that_is_signed_is_answered_too(running: Running) -> None:
    curve = ("-pkeyopt", "ec_paramgen_curve:P-256")
    running.openssl.must("genpkey", "-algorithm", "EC", *curve, "-out", "c.key")
    running.openssl.must(
        "req", "-x509", "-new", "-key", "c.key", "-subj", "/CN=client", "-days", "2", "-out", "c.pem"
    )
    said = running.asked("-url", f"{running.url}/ocsp", "-signer", "c.pem", "-signkey", "c.key")
    assert "build.pem: good" in said


def test_the_list_is_verified_and_decides(running: Running) -> None:
    openssl = running.openssl
    for name in ("root", "intermediate"):
        running.file(f"{name}.crl").write_bytes(running.wire.ask("GET", f"/pki/acme/{name}.crl").body)
        said = openssl.must("crl", "-inform", "DER", "-in", f"{name}.crl", "-CAfile", f"{name}.pem", "-noout")
        assert "verify OK" in said
        openssl.must("crl", "-inform", "DER", "-in", f"{name}.crl", "-out", f"{name}.crl.pem")
    content = running.file("intermediate.crl").read_bytes()
    at = content.index(b"\x17\x0d") + 5  # inside of the first time
    running.file("changed.crl").write_bytes(content[:at] + bytes((content[at] ^ 1,)) + content[at + 1 :])
    _, said = openssl.run(
        "crl", "-inform", "DER", "-in", "changed.crl", "-CAfile", "intermediate.pem", "-noout"
    )
    assert "verify OK" not in said


def verified(running: Running, *flags: str) -> tuple[int, str]:
    """What `openssl verify` says with new lists of both CAs."""
    lists.publish(running.made.folder, PASSPHRASES, now(), 1, pem=True)
    named = [("-CRLfile", running.made.file(f"{name}.crl.pem")) for name in ("root", "intermediate")]
    return running.openssl.run(
        "verify", "-CAfile", "root.pem", "-untrusted", "intermediate.pem", *flags,
        *(part for pair in named for part in pair), "build.pem",
    )  # fmt: skip


def test_revoked_is_told_by_lists_and_answers_and_so_is_the_release(running: Running) -> None:
    for flag in ("-crl_check", "-crl_check_all"):
        status, said = verified(running, flag)
        assert (0, "build.pem: OK\n") == (status, said)
    revoke(running.made.folder, "build", Why("certificateHold"), now())
    status, said = verified(running, "-crl_check_all")
    assert 0 != status
    assert "certificate revoked" in said
    home = Home(running.file("home-revoked"))
    running.openssl.must(
        "ocsp", "-issuer", "intermediate.pem", "-cert", "build.pem", "-no_nonce", "-reqout", "request.der"
    )  # fmt: skip
    home.must(
        "pki", "ocsp", "--folder", running.made.folder, "--request", running.file("request.der"), "--out",
        running.file("answer.der"), "--passphrase-file", running.made.passphrase_file,
    )  # fmt: skip
    said = running.asked("-no_nonce", "-respin", "answer.der")
    assert "build.pem: revoked" in said
    assert "Reason: certificateHold" in said
    release(running.made.folder, "build", now())
    assert 0 == verified(running, "-crl_check_all")[0]


def test_delta_lists_are_verified_and_followed(running: Running) -> None:
    folder = running.made.folder
    lists.publish(folder, PASSPHRASES, now(), 1, pem=True)
    revoke(folder, "build", Why("certificateHold"), now())
    lists.publish(folder, PASSPHRASES, now(), 1, delta=True, pem=True)
    for name in ("root", "intermediate"):
        file = running.made.file(f"{name}-delta.crl.pem")
        said = running.openssl.must("crl", "-in", file, "-CAfile", f"{name}.pem", "-noout", "-text")
        assert "verify OK" in said
        assert "Delta CRL Indicator: critical" in said
    release(folder, "build", now())


def stamped(running: Running, *query: str) -> tuple[Path, Path]:
    running.openssl.must("ts", "-query", "-data", "data", *query, "-out", "query.tsq")
    content = running.file("query.tsq").read_bytes()
    kind = {"Content-Type": "application/timestamp-query"}
    answer = running.wire.ask("POST", "/pki/acme/tsa", content, kind)
    running.file("reply.tsr").write_bytes(answer.body)
    return running.file("query.tsq"), running.file("reply.tsr")


@pytest.mark.parametrize("nonce", [(), ("-no_nonce",)], ids=["nonce", "no nonce"])
@pytest.mark.parametrize("certificates", [(), ("-cert",)], ids=["bare", "with certificates"])
@pytest.mark.parametrize("algorithm", ["-sha256", "-sha384", "-sha512"])
def test_timestamps_are_verified(
    running: Running, algorithm: str, certificates: tuple[str, ...], nonce: tuple[str, ...]
) -> None:
    stamped(running, algorithm, *certificates, *nonce)
    chain: tuple[str, ...] = ("-CAfile", "root.pem")
    if not certificates:
        chain = (*chain, "-untrusted", str(running.made.file("tsa/tsa.pem")))
    for about in (("-queryfile", "query.tsq"), ("-data", "data")):
        assert "Verification: OK" in running.openssl.must("ts", "-verify", "-in", "reply.tsr", *about, *chain)


def test_a_changed_timestamp_is_refused(running: Running) -> None:
    _, reply = stamped(running, "-sha256", "-cert")
    content = reply.read_bytes()
    at = content.index(b"\x18\x13" if b"\x18\x13" in content else b"\x18\x12") + 12
    for place in (at, len(content) - 3):
        reply.write_bytes(content[:place] + bytes((content[place] ^ 1,)) + content[place + 1 :])
        status, said = running.openssl.run(
            "ts", "-verify", "-in", "reply.tsr", "-data", "data", "-CAfile", "root.pem"
        )
        assert 0 != status, said
    running.file("other").write_bytes(b"another signature")
    reply.write_bytes(content)
    assert (
        0
        != running.openssl.run("ts", "-verify", "-in", "reply.tsr", "-data", "other", "-CAfile", "root.pem")[
            0
        ]
    )


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (("-sha1",), "unrecognized or unsupported algorithm identifier"),
        (("-sha256", "-tspolicy", "1.2.3.4"), "the requested TSA policy is not supported"),
    ],
)
def test_a_refusal_is_read(running: Running, query: tuple[str, ...], told: str) -> None:
    stamped(running, *query)
    assert told in running.openssl.must("ts", "-reply", "-in", "reply.tsr", "-text")


def test_the_commands_answer_from_file_to_file_and_over_http(running: Running) -> None:
    stamped(running, "-sha512", "-cert")
    home = Home(running.file("home-tsa"))
    home.must(
        "pki", "tsa", "--folder", running.made.folder, "--request", running.file("query.tsq"), "--out",
        running.file("reply.tsr"), "--passphrase-file", running.made.passphrase_file,
    )  # fmt: skip
    said = running.openssl.must(
        "ts", "-verify", "-in", "reply.tsr", "-queryfile", "query.tsq", "-CAfile", "root.pem"
    )
    assert "Verification: OK" in said
