"""Bounds on Oracle's APIs."""

__all__ = ["TUNNEL_HANDSHAKE_SECONDS", "TUNNEL_HEAD_BYTES"]

TUNNEL_HANDSHAKE_SECONDS = 10
"""Longest TLS handshake of a client of the tunnel."""

TUNNEL_HEAD_BYTES = 8 * 1024
"""Longest head that a request to the tunnel begins with; clients send some hundred bytes."""
