"""The network between us and a registry, a token service or a proxy."""

REASONS = {
    "network.answer-too-large": (
        "{host} answered with more than {limit} bytes where no more are expected",
        "whoever runs {host} should look into it; nothing of the answer was used",
    ),
    "network.body-cut-short": (
        "{host} ended its answer before it was complete",
        "try again; if it happens each time, look at the registry and the proxies in between",
    ),
    "network.ca-file-unusable": (
        "the certificates to trust in {file} cannot be used: {problem}",
        "give a file with one or more certificates in PEM form",
    ),
    "network.client-certificate-unusable": (
        "the client certificate or key in {file} cannot be used: {problem}",
        "give a certificate chain in PEM form and its private key, not encrypted",
    ),
    "network.connection-lost": (
        "{host} closed the connection without an answer",
        "try again; if it happens each time, look at the registry and the proxies in between",
    ),
    "network.insecure-tls": (
        "the certificate of {host} is not verified, because {host} is listed as an insecure registry",
        "trust its certificate authority with --ca-file instead",
    ),
    "network.not-a-url": (
        "{url} cannot be used as an address: {problem}",
        "",
    ),
    "network.protocol": (
        "{host} does not answer as an HTTP server does: {problem}",
        "check the host name and the port",
    ),
    "network.proxy-refused": (
        "the proxy {proxy} did not connect us to {host}: it answered {status}",
        "check HTTPS_PROXY and its password, or list the host in NO_PROXY",
    ),
    "network.proxy-unusable": (
        "the proxy of HTTP_PROXY or HTTPS_PROXY cannot be used: {problem}",
        "write it as http://host:port",
    ),
    "network.redirect-elsewhere": (
        "{host} redirects to {url}, another server than the one that was asked",
        "whoever runs {host} should look into it; no password was sent there",
    ),
    "network.redirect-insecure": (
        "{host} redirects to {url}, which would not be encrypted",
        "whoever runs {host} should have it redirect to https",
    ),
    "network.redirect-of-a-stream": (
        "{host} redirects a request whose body cannot be sent twice",
        "try again",
    ),
    "network.refused": (
        "nothing takes connections at {host}",
        "check the host name and the port, and that the registry runs",
    ),
    "network.timed-out": (
        "{host} did not answer in time",
        "try again, or allow more time",
    ),
    "network.tls-client-certificate": (
        "{host} does not accept the client certificate, or asks for one: {problem}",
        "give a client certificate and key that the server knows",
    ),
    "network.tls-failed": (
        "no secure connection to {host} could be made: {problem}",
        "the server may only speak outdated versions of TLS",
    ),
    "network.tls-hostname": (
        "the certificate that {host} shows was made for another name",
        "use the name that the certificate is for, or have the server's certificate renewed",
    ),
    "network.tls-not-spoken": (
        "{host} does not speak TLS on this port",
        "check the port; if the registry offers plain HTTP only, list it with --insecure-registry",
    ),
    "network.tls-not-trusted": (
        "the certificate of {host} is not trusted: {problem}",
        "trust the certificate authority that issued it with --ca-file",
    ),
    "network.too-many-redirects": (
        "more than {limit} redirects, the last one to {url}",
        "whoever runs the registry should look into it",
    ),
    "network.unknown-host": (
        "the host name in {host} is not known: {problem}",
        "check the spelling and the name server",
    ),
    "network.unreachable": (
        "{host} cannot be reached: {problem}",
        "check the network and the firewalls in between",
    ),
}
