"""Root keys from a key on a PKCS #11 token."""

from sealwright.errors import CallerError
from sealwright.service.configuration.vault import Root

__all__ = ["again", "new"]


def new(root: Root) -> tuple[bytes, bytes]:
    raise CallerError("vault.root-unusable", problem=root.kind)


def again(root: Root, parameters: bytes) -> bytes:
    raise CallerError("vault.root-unusable", problem=root.kind)
