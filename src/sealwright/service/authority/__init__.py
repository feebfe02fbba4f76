"""What CAs of our own give out: `/pki/NAME/` with certificates, revocation lists, OCSP and timestamps.

    /pki/NAME/CA.cer           the certificate of a CA (RFC 5280, section 4.2.2.1), in DER
    /pki/NAME/CA.crl           its revocation list; CA-delta.crl what changed since
    /pki/NAME/ocsp             OCSP by POST, and by GET with the request behind it (RFC 6960, appendix A)
    /pki/NAME/tsa              timestamps (RFC 3161, section 3.4)

`CA` is `root`, `intermediate`, or the key of a CA (SHA-256 in hexadecimal), which `{ca}` stands for in the
addresses that are written into certificates. Whoever asks is nobody in particular; the front counts them by
address.
"""
