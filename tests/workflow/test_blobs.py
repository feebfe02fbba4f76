"""Files signed and verified, without the command line around it."""

import datetime as dt
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from sealwright import limits, media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import SealwrightError, StorageError, UsageError
from sealwright.events import ignore
from sealwright.evidence import TrustStore, Unavailable
from sealwright.formats.notary import signing
from sealwright.formats.orders import SigningOrder
from sealwright.policy.notation import lowering
from sealwright.policy.notation.lowering import NotationPolicy
from sealwright.signature import StoredSignature
from sealwright.verdict import Verdict
from sealwright.workflow import blob_files, blobs
from sealwright.workflow.context import Context, Place
from sealwright.workflow.sign import Wish
from world import pki

CONTENT = b"net-monitor\n"
HASHES = {
    "rsa2048": "sha256",
    "rsa3072": "sha384",
    "rsa4096": "sha512",
    "ec256": "sha256",
    "ec384": "sha384",
    "ec521": "sha512",
}


@contextmanager
def no_images(image: object, /, *, write: bool = False) -> Iterator[Place]:
    message = f"an image was opened: {image}, {write}"
    raise AssertionError(message)
    yield  # type: ignore[unreachable]  # makes it a generator


def context(*trusted: bytes) -> Context:
    """A context without images; every trust store holds these certificates, or is not there."""
    answer = trusted or Unavailable("truststore.absent", retryable=False, data={"kind": "ca", "name": "acme"})
    return Context(lambda: pki.NOW, no_images, lambda needs: dict.fromkeys(needs, answer), ignore)


def policy(
    level: str = "strict", named: str = "", metadata: Mapping[str, str] | None = None
) -> NotationPolicy:
    text = (
        '{"version":"1.0","trustPolicies":['
        '{"name":"none","signatureVerification":{"level":"skip"}},'
        f'{{"name":"all","globalPolicy":true,"signatureVerification":{{"level":"{level}"}},'
        '"trustStores":["ca:acme"],"trustedIdentities":["*"]}]}'
    )
    return lowering.parse(text.encode(), "trustpolicy.blob.json", metadata, "blob", named)


def stored(content: bytes, envelope: str = media_types.NOTARY_JWS, location: str = "sig") -> StoredSignature:
    return StoredSignature("notary", location, envelope, content)


def signed(
    blob: Path, chain: pki.Chain, wish: Wish | None = None, media_type: str = blobs.MEDIA_TYPE
) -> StoredSignature:
    made = blobs.sign_blob(context(), str(blob), chain, wish or Wish(), media_type)
    return stored(made.content, made.media_type)


def forged(chain: pki.Chain, payload: Descriptor) -> StoredSignature:
    """A good signature of a descriptor that the signer never digested itself."""
    order = SigningOrder(payload, media_types.NOTARY_JWS, pki.NOW)
    prepared = signing.prepare(order, chain.certificates)
    return stored(signing.assemble(prepared, chain.sign(prepared.message, chain.algorithm)))


def verified(
    blob: Path | str, *signatures: StoredSignature, by: NotationPolicy | None = None, **more: str
) -> Verdict:
    roots = tuple(pki.chain(kind).root for kind in ("ec256", "ec384", "rsa4096"))
    return blobs.verify_blob(context(*roots), str(blob), signatures, by or policy(), **more)  # type: ignore[arg-type]  # words


@pytest.fixture
def blob(tmp_path: Path) -> Path:
    path = tmp_path / "net-monitor.tar"
    path.write_bytes(CONTENT)
    return path


@pytest.mark.parametrize("envelope", [media_types.NOTARY_JWS, media_types.NOTARY_COSE])
@pytest.mark.parametrize("kind", HASHES)
def test_a_file_is_named_by_the_hash_of_the_key_and_verified(blob: Path, kind: str, envelope: str) -> None:
    chain = pki.chain(kind)
    wish = Wish(envelope, dt.timedelta(days=1), {"build": "42"})
    made = blobs.sign_blob(context(), str(blob), chain, wish, "text/plain")
    wanted = Descriptor(
        "text/plain", Digest.of(CONTENT, HASHES[kind]), len(CONTENT), annotations={"build": "42"}
    )
    assert wanted == made.descriptor
    verdict = blobs.verify_blob(context(chain.root), str(blob), [stored(made.content, envelope)], policy())
    assert ("accepted", "blob", str(blob)) == (
        verdict.decision,
        verdict.subject.transport,
        verdict.subject.name,
    )
    assert Digest.of(CONTENT, HASHES[kind]) == verdict.subject.descriptor.digest
    assert {"build": "42"} == verdict.signatures[0].metadata


