"""Tokens with one byte changed: what is still believed says the same, and a second program agrees.

The second opinion is rfc3161-client. It is given the intermediate certificate, which we take from the token;
and it looks at some parts that nobody has signed and we do not use. These are all the differences.
"""

import hashlib
import re
import warnings
from functools import cache

import rfc3161_client
from cryptography import x509

from sealwright.errors import SealwrightError
from sealwright.pki.timestamps import authority, reply, request, token
from world import timestamps

TSA = timestamps.authority("ec256")
ASKED = request.about(b"value", "sha256", 7)
ROOT, INTERMEDIATE = TSA.certificates[2], TSA.certificates[1]
CARRIED = tuple(sorted(TSA.certificates[:2]))
STEP = 3
"""Every third byte is changed; together with the two changes that is each kind of element."""

WE_ALONE_REFUSE = {
    "timestamp.untrusted-chain",  # the intermediate certificate of the token is not the one any more
    "certificate.malformed",
    "timestamp.malformed",
    "timestamp.not-a-timestamp",  # the version of the signed data
    "timestamp.signer-unnamed",  # the version of the signer
    "timestamp.algorithm",  # the name of the signature's algorithm: it goes by key and digest
    "timestamp.signature-invalid",
}
THEY_ALONE_REFUSE = re.compile(
    "digest_algorithm"  # parameters, and the list of digests, which nobody has signed
    "|PKIStatus"  # granted with modifications, and a status of no octets
    "|Unable to verify pkcs7 signature"  # the list of digests again, further in
)


@cache
def content() -> bytes:
    return timestamps.reply(TSA, ASKED.encoded(), certificates=CARRIED)


def ours(changed: bytes) -> tuple[str, token.Token | None]:
    """The code of what is wrong, or the token."""
    try:
        read = token.read(reply.granted(changed))
        read.require_answers(ASKED)
        signer = read.require_signed()
        authority.chain(read, signer, (ROOT,))
    except SealwrightError as error:
        return error.code, None
    assert TSA.certificates[0] == signer.der
    return "", read


def theirs(changed: bytes) -> str:
    """What is wrong in its words; empty if nothing is."""
    builder = rfc3161_client.VerifierBuilder(nonce=ASKED.nonce)
    builder = builder.add_root_certificate(x509.load_der_x509_certificate(ROOT))
    verifier = builder.add_intermediate_certificate(x509.load_der_x509_certificate(INTERMEDIATE)).build()
    try:
        with warnings.catch_warnings(action="ignore"):
            answered = rfc3161_client.decode_timestamp_response(changed)
            verifier.verify(answered, hashlib.sha256(b"value").digest())
    except (ValueError, TypeError, rfc3161_client.VerificationError) as error:
        return f"refused: {error}"
    return ""


def test_both_take_the_token_as_it_is() -> None:
    assert ("", "") == (ours(content())[0], theirs(content()))


def test_no_byte_can_be_changed_that_matters() -> None:
    good = ours(content())[1]
    assert good is not None
    believed = 0
    for at in range(0, len(content()), STEP):
        for bit in (0x01, 0x80):
            changed = bytearray(content())
            changed[at] ^= bit
            code, found = ours(bytes(changed))
            opinion = theirs(bytes(changed))
            if found is not None:
                believed += 1
                assert good.info == found.info
                assert not opinion or THEY_ALONE_REFUSE.search(opinion), (at, opinion)
            else:
                assert opinion or code in WE_ALONE_REFUSE, (at, code)
    assert 0 < believed < len(content()) // 50
