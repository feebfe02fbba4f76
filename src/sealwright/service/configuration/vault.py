"""`[vault]`: where the root key comes from, under which keys are kept, and what vaults are called.

    [vault]
    root = "pkcs11"
    root_key = "pkcs11:token=service;object=root?module-path=/usr/lib/softhsm/libsofthsm2.so"
    pin_file = "/etc/sealwright/pin"

To change the root key, its settings become the `former_` ones beside the new: at the next start what it
protects is wrapped anew, and from then on they are needed no more.
"""

from typing import Annotated, Literal

import msgspec

from sealwright.service.configuration.kinds import Place

__all__ = ["Root", "RootKind", "Vault"]

RootKind = Literal["file", "passphrase", "pkcs11"]
Word = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$")]


class Root(msgspec.Struct, frozen=True):
    """Where one root key comes from; the fields are those of `Vault`.

    `in_storage`: the file is in the folder of the storage, which is made with it.
    """

    kind: RootKind
    file: str
    passphrase: str
    passphrase_file: str
    key: str
    pin_file: str
    in_storage: bool = False

    def __repr__(self) -> str:
        """Never a passphrase."""
        return f"Root({self.kind})"


class Vault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[vault]`.

    Attributes:
        root: where the root key comes from: `file`, `passphrase` or `pkcs11`.
        root_file: the file with it, made at the first start if it is not there, for its owner alone. Empty:
            `root.key` in the folder of the storage.
        root_key: the URI of an RSA or AES key on a token that unwraps it.
        passphrase: from which it is derived, or with which `root_file` is sealed.
        passphrase_file: a file whose first line is the passphrase.
        pin_file: a file whose first line is the PIN of the token, of `root_key` and of `token`.
        former_root: what `root` was, while the root key is being changed. Empty: nothing.
        former_root_file: as `root_file`.
        former_root_key: as `root_key`.
        former_passphrase: as `passphrase`.
        former_passphrase_file: as `passphrase_file`.
        former_pin_file: as `pin_file`.
        token: the URI of a token in which keys with the protection HSM are made and stay. Empty: none.
        realm: of the identifiers.
        region: of the identifiers.
        verify_disabled: whether keys that are disabled, or about to be deleted, still verify.
    """

    root: RootKind = "file"
    root_file: Place = ""
    root_key: str = ""
    passphrase: str = ""
    passphrase_file: Place = ""
    pin_file: Place = ""
    former_root: Literal["", "file", "passphrase", "pkcs11"] = ""
    former_root_file: Place = ""
    former_root_key: str = ""
    former_passphrase: str = ""
    former_passphrase_file: Place = ""
    former_pin_file: Place = ""
    token: str = ""
    realm: Word = "oclocal"
    region: Word = "local-1"
    verify_disabled: bool = False

    @property
    def now(self) -> Root:
        """The root key that counts."""
        return Root(
            self.root, self.root_file, self.passphrase, self.passphrase_file, self.root_key, self.pin_file
        )

    @property
    def former(self) -> Root | None:
        """The one before it, if it is being changed."""
        if not self.former_root:
            return None
        return Root(
            self.former_root,
            self.former_root_file,
            self.former_passphrase,
            self.former_passphrase_file,
            self.former_root_key,
            self.former_pin_file or self.pin_file,
        )

    def __repr__(self) -> str:
        """Never a passphrase."""
        return f"Vault(root={self.root!r})"
