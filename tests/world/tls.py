"""A certificate authority for tests, and TLS settings for servers and clients."""

import ssl
from pathlib import Path

import trustme

__all__ = ["Tls"]


class Tls:
    """A certificate authority with its files in a folder.

    Attributes:
        ca_file: PEM of the authority.
    """

    def __init__(self, folder: Path, name: str = "ca") -> None:
        self._folder = folder
        self._name = name
        self._ca = trustme.CA()
        self.ca_file = str(folder / f"{name}.pem")
        self._ca.cert_pem.write_to_path(self.ca_file)

    def server(self, *names: str, clients: "Tls | None" = None) -> ssl.SSLContext:
        """Settings of a server certified for `names`; with `clients`, it asks for certificates of theirs."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._ca.issue_cert(*(names or ("127.0.0.1", "localhost"))).configure_cert(context)
        if clients is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(clients.ca_file)
        return context

    def pair(self, *names: str) -> tuple[bytes, bytes]:
        """PEM of a new server's certificate chain, and of its private key."""
        issued = self._ca.issue_cert(*(names or ("127.0.0.1", "localhost")))
        chain = b"".join(blob.bytes() for blob in issued.cert_chain_pems)
        return chain, issued.private_key_pem.bytes()

    def client(self, name: str = "client") -> tuple[str, str]:
        """Files of a client's certificate chain and private key."""
        issued = self._ca.issue_cert(f"{name}@example.org", common_name=name)
        chain = self._folder / f"{self._name}-{name}.crt"
        key = self._folder / f"{self._name}-{name}.key"
        chain.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        issued.private_key_pem.write_to_path(str(key))
        return str(chain), str(key)
