"""What a type checker makes of the public names. It is checked by mypy, with the rest, and never run.

`assert_type` says what the right use gives. Each line with `type: ignore[…]` is a misuse that has to be
found: an ignore that finds nothing is an error by itself.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import assert_type

import sealwright


def verifying(client: sealwright.Client) -> None:
    assert_type(sealwright.verify("registry.example/a:v1"), sealwright.Verdict)
    assert_type(client.judge("registry.example/a:v1", thorough=True), sealwright.Verdict)
    verdict = client.verify("oci:./layout:v1", scope="registry.example/a", policy=Path("policy.json"))
    assert_type(verdict.pinned, str)
    assert_type(verdict.require(), str)
    assert_type(verdict.decision, sealwright.Decision)
    assert_type(verdict.settled_until, dt.datetime | None)
    assert_type(verdict.signatures, tuple[sealwright.SignatureReport, ...])
    assert_type(verdict.signatures[0].judgements[0].checks, tuple[sealwright.Check, ...])
    assert_type(verdict.unreadable, tuple[sealwright.Unreadable, ...])
    assert_type(verdict.to_json(), bytes)
    assert_type(sealwright.Verdict.from_json(b""), sealwright.Verdict)


def files(envelope: sealwright.Envelope, expires_in: dt.timedelta) -> None:
    signed = sealwright.sign_blob("a.tar", "build", expires_in=expires_in, force=True)
    assert_type(signed, sealwright.SignedBlob)
    assert_type(signed.descriptor, sealwright.Descriptor)
    assert_type(sealwright.verify_blob(Path("a.tar"), "a.tar.jws.sig"), sealwright.Verdict)
    assert_type(sealwright.judge_blob("a.tar", [envelope, Path("a")], thorough=True), sealwright.Verdict)
    sealwright.verify_blob("a.tar", envelope, policy={"version": "1.0"}, policy_name="releases")
    sealwright.verify_blob("a.tar")  # type: ignore[call-arg]
    sealwright.verify_blob("a.tar", b"signature")  # type: ignore[arg-type]
    sealwright.sign_blob("a.tar", envelope="pgp")  # type: ignore[arg-type]


def verdicts_are_no_booleans(verdict: sealwright.Verdict) -> None:
    assert_type(verdict.decision == "accepted", bool)
    verdict.decision == "acepted"  # type: ignore[comparison-overlap]
    verdict.decision = "accepted"  # type: ignore[misc]


def policies() -> None:
    assert_type(sealwright.read_policy("policy.json"), sealwright.Policy)
    sealwright.verify("a", policy=b"{}")
    sealwright.verify("a", policy={"version": "1.0", "trustPolicies": []})
    sealwright.verify("a", policy=sealwright.read_policy(b"{}", metadata={"build": "42"}))
    sealwright.verify("a", policy=["policy.json"])  # type: ignore[arg-type]
    sealwright.verify("a", "policy.json")  # type: ignore[call-arg]


def trust_stores(pem: bytes) -> None:
    stores = sealwright.TrustStores({"ca:acme": pem, "signingAuthority:acme": [pem, pem]})
    assert_type(stores.names, tuple[str, ...])
    sealwright.verify("a", trust=stores)
    sealwright.verify("a", trust={"ca:acme": pem})
    sealwright.verify("a", trust={"ca:acme": "certificate.pem"})  # type: ignore[dict-item]


class Hsm:
    """A signer of one's own."""

    @property
    def certificates(self) -> tuple[bytes, ...]:
        return ()

    def sign(self, message: bytes, algorithm: sealwright.Algorithm) -> bytes:
        return message + algorithm.hash_name.encode()


class NoSigner:
    """It has no certificates."""

    def sign(self, message: bytes) -> bytes:
        return message


def signing(client: sealwright.Client) -> None:
    assert_type(sealwright.sign("a"), sealwright.Signed)
    assert_type(
        client.sign("a", "build", envelope="cose", expires_in=dt.timedelta(days=90)), sealwright.Signed
    )
    assert_type(client.sign("a", Hsm()).location, str)
    assert_type(client.sign_recursively("a", sealwright.load_signer("k", "c")), tuple[sealwright.Signed, ...])
    signer: sealwright.Signer = sealwright.load_signer(Path("key.pem"), b"certificates", passphrase="secret")
    client.sign("a", signer, metadata={"build": "42"})
    client.sign("a", NoSigner())  # type: ignore[arg-type]
    client.sign("a", envelope="xml")  # type: ignore[arg-type]
    client.sign("a", expires_in=90)  # type: ignore[arg-type]


def looking(client: sealwright.Client) -> None:
    assert_type(sealwright.list_signatures("a"), sealwright.Listing)
    assert_type(client.list_signatures("a").signatures, tuple[sealwright.Listed, ...])
    assert_type(sealwright.inspect("a"), sealwright.Inspected)
    assert_type(client.inspect("a", max_signatures=3).subject, sealwright.Subject)


def clients() -> None:
    def notices(event: sealwright.Event) -> None:
        if isinstance(event, sealwright.Notice):
            assert_type(event.data, Mapping[str, object])

    def token(domain: str, path: str) -> tuple[str, str] | None:
        return (domain, path)

    with sealwright.Client(timeout=8.5, credentials=token, events=notices, folder=Path("n")) as client:
        assert_type(client, sealwright.Client)
    sealwright.Client(credentials={"docker.io": ("user", "password")})
    sealwright.Client(credentials=("user", "password"))  # type: ignore[arg-type]
    sealwright.Client("policy.json")  # type: ignore[call-arg]
    sealwright.verify("a", timeout=3, plain_http=True)
    sealwright.verify("a", timeout="3 s")  # type: ignore[arg-type]
    sealwright.verify("a", time_out=3)  # type: ignore[call-arg]


def envelopes(content: bytes, image: sealwright.Descriptor, at: dt.datetime) -> None:
    envelope = sealwright.Envelope(content, "application/jose+json")
    assert_type(sealwright.inspect_envelope(envelope), sealwright.Summary)
    verdict = sealwright.judge_envelopes(
        [envelope], image, "registry.example/a", policy=b"{}", trust={}, at=at
    )
    assert_type(verdict, sealwright.Verdict)
    sealwright.judge_envelopes(
        [envelope],
        image,
        "registry.example/a",
        policy="policy.json",  # type: ignore[arg-type]
        trust={},
        at=at,
    )


def many(client: sealwright.Client) -> None:
    outcomes = client.judge_all(line.strip() for line in ["a", "b"])
    assert_type(outcomes, Iterator[sealwright.Outcome])
    outcome = next(outcomes)
    assert_type(outcome.verdict, sealwright.Verdict | None)
    assert_type(outcome.failure, sealwright.Failure | None)
    outcome.verdict.pinned  # type: ignore[union-attr]
    client.judge_all(["a"], timeout=3)  # type: ignore[call-arg]


def errors(error: sealwright.SealwrightError) -> Iterator[str]:
    assert_type(error.code, str)
    assert_type(error.hint, str)
    assert_type(error.retryable, bool)
    if isinstance(error, sealwright.RefusedError):
        assert_type(error.verdict, sealwright.Verdict)
    if isinstance(error, sealwright.DocumentError):
        assert_type(error.line, int)
    yield sealwright.__version__


def names_that_are_not_there() -> None:
    sealwright.verifyy  # type: ignore[attr-defined]
