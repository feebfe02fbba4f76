"""The extensions of certificates, put on as their role wants them."""

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from sealwright.pki.issuing.issuers import Addresses, Issuer

__all__ = ["as_ca", "as_end", "as_leaf", "key_identifier", "point", "with_addresses"]

_NO_USAGE = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def as_ca(builder: x509.CertificateBuilder, path_length: int | None) -> x509.CertificateBuilder:
    """The certificate of a CA with at most that many CAs below it; None: any number."""
    constraints = x509.BasicConstraints(ca=True, path_length=path_length)
    return builder.add_extension(constraints, critical=True).add_extension(
        _key_usage("key_cert_sign", "crl_sign"), critical=True
    )


def as_end(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    """The certificate of whoever signs things and is no CA."""
    return builder.add_extension(
        x509.BasicConstraints(ca=False, path_length=None), critical=True
    ).add_extension(_key_usage("digital_signature"), critical=True)


def as_leaf(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    """The certificate of whoever signs images."""
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING])
    return as_end(builder).add_extension(purpose, critical=False)


def with_addresses(builder: x509.CertificateBuilder, addresses: Addresses) -> x509.CertificateBuilder:
    """The same with the addresses that there are."""
    access = [
        x509.AccessDescription(kind, x509.UniformResourceIdentifier(url))
        for kind, url in (
            (AuthorityInformationAccessOID.OCSP, addresses.ocsp),
            (AuthorityInformationAccessOID.CA_ISSUERS, addresses.issuer),
        )
        if url
    ]
    if access:
        builder = builder.add_extension(x509.AuthorityInformationAccess(access), critical=False)
    if addresses.crl:
        lists = x509.CRLDistributionPoints([point(addresses.crl)])
        builder = builder.add_extension(lists, critical=False)
    return builder


def point(url: str) -> x509.DistributionPoint:
    """One place where a revocation list is."""
    return x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None)


def key_identifier(issuer: Issuer) -> x509.AuthorityKeyIdentifier:
    """Whose key signs, as what is signed says it: by the issuer's own word for its key, if it has one."""
    try:
        known = issuer.certificate.handle.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    except x509.ExtensionNotFound:
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.private_key.public_key())
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(known)


def _key_usage(*usages: str) -> x509.KeyUsage:
    return x509.KeyUsage(**dict.fromkeys(_NO_USAGE, False) | dict.fromkeys(usages, True))
