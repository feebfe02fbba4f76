"""When a signature was made, and who says so: the check `timestamp`."""

REASONS = {
    "timestamp.signing-time-in-future": (
        "the signature says it was made at {signed_at}, which is still to come",
        "check the clock of this machine and that of the signer",
    ),
    "timestamp.certificate-expired": (
        "the certificate of {subject!r} expired at {not_after}, and no timestamp is asked for",
        "sign the image again, or trust a timestamp authority in the policy",
    ),
    "timestamp.certificate-not-yet-valid": (
        "the certificate of {subject!r} is not valid before {not_before}",
        "check the clock of this machine",
    ),
    "timestamp.missing": (
        "the policy asks for a timestamp, and the signature has none",
        "have the image signed with a timestamp",
    ),
    "timestamp.url-unusable": (
        "timestamps cannot be asked for at {url!r}: {problem}",
        "give the address of a timestamp authority, such as http://tsa.example/",
    ),
    "timestamp.flags-apart": (
        "a timestamp needs an authority's address and the root that vouches for it: {missing} is missing",
        "give --timestamp-url and --timestamp-root-cert together, or set both in sealwright/config.toml",
    ),
    "timestamp.envelope-made": (
        "the plugin makes the whole signature, so that no timestamp can be put into it",
        "have the plugin ask for the timestamp, or sign with --no-timestamp",
    ),
    "timestamp.roots": (
        "the file {file} holds {found} certificates, and must hold the root of the timestamp authority alone",
        "put that one certificate into a file of its own, in PEM or DER form",
    ),
    "timestamp.unreachable": (
        "no timestamp was had from {url}, so nothing was signed: {problem}",
        "check the address, and ask again later",
    ),
    "timestamp.http-status": (
        "the timestamp authority at {url} answered with the status {status}, so nothing was signed",
        "check the address, and ask again later",
    ),
    "timestamp.content-type": (
        "what answered at {url} is no timestamp authority: it sent {found!r}",
        "check the address",
    ),
    "timestamp.unusable": (
        "the timestamp of {url} cannot be used, so nothing was signed: {problem}",
        "ask another authority, and check that the root certificate is the one of this authority",
    ),
    "timestamp.rejected": (
        "the timestamp authority gave no timestamp ({status}): {why}",
        "ask another authority, or the one who runs this one",
    ),
    "timestamp.no-token": (
        "the timestamp authority said that it gave a timestamp, and gave none",
        "ask another authority",
    ),
    "timestamp.malformed": (
        "the timestamp cannot be read: {problem}",
        "have the image signed again with a new timestamp",
    ),
    "timestamp.not-signed-data": (
        "in place of the timestamp stands no signed data of CMS, but {found}",
        "have the image signed again with a new timestamp",
    ),
    "timestamp.not-a-timestamp": (
        "in place of the timestamp stands signed data of another kind: {content_type}, version {version}",
        "have the image signed again with a new timestamp",
    ),
    "timestamp.signers": (
        "the timestamp has {found} signers, and must have one",
        "have the image signed again, with the timestamp of another authority",
    ),
    "timestamp.signer-unnamed": (
        "the timestamp does not name its signer by issuer and serial number",
        "have the image signed again, with the timestamp of another authority",
    ),
    "timestamp.attributes": (
        "the signed attributes of the timestamp are not right: {problem}",
        "have the image signed again, with the timestamp of another authority",
    ),
    "timestamp.extension": (
        "the timestamp has an extension that must be understood, and is not known: {extension}",
        "have the image signed again, with the timestamp of another authority",
    ),
    "timestamp.algorithm": (
        "the timestamp was made with what is not strong enough or not known: {found}",
        "ask an authority that uses SHA-256, SHA-384 or SHA-512 with RSA or ECDSA",
    ),
    "timestamp.digest-mismatch": (
        "the timestamp says something else than its signer has signed",
        "somebody changed it; have the image signed again",
    ),
    "timestamp.signer-missing": (
        "the timestamp does not carry the certificate of its signer",
        "have the image signed again, with the timestamp of another authority",
    ),
    "timestamp.signer-not-named": (
        "the timestamp does not say which certificate its signer has",
        "have the image signed again, with the timestamp of another authority",
    ),
    "timestamp.signer-mismatch": (
        "the timestamp names another certificate than the one that it carries for its signer",
        "somebody changed it; have the image signed again",
    ),
    "timestamp.signature-invalid": (
        "the signature of the timestamp was not made by the key of {subject!r}",
        "somebody changed it; have the image signed again",
    ),
    "timestamp.imprint-algorithm": (
        "the timestamp hashes the signature with what is not strong enough or not known: {found}",
        "have the image signed again with a timestamp over SHA-256, SHA-384 or SHA-512",
    ),
    "timestamp.imprint-mismatch": (
        "the timestamp is about something else than this signature",
        "somebody put it there; have the image signed again",
    ),
    "timestamp.nonce-mismatch": (
        "the timestamp authority answered with the reply to another request",
        "ask again; if it stays so, take another authority",
    ),
    "timestamp.policy-mismatch": (
        "the timestamp authority followed the policy {found} where {wanted} was asked for",
        "ask for a policy that the authority knows",
    ),
    "timestamp.untrusted-chain": (
        "the timestamp was made by {subject!r}, issued by {issuer!r}, which leads to no trusted root",
        "add the root of the timestamp authority to a tsa trust store, if it is to be trusted",
    ),
    "timestamp.chain": (
        "the certificates of the timestamp authority cannot be used: {problem}",
        "have the image signed again, with the timestamp of another authority",
    ),
    "timestamp.authority-not-valid": (
        "the certificate of {subject!r} was not valid at {at}, the time of the timestamp",
        "it is valid from {not_before} to {not_after}; have the image signed again",
    ),
    "timestamp.in-future": (
        "the timestamp says it was made at {made_at}, which is still to come",
        "check the clock of this machine, and that of the authority",
    ),
    "timestamp.before-certificate": (
        "the signature may have been made at {earliest}, before the certificate of {subject!r} was valid",
        "it is valid from {not_before} to {not_after}; have the image signed again",
    ),
    "timestamp.after-certificate": (
        "the signature may have been made at {latest}, after the certificate of {subject!r} had expired",
        "it is valid from {not_before} to {not_after}; have the image signed again",
    ),
    "timestamp.revoked": (
        "the certificate of {subject!r}, by which the timestamp was made, is revoked",
        "have the image signed again, with the timestamp of another authority",
    ),
    "timestamp.revocation-unknown": (
        "nobody can say whether the certificate of {subject!r}, by which the timestamp was made, is revoked",
        'ask again later, or set "authenticTimestamp" to "log"',
    ),
}
