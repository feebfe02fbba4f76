"""OpenPGP keys of tests and what they sign: real signatures, with every date and flaw that a test asks for.

    alice = Key.rsa("Alice <alice@example.com>")
    ring = alice.public()
    message = alice.message(b"text", created=NOW)

Written after RFC 4880, so that no program has to be there to make them; what gpg and Sequoia make of them is
what the tests ask. Times are in seconds since 1970.
"""

import hashlib
from collections.abc import Iterable
from functools import cache

from cryptography.hazmat.decrepit.ciphers import modes
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from world.openpgp import LITERAL, SIGNATURE, literal, new, old, subpacket

__all__ = ["BORN", "CERTIFY", "SIGN", "Key"]

BORN = 1_700_000_000
"""When keys are made, unless told otherwise: November 2023."""
CERTIFY, SIGN = 1, 2
"""What a key may be used for: its flags (RFC 4880, section 5.2.3.21)."""

_HASHES = {1: "md5", 2: "sha1", 3: "ripemd160", 8: "sha256", 10: "sha512"}
_MADE: dict[int, hashes.HashAlgorithm] = {
    1: hashes.MD5(),  # noqa: S303  # a test of what nobody takes
    2: hashes.SHA1(),  # noqa: S303  # the same
    8: hashes.SHA256(),
    10: hashes.SHA512(),
}
_RSA, _EDDSA = 1, 22
_ED25519 = bytes.fromhex("2b06010401da470f01")


@cache
def _rsa_key(name: str) -> rsa.RSAPrivateKey:  # one for each name
    return rsa.generate_private_key(65537, 2048)