def test_one_byte_more_or_other_is_refused(blob: Path) -> None:
    signature = signed(blob, pki.chain("ec256"))
    for content in (CONTENT + b"x", CONTENT[:-1], b"x" + CONTENT[1:], b""):
        blob.write_bytes(content)
        verdict = verified(blob, signature)
        assert ("refused", "artifact.payload-mismatch") == (verdict.decision, verdict.reason)


def test_signatures_by_keys_of_other_hashes_count_side_by_side(blob: Path) -> None:
    made = [signed(blob, pki.chain(kind)) for kind in ("ec384", "rsa4096", "ec256")]
    verdict = verified(blob, *made)
    assert [True, True, True] == [report.counts for report in verdict.signatures]


def test_one_signature_that_counts_is_enough(blob: Path) -> None:
    other = signed(blob, pki.chain("ec521"))
    junk = stored(b"{}", location="junk.jws.sig")
    verdict = verified(blob, other, junk, signed(blob, pki.chain("ec256")))
    assert ("accepted", [False, True], ["junk.jws.sig"]) == (
        verdict.decision,
        [report.counts for report in verdict.signatures],
        [one.location for one in verdict.unreadable],
    )


def test_a_signer_whom_nobody_trusts_is_refused(blob: Path) -> None:
    verdict = verified(blob, signed(blob, pki.chain("ec521")))
    assert ("refused", "authenticity.untrusted-chain") == (verdict.decision, verdict.reason)


@pytest.mark.parametrize("algorithm", ["sha384", "sha512"])
def test_a_digest_by_another_hash_than_the_keys_is_refused(blob: Path, algorithm: str) -> None:
    payload = Descriptor("text/plain", Digest.of(CONTENT, algorithm), len(CONTENT))
    verdict = verified(blob, forged(pki.chain("ec256"), payload))
    assert ("refused", "artifact.blob-hash") == (verdict.decision, verdict.reason)


def test_a_digest_by_a_hash_that_is_weaker_than_the_keys_is_refused(blob: Path) -> None:
    payload = Descriptor("text/plain", Digest.of(CONTENT), len(CONTENT))
    verdict = verified(blob, forged(pki.chain("ec384"), payload))
    assert ("refused", "artifact.blob-hash") == (verdict.decision, verdict.reason)


def test_a_size_that_is_not_the_files_is_refused(blob: Path) -> None:
    payload = Descriptor("text/plain", Digest.of(CONTENT), len(CONTENT) + 1)
    verdict = verified(blob, forged(pki.chain("ec256"), payload))
    assert ("refused", "artifact.payload-mismatch") == (verdict.decision, verdict.reason)


@pytest.mark.parametrize(
    ("asked", "decision"), [("", "accepted"), ("text/plain", "accepted"), ("text/html", "refused")]
)
def test_the_media_type_is_compared_where_one_is_asked_for(blob: Path, asked: str, decision: str) -> None:
    signature = signed(blob, pki.chain("ec256"), media_type="text/plain")
    assert decision == verified(blob, signature, media_type=asked).decision


def test_metadata_is_asked_for(blob: Path) -> None:
    signature = signed(blob, pki.chain("ec256"), Wish(user_metadata={"build": "42"}))
    found = {value: verified(blob, signature, by=policy(metadata={"build": value})) for value in ("42", "43")}
    assert {"42": "accepted", "43": "refused"} == {value: one.decision for value, one in found.items()}


def test_a_statement_that_asks_for_nothing_allows_and_does_not_verify(blob: Path) -> None:
    verdict = verified(blob, stored(b"no signature"), by=policy(named="none"))
    assert ("allowed", "verdict.allowed-unchecked") == (verdict.decision, verdict.reason)
    assert Digest.of(CONTENT) == verdict.subject.descriptor.digest


