"""What the library does not tell of an OCSP response, read with asn1crypto.

Loaded only for responses that are signed with RSASSA-PSS, or that are about several certificates.
"""

from asn1crypto import ocsp as asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from sealwright.pki.revocation.signed import STRONG_HASHES

__all__ = ["critical_extensions", "pss"]

_HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
_TRAILER = 1
_LONGEST_SALT = 64


def pss(content: bytes) -> tuple[hashes.HashAlgorithm, padding.PSS]:
    """Hash and padding of a response that is signed with RSASSA-PSS (RFC 4055, section 3.1).

    Args:
        content: the DER bytes.

    Raises:
        ValueError: the parameters cannot be read, or are not to be trusted.
    """
    parameters = _basic(content)["signature_algorithm"]["parameters"]
    name = parameters["hash_algorithm"]["algorithm"].native
    mask = parameters["mask_gen_algorithm"]
    salt = parameters["salt_length"].native
    if name not in STRONG_HASHES or mask["algorithm"].native != "mgf1" or not 0 <= salt <= _LONGEST_SALT:
        raise ValueError("its RSASSA-PSS has parameters that are not supported")
    mask_hash = mask["parameters"]["algorithm"].native
    if mask_hash not in STRONG_HASHES or parameters["trailer_field"].untag().native not in (
        _TRAILER,
        "trailer_field_bc",
    ):
        raise ValueError("its RSASSA-PSS has parameters that are not supported")
    return _HASHES[name], padding.PSS(mgf=padding.MGF1(_HASHES[mask_hash]), salt_length=salt)


def critical_extensions(content: bytes) -> tuple[frozenset[str], ...]:
    """The dotted numbers of the critical extensions of each single response, in their order.

    Args:
        content: the DER bytes.

    Raises:
        ValueError: the bytes cannot be read.
    """
    singles = _basic(content)["tbs_response_data"]["responses"]
    return tuple(
        frozenset(
            extension["extn_id"].dotted
            for extension in single["single_extensions"]
            if extension["critical"].native
        )
        for single in singles
    )


def _basic(content: bytes) -> asn1.BasicOCSPResponse:
    return asn1.OCSPResponse.load(content, strict=True)["response_bytes"]["response"].parsed
