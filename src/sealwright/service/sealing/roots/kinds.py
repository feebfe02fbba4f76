"""Root keys of every kind: made, and had again."""

import msgspec

from sealwright.errors import CallerError
from sealwright.service.configuration.vault import Root
from sealwright.service.sealing.roots import files
from sealwright.service.sealing.roots.passphrases import Costs, derived, new_costs, passphrase_of

__all__ = ["again", "new", "require"]


def new(root: Root) -> tuple[bytes, bytes]:
    """A root key to wrap the master key under, and the parameters with which it is had again, as JSON.

    Raises:
        CallerError: it cannot be had as the settings say.
        EnvironmentalError: a file, or a token.
    """
    match root.kind:
        case "file":
            files.make(root)
            return files.read(root), b"{}"
        case "passphrase":
            costs = new_costs()
            key = derived(passphrase_of(root.passphrase, root.passphrase_file), costs)
            return key, msgspec.json.encode(costs)
        case "pkcs11":
            from sealwright.service.sealing.roots import tokens  # noqa: PLC0415  # rarely needed

            return tokens.new(root)


def again(root: Root, parameters: bytes) -> bytes:
    """The root key under which the master key is wrapped; raises as `new`."""
    try:
        match root.kind:
            case "file":
                return files.read(root)
            case "passphrase":
                costs = msgspec.json.decode(parameters, type=Costs)
                return derived(passphrase_of(root.passphrase, root.passphrase_file), costs)
            case "pkcs11":
                from sealwright.service.sealing.roots import tokens  # noqa: PLC0415  # rarely needed

                return tokens.again(root, parameters)
    except msgspec.MsgspecError:
        raise CallerError("vault.root-unusable", problem="its parameters cannot be read") from None


def require(root: Root) -> None:
    """Return if a root key could be made as the settings say; nothing is made.

    Raises:
        CallerError: it could not.
        EnvironmentalError: a file, or a token.
    """
    match root.kind:
        case "file":
            files.require(root)
        case "passphrase":
            passphrase_of(root.passphrase, root.passphrase_file)
        case "pkcs11":
            new(root)  # which leaves nothing on the token
