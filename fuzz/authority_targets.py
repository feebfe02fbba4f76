"""What our CAs read that anybody may send: OCSP requests, timestamp requests, paths; and their own ledger.

Beyond coming back: what is asked for is what is answered, and whatever comes gets an answer of its protocol.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from target import Target

from sealwright.pki import certificate, issuing
from sealwright.pki.authority import responses, timestamps
from sealwright.pki.authority.responses import Answer
from sealwright.service.authority import grammar
from sealwright.workflow.authority.ledger import Ledger
from world import pki

SERIAL = 2**127 + 1
SHA256 = hashes.SHA256()


@cache
def _issuer() -> issuing.Issuer:
    chain = pki.chain("ec256", 2)
    return issuing.Issuer(certificate.parse(chain.root), chain.issuers[0])


@cache
def _authority() -> timestamps.Authority:
    return timestamps.authority(_issuer(), (_issuer().certificate.der,))


def _ocsp(content: bytes) -> None:
    question = responses.read(content)
    responses.is_about(question, _issuer().certificate)
    unknown = Answer(known=False, revocation=None, this_update=pki.NOW, next_update=pki.NOW)
    made = responses.made(question, unknown, _issuer())
    answer = ocsp.load_der_ocsp_response(made)
    assert answer.serial_number == question.serial
    assert answer.issuer_key_hash == question.issuer_key


def _timestamp(content: bytes) -> None:
    request = timestamps.read(content, timestamps.ANY_POLICY)
    made = tsp.TimeStampResp.load(timestamps.made(_authority(), request, pki.NOW, SERIAL), strict=True)
    info = made["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
    assert info["message_imprint"]["hashed_message"].native == request.imprint
    assert info["nonce"].native == request.nonce


def _path(content: bytes) -> None:
    path = unquote(content.decode("latin-1"))
    found = grammar.target(path)
    assert "/" not in found.name + found.ca
    assert not found.ca.startswith(".")
    if found.request is not None:
        grammar.request_in(found.request)


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix=f"ledger-{os.getpid()}-"))


def _ledger(content: bytes) -> None:
    ledger = Ledger(_folder(), tuple)
    ledger.file.write_bytes(content)
    ledger.refresh()
    for ca, _ in ledger.issued:
        added, removed = ledger.since_base(ca)
        assert len(added) <= len(ledger.revoked(ca))
        assert not {one.serial for one in removed} & set(ledger.revoked(ca))
        assert ledger.next_number(ca) > (ledger.base(ca) or 0)


def _ocsp_seeds() -> Iterator[bytes]:
    own, above = (x509.load_der_x509_certificate(der) for der in pki.chain("ec256", 2).certificates)
    for nonce in (b"", b"0123456789abcdef"):
        builder = ocsp.OCSPRequestBuilder().add_certificate(own, above, SHA256)
        if nonce:
            builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
        yield builder.build().public_bytes(Encoding.DER)


def _timestamp_seeds() -> Iterator[bytes]:
    for name, size in (("sha256", 32), ("sha384", 48), ("sha512", 64)):
        imprint = {"hash_algorithm": {"algorithm": name}, "hashed_message": bytes(size)}
        members = {"version": "v1", "message_imprint": imprint, "nonce": 2**63 + size, "cert_req": True}
        yield bytes(tsp.TimeStampReq(members).dump())
        yield bytes(tsp.TimeStampReq({"version": "v1", "message_imprint": imprint}).dump())
    yield bytes(tsp.TimeStampReq({**members, "req_policy": timestamps.ANY_POLICY}).dump())


def _path_seeds() -> Iterator[bytes]:
    yield b"/pki/acme/root.cer"
    yield b"/pki/acme/intermediate-delta.crl"
    yield b"/pki/acme/" + b"0f" * 32 + b".crl"
    yield b"/pki/acme/ocsp/MEMwQTA%2FMD0wOzAJBgUrDgMCGgUABBQ="
    yield b"/pki/acme/tsa"


def _ledger_seeds() -> Iterator[bytes]:
    at = b'"2026-11-20T12:00:00Z"'
    head = b'"at":' + at + b',"ca":"00"'
    yield (
        b'{"did":"issued",' + head + b',"serial":"1f","subject":"CN=x","not_after":"2027-11-20T12:00:00Z"}\n'
        b'{"did":"listed",' + head + b',"number":1}\n'
        b'{"did":"revoked",' + head + b',"serial":"1f","since":' + at + b',"reason":"superseded"}\n'
        b'{"did":"listed",' + head + b',"number":2,"base":1}\n'
        b'{"did":"released",' + head + b',"serial":"1f"}\n'
        b'{"did":"addressed",' + head + b',"addresses":{"ocsp":"http://x"},"delta":"http://y"}\n'
    )


TARGETS: Mapping[str, Target] = {
    "ocsp-request": Target(_ocsp, _ocsp_seeds, 1024),
    "timestamp-request": Target(_timestamp, _timestamp_seeds, 1024),
    "authority-path": Target(_path, _path_seeds, 600),
    "ledger": Target(_ledger, _ledger_seeds, 4096),
}
