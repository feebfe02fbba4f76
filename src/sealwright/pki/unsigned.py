"""What a key is asked to sign for a certificate: the inner part of a request or of a certificate, read.

Sources: RFC 2986, section 4.1; RFC 5280, section 4.1. The library reads only what is whole, so the inner part
gets an algorithm and an empty signature, which nobody looks at.
"""

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from sealwright.pki import keys, names
from sealwright.pki.authority import der

__all__ = ["facts"]

_ALGORITHM = bytes.fromhex("300a06082a8648ce3d040302")  # ecdsa-with-SHA256
_NO_SIGNATURE = bytes.fromhex("030100")

Facts = tuple[str, tuple[tuple[str, str], ...]]


def facts(message: bytes) -> Facts | None:
    """What such a part is, in a few words, and what it says; None if it is neither of them.

    Args:
        message: the bytes that a key would sign.
    """
    whole = der.sequence(message, _ALGORITHM, _NO_SIGNATURE)
    try:
        return _of_request(x509.load_der_x509_csr(whole))
    except (ValueError, TypeError, x509.InvalidVersion, UnsupportedAlgorithm):
        pass
    try:
        return _of_certificate(x509.load_der_x509_certificate(whole))
    except (ValueError, TypeError, x509.InvalidVersion, UnsupportedAlgorithm):
        return None


def _of_request(found: x509.CertificateSigningRequest) -> Facts:
    subject = names.text(names.of(found.subject))
    told = (("subject", subject), ("public key", keys.describe(found.public_key())))
    return "a request for a certificate", told


def _of_certificate(found: x509.Certificate) -> Facts:
    constraints = next(
        (one.value for one in found.extensions if isinstance(one.value, x509.BasicConstraints)), None
    )
    told = (
        ("subject", names.text(names.of(found.subject))),
        ("issuer", names.text(names.of(found.issuer))),
        ("serial number", f"{found.serial_number:x}"),
        ("valid from", found.not_valid_before_utc.isoformat()),
        ("valid until", found.not_valid_after_utc.isoformat()),
        ("public key", keys.describe(found.public_key())),
        ("may issue certificates", "yes" if constraints is not None and constraints.ca else "no"),
    )
    return "a certificate", told
