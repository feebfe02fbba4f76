"""Responders, hosts of revocation lists and timestamp authorities, asked over HTTP."""
