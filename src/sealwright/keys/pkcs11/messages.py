"""What we and the process that holds a module say to each other, and how it is framed.

Each message is four bytes of length, big end first, and then msgpack. The process answers every question
with one `Answer` or one `Problem`, in order, and never speaks unasked. It trusts us; we do not trust it: a
module may have written over its memory.
"""

import socket
import struct
import time

import msgspec

from sealwright import limits

__all__ = [
    "NONSENSE",
    "Answer",
    "Certificates",
    "Decrypt",
    "Destroy",
    "Encrypt",
    "GarbledError",
    "Generate",
    "Keys",
    "Load",
    "Loaded",
    "Login",
    "Problem",
    "Question",
    "Sign",
    "Store",
    "StoredCertificate",
    "TokenInfo",
    "TokenKey",
    "Tokens",
    "receive",
    "send",
]

_LENGTH = struct.Struct(">I")
_PIECE = 64 * 1024


class GarbledError(Exception):
    """What came is no message."""


NONSENSE = (GarbledError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What is raised while a message that is none is received and decoded."""


class Load(msgspec.Struct, frozen=True, tag=True):
    """Load a module; comes first, and once. Answer: `Loaded`."""

    module: str


class Tokens(msgspec.Struct, frozen=True, tag=True):
    """Which tokens are there? Answer: each a `TokenInfo`."""


class Login(msgspec.Struct, frozen=True, tag=True):
    """Open a session with the token in a slot; all that follows goes through it. Answer: None.

    `serial` is that of the token that was chosen; it may have been taken out since. `pin` None: nobody logs
    in. `protected`: the token asks for the PIN by itself, on a pad of its own.
    """

    slot: int
    serial: str
    pin: str | None = None
    protected: bool = False
    writable: bool = False


class Keys(msgspec.Struct, frozen=True, tag=True):
    """Which keys are there with this label and id? Empty: any. Answer: each a `TokenKey`.

    `public`: public keys, not private ones. `secret`: keys of symmetric ciphers, not private ones.
    """

    label: str = ""
    id: bytes = b""
    public: bool = False
    secret: bool = False


class Certificates(msgspec.Struct, frozen=True, tag=True):
    """Which X.509 certificates are there? Answer: each a `StoredCertificate`."""


class Sign(msgspec.Struct, frozen=True, tag=True):
    """Sign `content` with the first private key that the last `Keys` found. Answer: bytes.

    `mechanism` is a name of PKCS #11 without `CKM_`; `hash_name` is hashlib's, for PSS. `pin`: of a key that
    wants it for every signature.
    """

    mechanism: str
    hash_name: str
    content: bytes
    pin: str | None = None


class Generate(msgspec.Struct, frozen=True, tag=True):
    """Make a key pair that stays on the token. Answer: the public key, a `TokenKey`.

    `curve` is EC parameters in DER and empty for RSA, for which `bits` counts.
    """

    label: str
    id: bytes
    bits: int
    curve: bytes


class Decrypt(msgspec.Struct, frozen=True, tag=True):
    """Decrypt with the first private key that the last `Keys` found, by RSA-OAEP. Answer: bytes.

    `hash_name` is hashlib's, of the hash and of the mask.
    """

    hash_name: str
    content: bytes


class Encrypt(msgspec.Struct, frozen=True, tag=True):
    """Encrypt whole blocks with the first key that the last `Keys` found, a secret one, by AES-ECB.

    Answer: bytes.
    """

    content: bytes


class Destroy(msgspec.Struct, frozen=True, tag=True):
    """Destroy the private and public keys with this label and id, neither of them empty. Answer: how many."""

    label: str
    id: bytes


class StoredCertificate(msgspec.Struct, frozen=True):
    """A certificate object. Subject, issuer and serial are DER, for other programs to search by."""

    label: str
    id: bytes
    der: bytes
    subject: bytes = b""
    issuer: bytes = b""
    serial: bytes = b""


class Store(msgspec.Struct, frozen=True, tag=True):
    """Put certificates onto the token. Answer: None."""

    certificates: tuple[StoredCertificate, ...]


Question = Load | Tokens | Login | Keys | Certificates | Sign | Decrypt | Encrypt | Generate | Destroy | Store


class Loaded(msgspec.Struct, frozen=True):
    """What a module says of itself."""

    manufacturer: str
    description: str
    version: tuple[int, int]


class TokenInfo(msgspec.Struct, frozen=True):
    """A token and its slot, as URIs name them, and what it says of its PIN.

    `left` tells how often a PIN may still be tried: `few`, `one`, `none`, or empty where nothing is said.
    `mechanisms` are those that we use, without `CKM_`.
    """

    slot: int
    label: str
    manufacturer: str
    model: str
    serial: str
    slot_description: str
    slot_manufacturer: str
    login_required: bool
    protected: bool
    pin_set: bool
    left: str
    mechanisms: frozenset[str]


class TokenKey(msgspec.Struct, frozen=True):
    """A key object. Modulus and exponent of RSA, or parameters and point of EC, where the token tells them.

    `kind` is `RSA`, `EC`, or the token's word for any other. `always`: it wants the PIN for every signature.
    """

    label: str
    id: bytes
    kind: str
    signs: bool
    always: bool
    modulus: bytes = b""
    exponent: bytes = b""
    curve: bytes = b""
    point: bytes = b""


class Answer(msgspec.Struct, frozen=True, tag=True):
    """It was done; `value` is what the question's own docstring says."""

    value: msgspec.Raw


class Problem(msgspec.Struct, frozen=True, tag=True):
    """It was not done: a reason code and what its sentence names."""

    code: str
    data: dict[str, str]


def send(line: socket.socket, message: bytes) -> None:
    """Send one message.

    Raises:
        OSError: nobody is there; also a time-out of the socket.
    """
    line.sendall(_LENGTH.pack(len(message)) + message)


def receive(line: socket.socket, seconds: float | None) -> bytes:
    """Receive one message; empty if the other side has ended.

    Args:
        line: a socket.
        seconds: how long all of it may take; None: for ever.

    Raises:
        TimeoutError: it did not come in time.
        GarbledError: it is longer than `limits.PKCS11_MESSAGE_BYTES`, or ends in the middle.
        OSError: the connection broke.
    """
    until = None if seconds is None else time.monotonic() + seconds
    head = _exactly(line, _LENGTH.size, until)
    if not head:
        return b""
    (length,) = _LENGTH.unpack(head)
    if not 0 < length <= limits.PKCS11_MESSAGE_BYTES:
        raise GarbledError
    return _exactly(line, length, until, must=True)


def _exactly(line: socket.socket, count: int, until: float | None, *, must: bool = False) -> bytes:
    taken = bytearray()
    while len(taken) < count:
        line.settimeout(None if until is None else max(0.001, until - time.monotonic()))
        piece = line.recv(min(count - len(taken), _PIECE))
        if not piece:
            if taken or must:
                raise GarbledError
            break
        taken += piece
    return bytes(taken)