class Key:
    """A key pair with its user ids, subkeys and revocations.

    Args:
        private: RSA or Ed25519.
        user_id: its bytes.
        born: when it was made.
        lasts: seconds for which it may be used; 0: for ever.
        flags: what it may be used for.
        digest: number of the hash algorithm of its own signatures.
    """

    def __init__(
        self,
        private: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey,
        user_id: bytes,
        *,
        born: int = BORN,
        lasts: int = 0,
        flags: int = CERTIFY | SIGN,
        digest: int = 8,
    ) -> None:
        self._private = private
        self.user_id = user_id
        self.born = born
        self._lasts = lasts
        self._flags = flags
        self._digest = digest
        self._first: list[bytes] = []
        self._after: list[bytes] = []
        self._subkeys: list[Key] = []

    @classmethod
    def rsa(cls, user_id: str | bytes, **told: int) -> "Key":
        """An RSA key, the same for the same user id."""
        content = user_id if isinstance(user_id, bytes) else user_id.encode()
        return cls(_rsa_key(repr(content)), content, **told)

    @classmethod
    def ed25519(cls, user_id: str | bytes, **told: int) -> "Key":
        """An Ed25519 key, always another."""
        content = user_id if isinstance(user_id, bytes) else user_id.encode()
        return cls(ed25519.Ed25519PrivateKey.generate(), content, **told)

    @property
    def body(self) -> bytes:
        """The body of its public key packet."""
        return b"\x04" + self.born.to_bytes(4) + self._material()

    @property
    def fingerprint(self) -> str:
        """Upper-case hexadecimal."""
        return hashlib.sha1(_framed(self.body)).hexdigest().upper()  # noqa: S324  # version 4 is made so

    @property
    def key_id(self) -> str:
        """The last 16 digits of the fingerprint."""
        return self.fingerprint[-16:]

    def public(self) -> bytes:
        """The transferable public key, binary."""
        user_id = b"\xb4" + len(self.user_id).to_bytes(4) + self.user_id
        itself = self.certified(0x13, _framed(self.body) + user_id, self._usage(self._flags, self._lasts))
        return b"".join([old(6, self.body), *self._first, old(13, self.user_id), itself, *self._after])

    def secret(self, passphrase: str = "") -> bytes:
        """The transferable secret key, binary; locked if there is a passphrase (RFC 4880, section 5.5.3)."""
        public = old(6, self.body)
        whole = self.public().replace(public, old(5, self.body + self._secret(passphrase)), 1)
        for subkey in self._subkeys:
            whole = whole.replace(old(14, subkey.body), old(7, subkey.body + subkey._secret(passphrase)), 1)
        return whole

    def revoke(self, reason: int = 0, at: int | None = None) -> None:
        """Take the key back. Reason 0 is none, 1 superseded, 2 compromised, 3 retired."""
        told = [subpacket(29, bytes([reason]) + b"why")]
        self._first.append(self.certified(0x20, _framed(self.body), told, at))

    def add(
        self,
        subkey: "Key",
        *,
        lasts: int = 0,
        flags: int = SIGN,
        bound: int | None = None,
        binding_lasts: int = 0,
        signer: "Key | None" = None,
    ) -> None:
        """Bind a subkey; no `flags` are told if they are 0.

        `signer` makes the binding in this key's place: a forgery.
        """
        both = _framed(self.body) + _framed(subkey.body)
        back = subkey.certified(0x19, both, [], bound)
        told = self._usage(flags, lasts)
        if binding_lasts:
            told.append(subpacket(3, binding_lasts.to_bytes(4)))
        if flags in (0, SIGN):
            told.append(subpacket(32, new_body(back), 5))
        binding = self.certified(0x18, both, told, bound, signer=signer)
        known = old(14, subkey.body)
        self._after += [binding] if known in self._after else [known, binding]
        self._subkeys.append(subkey)

    def revoke_subkey(self, subkey: "Key", reason: int = 0, at: int | None = None) -> None:
        """Take a subkey back."""
        both = _framed(self.body) + _framed(subkey.body)
        revocation = self.certified(0x28, both, [subpacket(29, bytes([reason]) + b"why")], at)
        place = self._after.index(old(14, subkey.body))
        self._after.insert(place + 1, revocation)

    def signed(
        self,
        content: bytes,
        created: int | None = BORN + 1000,
        *,
        lasts: int = 0,
        digest: int = 8,
        version: int = 4,
        kind: int = 0,
        told: Iterable[bytes] = (),
    ) -> bytes:
        """A signature packet over a document."""
        if kind == 1:
            content = content.replace(b"\n", b"\r\n")
        if version == 3:
            ending = bytes([kind]) + (created or 0).to_bytes(4)
            value, left = self._value(content + ending, digest)
            head = bytes([3, 5]) + ending + bytes.fromhex(self.key_id) + bytes([self._algorithm, digest])
            return new(SIGNATURE, head + left + value)
        more = [*([subpacket(3, lasts.to_bytes(4))] if lasts else []), *told]
        return self.certified(kind, content, more, created, digest=digest)

    def message(self, content: bytes, created: int | None = BORN + 1000, **told: int) -> bytes:
        """A signed message: a one-pass signature, the document, the signature."""
        kind, digest = told.get("kind", 0), told.get("digest", 8)
        head = bytes([3, kind, digest, self._algorithm]) + bytes.fromhex(self.key_id) + b"\x01"
        document = literal(content)
        if kind == 1:  # text stands in messages with the line ends of the network
            document = new(LITERAL, b"t\x00" + bytes(4) + content.replace(b"\n", b"\r\n"))
        return new(4, head) + document + self.signed(content, created, **told)  # type: ignore[arg-type]  # as named there

    def certified(
        self,
        kind: int,
        about: bytes,
        told: Iterable[bytes],
        created: int | None = None,
        *,
        digest: int = 0,
        signer: "Key | None" = None,
    ) -> bytes:
        """A signature packet of version 4 over anything, that names this key."""
        maker = signer or self
        digest = digest or self._digest
        when = self.born if created is None else created
        areas = [
            subpacket(2, when.to_bytes(4)),
            subpacket(33, b"\x04" + bytes.fromhex(self.fingerprint)),
            *told,
        ]
        hashed = b"".join(areas)
        head = bytes([4, kind, maker._algorithm, digest]) + len(hashed).to_bytes(2) + hashed
        value, left = maker._value(about + head + b"\x04\xff" + len(head).to_bytes(4), digest)
        unhashed = subpacket(16, bytes.fromhex(self.key_id))
        return new(SIGNATURE, head + len(unhashed).to_bytes(2) + unhashed + left + value)

    def _usage(self, flags: int, lasts: int) -> list[bytes]:
        told = [subpacket(27, bytes([flags]))] if flags else []
        return [*told, subpacket(9, lasts.to_bytes(4))] if lasts else told

    @property
    def _algorithm(self) -> int:
        return _RSA if isinstance(self._private, rsa.RSAPrivateKey) else _EDDSA

    def _material(self) -> bytes:
        if isinstance(self._private, rsa.RSAPrivateKey):
            numbers = self._private.public_key().public_numbers()
            return bytes([_RSA]) + _number(numbers.n) + _number(numbers.e)
        point = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return bytes([_EDDSA, len(_ED25519)]) + _ED25519 + _number(int.from_bytes(b"\x40" + point))

    def _secret(self, passphrase: str) -> bytes:
        """The secret numbers: as they are, or under AES-256 with a key from the passphrase."""
        if isinstance(self._private, rsa.RSAPrivateKey):
            numbers = self._private.private_numbers()
            p, q = sorted((numbers.p, numbers.q))
            values = [numbers.d, p, q, pow(p, -1, q)]
        else:
            values = [int.from_bytes(self._private.private_bytes_raw())]
        plain = b"".join(map(_number, values))
        if not passphrase:
            return b"\x00" + plain + (sum(plain) % 65536).to_bytes(2)
        salt, start = b"saltsalt", bytes(range(16))
        salted = salt + passphrase.encode()
        hashed = (salted * (65536 // len(salted) + 1))[:65536]
        key = hashlib.sha256(hashed).digest()
        locking = Cipher(algorithms.AES(key), modes.CFB(start)).encryptor()
        locked = locking.update(plain + hashlib.sha1(plain).digest())  # noqa: S324  # the format asks for it
        return b"\xfe\x09\x03\x08" + salt + b"\x60" + start + locked

    def _value(self, content: bytes, digest: int) -> tuple[bytes, bytes]:
        """The numbers of a signature, and the first two bytes of what was hashed."""
        found = hashlib.new(_HASHES[digest], content).digest()
        if isinstance(self._private, rsa.RSAPrivateKey):
            made = _MADE[digest]
            value = self._private.sign(found, padding.PKCS1v15(), utils.Prehashed(made))
            return _number(int.from_bytes(value)), found[:2]
        value = self._private.sign(found)
        return _number(int.from_bytes(value[:32])) + _number(int.from_bytes(value[32:])), found[:2]


def new_body(packet: bytes) -> bytes:
    """The body of a packet of the new format."""
    if packet[1] < 192:
        return packet[2:]
    return packet[3:] if packet[1] < 224 else packet[6:]


def _framed(body: bytes) -> bytes:
    """A key as it is hashed (RFC 4880, section 5.2.4)."""
    return b"\x99" + len(body).to_bytes(2) + body


def _number(value: int) -> bytes:
    """A number with its length in bits (RFC 4880, section 3.2)."""
    return value.bit_length().to_bytes(2) + value.to_bytes((value.bit_length() + 7) // 8)
