"""`[server]`: where the service listens, and how it ends."""

from typing import Annotated, Literal

import msgspec

from sealwright import limits
from sealwright.service.configuration.kinds import Place

__all__ = ["Server"]

Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
PublicUrl = Annotated[str, msgspec.Meta(pattern=r"^(https?://[A-Za-z0-9.:\[\]-]+/?)?$")]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=3600)]


class Server(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the service listens, and how it ends.

    Attributes:
        host: the address to listen on, or a name for it.
        port: the port; 0 takes a free one.
        public_url: how clients reach the service from outside, such as `https://registry.example.org`, where
            that is not the address that they name in their requests. Empty: it always is.
        tls_certificate: a PEM file with the certificate and its chain. Empty: plain HTTP.
        tls_key: a PEM file with the private key of the certificate, not encrypted.
        trusted_proxies: networks, such as `10.0.0.0/8`, whose `X-Forwarded-For` is believed.
        read_only: whether every change is refused.
        lookaside_only: a folder of signatures, which is all that is then given out: no registry, no accounts.
        metrics: who may read `/metrics`: `admin` (administrators, and programs on this machine that ask
            without a proxy), `open` (everyone), `off` (nobody).
        shutdown_delay_seconds: how long `/readyz` says no before the service stops listening, so that
            balancers see it.
        shutdown_grace_seconds: how long requests under way may take to end when the service is told to.
    """

    host: str = "127.0.0.1"
    port: Port = 5000
    public_url: PublicUrl = ""
    tls_certificate: Place = ""
    tls_key: Place = ""
    trusted_proxies: tuple[str, ...] = ()
    read_only: bool = False
    lookaside_only: Place = ""
    metrics: Literal["admin", "open", "off"] = "admin"
    shutdown_delay_seconds: Seconds = 0
    shutdown_grace_seconds: Seconds = limits.SHUTDOWN_GRACE_SECONDS
