"""Flags of every command that reaches a server."""

from sealwright.dialects.pflag import Flag

__all__ = ["GLOBAL", "NAMESPACE", "TLS"]

GLOBAL = (
    Flag("kubeconfig", "string", "Path to the kubeconfig file to use for CLI requests."),
    Flag("config", "string", "The same.", hidden=True),
)
"""Where the session is kept."""

TLS = (
    Flag("certificate-authority", "string", "Path to a cert file for the certificate authority"),
    Flag(
        "insecure-skip-tls-verify",
        "bool",
        "If true, the server's certificate will not be checked for validity. This will make your HTTPS "
        "connections insecure",
    ),
)
"""How the server is verified."""

NAMESPACE = Flag(
    "namespace", "string", "The first part of the repository's name, if it is not in NAME", shorthand="n"
)
"""What OpenShift calls a project."""