def test_no_statement_refuses_whatever_is_signed(blob: Path) -> None:
    verdict = verified(blob, signed(blob, pki.chain("ec256")), by=policy(named="other"))
    assert ("refused", "policy.no-named-statement") == (verdict.decision, verdict.reason)


def test_a_level_that_only_logs_allows(blob: Path) -> None:
    verdict = verified(blob, signed(blob, pki.chain("ec521")), by=policy("audit"))
    assert ("allowed", "verdict.allowed-logged") == (verdict.decision, verdict.reason)


def test_only_junk_is_refused_with_what_is_wrong_with_it(blob: Path) -> None:
    verdict = verified(blob, stored(b"{}", location="x.jws.sig"))
    assert ("refused", "parse.envelope-malformed") == (verdict.decision, verdict.reason)


def test_a_trust_store_that_is_missing_refuses_and_says_so(blob: Path) -> None:
    signature = signed(blob, pki.chain("ec256"))
    verdict = blobs.verify_blob(context(), str(blob), [signature], policy())
    assert ("refused", "truststore.absent") == (verdict.decision, verdict.reason)


def test_needs_are_those_of_the_statement_alone_before_the_chain_is_trusted(blob: Path) -> None:
    asked: list[object] = []

    def gather(needs: frozenset[object]) -> dict[object, object]:
        asked.extend(needs)
        return dict.fromkeys(needs, (pki.chain("ec521").root,))

    watched = Context(lambda: pki.NOW, no_images, gather, ignore)  # type: ignore[arg-type]  # any need
    verdict = blobs.verify_blob(watched, str(blob), [signed(blob, pki.chain("ec256"))], policy())
    assert ("refused", [TrustStore("ca", "acme")]) == (verdict.decision, asked)


@pytest.mark.parametrize(
    "media_type",
    ["", "text", "text/", "/plain", "text/plain/x", "text plain", "text/pl ain", "text/plain;", "a/b; c"],
)
def test_what_is_no_media_type_is_not_signed(blob: Path, media_type: str) -> None:
    with pytest.raises(UsageError) as caught:
        signed(blob, pki.chain("ec256"), media_type=media_type)
    assert "signing.media-type-invalid" == caught.value.code


@pytest.mark.parametrize("media_type", ["a/b", "text/plain; charset=utf-8", 'a/b;c="d e"', "a/x.y+z"])
def test_media_types_may_have_parameters(blob: Path, media_type: str) -> None:
    assert "accepted" == verified(blob, signed(blob, pki.chain("ec256"), media_type=media_type)).decision


def missing(path: Path) -> Path:
    return path / "missing"


def folder(path: Path) -> Path:
    return path


def below_a_file(path: Path) -> Path:
    (path / "file").touch()
    return path / "file" / "x"


@pytest.mark.parametrize(
    ("made", "code"),
    [(missing, "file.absent"), (folder, "file.not-regular"), (below_a_file, "file.absent")],
)
def test_what_cannot_be_read_is_an_error_of_its_own(
    tmp_path: Path, made: Callable[[Path], Path], code: str
) -> None:
    name = str(made(tmp_path))
    for call in (
        lambda: verified(name),
        lambda: blobs.sign_blob(context(), name, pki.chain("ec256"), Wish()),
    ):
        with pytest.raises(StorageError) as caught:
            call()
        assert code == caught.value.code


def test_a_name_with_a_nul_is_no_file() -> None:
    with pytest.raises(StorageError) as caught:
        blob_files.read("a\0b", {"sha256"})
    assert "file.absent" == caught.value.code


