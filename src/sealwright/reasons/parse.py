"""Bytes that are not a signature of the format they claim: the check `parse`."""

REASONS = {
    "parse.manifest-malformed": ("the signature's manifest cannot be read: {problem}", ""),
    "parse.manifest-kind": (
        "the manifest is listed as a signature, but its type is {kind!r}",
        "",
    ),
    "parse.manifest-subject": (
        "the signature's manifest is about {found}, and was listed for {wanted}",
        "",
    ),
    "parse.manifest-envelopes": (
        "the signature's manifest carries {found} envelopes where it should carry one",
        "",
    ),
    "parse.envelope-type-unknown": (
        "{media_type!r} is no kind of Notary envelope",
        "application/jose+json and application/cose are known",
    ),
    "parse.envelope-too-large": (
        "the envelope has {size} bytes, and no more than {limit} are read",
        "",
    ),
    "parse.envelope-malformed": ("the {kind} envelope cannot be read: {problem}", ""),
    "parse.payload-malformed": ("the payload cannot be read: {problem}", ""),
    "parse.content-type": (
        "the payload is of the type {found!r}, which is not that of the Notary Project",
        "",
    ),
    "parse.algorithm-unsupported": (
        "the signature was made with {algorithm!r}, which the Notary Project does not allow",
        "sign with RSASSA-PSS or ECDSA",
    ),
    "parse.critical-malformed": ("the list of critical attributes cannot be used: {problem}", ""),
    "parse.not-marked-critical": ("the attribute {attribute} is not marked critical", ""),
    "parse.attribute-missing": ("the signed attribute {attribute} is missing", ""),
    "parse.attribute-malformed": ("the attribute {attribute} is not {wanted}", ""),
    "parse.attribute-ambiguous": (
        "the attribute {attribute!r} differs from a known one only in capitals",
        "",
    ),
    "parse.attribute-unexpected": (
        "the attribute {attribute} does not go with the signing scheme {scheme}",
        "",
    ),
    "parse.attribute-unsigned": (
        "the attribute {attribute!r} stands outside of what is signed, where it means nothing",
        "",
    ),
    "parse.scheme-unknown": (
        "the signing scheme {scheme!r} is not known",
        "notary.x509 and notary.x509.signingAuthority are known",
    ),
    "parse.expiry-not-after-signing": (
        "the signature expires at {expiry}, which is not after its signing at {signed_at}",
        "",
    ),
    "parse.plugin-name-invalid": (
        "{plugin!r} is not a name for a verification plugin",
        "names are made of letters, digits, and the marks _ . -",
    ),
    "parse.chain-missing": ("the signature carries no certificate", ""),
    "parse.chain-too-long": (
        "the signature carries {found} certificates, and no more than {limit} are looked at",
        "",
    ),
    "parse.certificate-malformed": ("a certificate of the signature cannot be read: {problem}", ""),
    "parse.openpgp-malformed": ("the OpenPGP message cannot be read: {problem}", ""),
    "parse.simple-kind": (
        "what is kept in the place of a signature is not one signed message with one signature: it is {kind}",
        "have the image signed with gpg --sign (neither detached, armored nor clearsigned), by one key",
    ),
    "parse.simple-payload-malformed": (
        "the payload of the simple signature cannot be read: {problem}",
        "",
    ),
    "parse.kms-message-malformed": (
        "the signed message is not one about an image: {problem}",
        "the image has to be signed again, by a client of the registry",
    ),
    "parse.kms-metadata-malformed": (
        "the metadata in the signed message is no JSON: {problem}",
        "sign again, with metadata such as {{}}, or without",
    ),
    "parse.kms-algorithm": (
        "{algorithm!r} is no algorithm for signatures of images by a vault's key",
        "SHA_224, SHA_256, SHA_384 and SHA_512, each with _RSA_PKCS_PSS, are",
    ),
}
