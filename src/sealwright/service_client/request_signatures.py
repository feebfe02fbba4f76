"""Signing requests as Oracle's clients do.

Sources: Oracle's documentation, "Request Signatures" (version 1), after draft-cavage-http-signatures-08:
RSASSA-PKCS1-v1_5 with SHA-256 over the lines of the named header fields.
"""

import base64
import hashlib
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

__all__ = ["RequestKey", "fingerprint"]

_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class RequestKey(msgspec.Struct, frozen=True):
    """What requests are signed with.

    Attributes:
        name: `tenancy/user/fingerprint`, or `ST$` and a session token.
        private_key: of RSA.
    """

    name: str
    private_key: rsa.RSAPrivateKey

    def signed(self, method: str, url: str, date: str, body: bytes = b"") -> Mapping[str, str]:
        """The header fields of a request.

        Args:
            method: of HTTP.
            url: whole, exactly as it is sent.
            date: now, as RFC 9110, section 5.6.7, wants it.
            body: exactly as it is sent.
        """
        parts = urlsplit(url)
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        fields = {"date": date, "(request-target)": f"{method.lower()} {target}", "host": parts.netloc}
        if method in _WITH_BODY:
            digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
            fields |= {
                "content-length": str(len(body)),
                "content-type": "application/json",
                "x-content-sha256": digest,
            }
        text = "\n".join(f"{name}: {value}" for name, value in fields.items()).encode()
        signature = base64.b64encode(self.private_key.sign(text, padding.PKCS1v15(), hashes.SHA256()))
        said = (
            f'Signature algorithm="rsa-sha256",headers="{" ".join(fields)}",keyId="{self.name}",'
            f'signature="{signature.decode()}",version="1"'
        )
        sent = {name: value for name, value in fields.items() if name not in ("(request-target)", "host")}
        return {**sent, "authorization": said, "accept": "application/json"}


def fingerprint(public_key: rsa.RSAPublicKey) -> str:
    """How Oracle calls a public key: the MD5 of its DER, as sixteen pairs of hexadecimal digits."""
    content = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.md5(content, usedforsecurity=False).digest().hex(":")
