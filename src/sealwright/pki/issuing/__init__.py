"""Issuing certificates: CAs, and what they vouch for; and the requests for them.

Sources: RFC 5280, sections 4.1 and 4.2; RFC 2986 (requests); RFC 6960, section 4.2.2.2 (who answers for a
CA); RFC 3161, section 2.3 (who stamps); signature-specification.md, "Certificate Requirements". Roots,
intermediates and leaves pass `profile`.

| role         | basic constraints | key usage (critical) | extended key usage     | more              |
|--------------|-------------------|----------------------|------------------------|-------------------|
| root         | critical, CA      | keyCertSign, cRLSign | none                   |                   |
| intermediate | critical, CA, 0   | keyCertSign, cRLSign | none                   | addresses         |
| leaf         | critical, no CA   | digitalSignature     | codeSigning            | addresses         |
| responder    | critical, no CA   | digitalSignature     | OCSPSigning            | id-pkix-ocsp-nocheck |
| timestamper  | critical, no CA   | digitalSignature     | timeStamping, critical | addresses         |

All have the key identifiers of subject and issuer. Keys, serials and times are handed in. A serial is
positive and has at most 20 octets; take 159 random bits.
"""

from sealwright.pki.issuing.certificates import (
    intermediate,
    leaf,
    renewed,
    responder,
    root,
    self_signed_leaf,
    timestamper,
)
from sealwright.pki.issuing.issuers import Addresses, Issuer, Term, pem, require_key
from sealwright.pki.issuing.requests import Request, read_request, request

__all__ = [
    "Addresses",
    "Issuer",
    "Request",
    "Term",
    "intermediate",
    "leaf",
    "pem",
    "read_request",
    "renewed",
    "request",
    "require_key",
    "responder",
    "root",
    "self_signed_leaf",
    "timestamper",
]