def test_a_pipe_is_read_to_its_end(tmp_path: Path, blob: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    signature = signed(blob, pki.chain("ec256"))
    writer = threading.Thread(target=lambda: pipe.write_bytes(CONTENT))
    writer.start()
    verdict = verified(pipe, signature)
    writer.join()
    assert "accepted" == verdict.decision


@contextmanager
def disturbed(change: Callable[[], object]) -> Iterator[None]:
    """Something is done over and over while the block runs."""
    ended = threading.Event()

    def work() -> None:
        while not ended.is_set():
            change()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_a_file_that_is_written_to_meanwhile_is_neither_signed_nor_verified(blob: Path) -> None:
    signature = signed(blob, pki.chain("ec256"))
    os.truncate(blob, 64 * 2**20)

    def append() -> None:
        with blob.open("ab") as file:
            file.write(b"x")

    for call in (lambda: signed(blob, pki.chain("ec256")), lambda: verified(blob, signature)):
        with disturbed(append), pytest.raises(StorageError) as caught:
            call()
        assert "file.changed" == caught.value.code


def test_a_file_that_is_replaced_meanwhile_is_neither_signed_nor_verified(tmp_path: Path, blob: Path) -> None:
    os.truncate(blob, 64 * 2**20)

    def replace() -> None:
        other = tmp_path / "other"
        with other.open("wb") as file:
            file.truncate(64 * 2**20)
        other.replace(blob)

    with disturbed(replace), pytest.raises(StorageError) as caught:
        signed(blob, pki.chain("ec256"))
    assert "file.changed" == caught.value.code


@pytest.mark.parametrize(
    ("blob_path", "envelope", "place", "expected"),
    [
        ("a/b.tar", media_types.NOTARY_JWS, None, "a/b.tar.jws.sig"),
        ("b", media_types.NOTARY_COSE, None, "b.cose.sig"),
        ("a/b.tar", media_types.NOTARY_COSE, "sigs", "sigs/b.tar.cose.sig"),
    ],
)
def test_where_signatures_are_kept(blob_path: str, envelope: str, place: str | None, expected: str) -> None:
    found = blob_files.signature_path(blob_path, envelope, None if place is None else Path(place))
    assert Path(expected) == found


@pytest.mark.parametrize(
    ("name", "told", "envelope"),
    [
        ("b.jws.sig", "", media_types.NOTARY_JWS),
        ("b.tar.cose.sig", "", media_types.NOTARY_COSE),
        ("jws.sig", "", ""),
        ("b.sig", "", ""),
        ("b.JWS.sig", "", ""),
        ("b.jws", "", ""),
        ("b.jws.sig.txt", "", ""),
        ("b.pgp.sig", "", ""),
        ("b.bin", media_types.NOTARY_COSE, media_types.NOTARY_COSE),
        ("b.jws.sig", media_types.NOTARY_COSE, media_types.NOTARY_COSE),
    ],
)
def test_the_name_of_a_signature_tells_its_kind(tmp_path: Path, name: str, told: str, envelope: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"{}")
    if envelope:
        assert StoredSignature("notary", str(path), envelope, b"{}") == blob_files.read_signature(path, told)
        return
    with pytest.raises(UsageError) as caught:
        blob_files.read_signature(path, told)
    assert "usage.signature-name" == caught.value.code


def test_a_signature_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "b.jws.sig"
    with path.open("wb") as file:
        file.truncate(limits.ENVELOPE_BYTES + 1)
    with pytest.raises(StorageError) as caught:
        blob_files.read_signature(path)
    assert "file.too-large" == caught.value.code


def test_a_signature_is_written_whole_or_not_at_all(tmp_path: Path, blob: Path) -> None:
    path = tmp_path / "sigs" / "b.jws.sig"
    one, two = (blobs.sign_blob(context(), str(blob), pki.chain(kind), Wish()) for kind in ("ec256", "ec384"))
    assert str(path) == blobs.keep(one, path, replace=False).location
    with pytest.raises(UsageError) as caught:
        blobs.keep(two, path, replace=False)
    assert ("signing.signature-exists", one.content) == (caught.value.code, path.read_bytes())
    blobs.keep(two, path, replace=True)
    assert (two.content, ["b.jws.sig"]) == (path.read_bytes(), [one.name for one in path.parent.iterdir()])


def test_a_key_that_cannot_sign_makes_no_signature(blob: Path) -> None:
    wrong = pki.chain("ec256", leaf={"ca": True})
    with pytest.raises(SealwrightError) as caught:
        signed(blob, wrong)
    assert "certificate.leaf-is-ca" == caught.value.code
