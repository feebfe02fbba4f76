"""Certificates that were taken back: the check `revocation`."""

REASONS = {
    "revocation.answer-malformed": (
        "the answer cannot be read: {problem}",
        "tell whoever runs the responder or publishes the list",
    ),
    "revocation.bundle-malformed": (
        "it is no bundle of answers: {problem}",
        "collect one: seal revocation export",
    ),
    "revocation.bundle-too-large": (
        "a bundle has at most {answers} answers and {limit} bytes",
        "collect one for fewer images",
    ),
    "revocation.bundle-too-old": (
        "the answer in the bundle is of {made_at}, and none older than {most} counts",
        "collect a new bundle: seal revocation export",
    ),
    "revocation.cache-failed": (
        "answers of responders and CAs are not kept: {problem}",
        "make the folder yours and writable; verification goes on without it",
    ),
    "revocation.critical-extension": (
        "the answer has critical extensions that are not known: {extensions}",
        "ask the CA what they mean",
    ),
    "revocation.delta-mismatch": (
        "the delta list does not fit the base list: {problem}",
        "tell whoever publishes the lists",
    ),
    "revocation.ended": (
        "the answer has ended on {until}",
        "tell whoever runs the responder or publishes the list; see that the clock here is right",
    ),
    "revocation.http-status": (
        "{url} answered with status {status}",
        "try again later, or tell whoever runs it",
    ),
    "revocation.no-delta": (
        "none of the places that should have the delta list has a good one",
        "try again later, or tell whoever publishes the lists",
    ),
    "revocation.no-end": (
        "the list does not say when the next one comes",
        "have the CA put nextUpdate into its lists",
    ),
    "revocation.no-url": (
        "the certificate names no place that can be asked",
        "have the CA put http URLs into its certificates",
    ),
    "revocation.nonce-mismatch": (
        "the answer is not to the request that was sent: it has another nonce",
        "somebody may be replaying answers; verify from another network",
    ),
    "revocation.not-asked": (
        "whether a certificate was revoked was not asked at {url}",
        "verify where authorities may be asked",
    ),
    "revocation.not-authorised": (
        "the answer is not from somebody who may give it: {problem}",
        "tell the CA; somebody may be answering in its place",
    ),
    "revocation.not-in-bundle": (
        "the bundle has no answer of {url}",
        "collect a bundle for this image: seal revocation export",
    ),
    "revocation.not-yet-valid": (
        "the answer is of the future: it begins on {made_at}",
        "set the clock of this machine",
    ),
    "revocation.other-certificate": (
        "the answer is about other certificates",
        "tell whoever runs the responder",
    ),
    "revocation.other-issuer": (
        "the list is not that of {issuer}",
        "tell whoever publishes the list",
    ),
    "revocation.out-of-scope": (
        "the list does not tell of this certificate: {problem}",
        "tell whoever publishes the list",
    ),
    "revocation.plugin-refused": (
        "the plugin {plugin!r}, which decides on revocation, refuses the signature: {said}",
        "find out from whoever signed whether the signature was taken back",
    ),
    "revocation.reasons-not-covered": (
        "the lists that could be had are not about all reasons of revocation",
        "tell whoever publishes the lists",
    ),
    "revocation.responder-refused": (
        "the responder answered {status}",
        "try again later, or tell whoever runs the responder",
    ),
    "revocation.revoked": (
        "the certificate of {subject!r} was revoked on {revoked_at} ({cause}), as {url} says",
        "sign the image again with a certificate that is good",
    ),
    "revocation.signature-invalid": (
        "the signature of the answer is not good",
        "tell the CA; somebody may be answering in its place",
    ),
    "revocation.status-unknown": (
        "the responder does not know the certificate",
        "tell the CA that issued it",
    ),
    "revocation.too-many-urls": (
        "the certificate names more than {limit} places to ask; the rest were passed over",
        "tell the CA that issued it",
    ),
    "revocation.unknown": (
        "whether the certificate of {subject!r} was revoked is not known: {problem}",
        'try again later; or set "revocation" to "log" or "skip" in the policy, if you can do without',
    ),
    "revocation.url-unsupported": (
        "{url} is not an http URL, and is not asked",
        "have the CA put http URLs into its certificates",
    ),
}
