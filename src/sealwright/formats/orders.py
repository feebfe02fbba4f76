"""What is to be signed, and a signature that only misses the value of the key."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from sealwright.descriptor import Descriptor

__all__ = ["Finished", "Prepared", "SigningOrder"]


class SigningOrder(msgspec.Struct, frozen=True):
    """What to sign and how.

    `payload` is the descriptor of the image; `user_metadata` joins its annotations. `envelope` is a media
    type of the format. `signed_at` and `expiry` are whole seconds, aware, in UTC. `agent` names the program.
    """

    payload: Descriptor
    envelope: str
    signed_at: datetime
    expiry: datetime | None = None
    user_metadata: Mapping[str, str] = {}
    agent: str = ""


class Prepared(msgspec.Struct, frozen=True):
    """A signature that only misses the raw value of the key; it can be saved and finished later.

    `message` is what the key signs, under `algorithm` (a name of `pki.algorithms`). `chain` are DER
    certificates, leaf first; none yet for a key that shows them only along with its signature. `protected`
    and `payload` are the exact bytes that the envelope will carry.
    """

    envelope: str
    algorithm: str
    message: bytes
    protected: bytes
    payload: bytes
    chain: tuple[bytes, ...]
    agent: str


class Finished(msgspec.Struct, frozen=True):
    """A signature ready to be kept.

    `media_type` is the envelope's. `fingerprints` are the SHA-256 of each certificate, leaf first. `form`
    names the form of the manifest that will carry it, for stores that have several; `annotations` are more of
    that manifest.
    """

    format: str
    media_type: str
    content: bytes
    fingerprints: tuple[str, ...]
    signed_at: datetime
    form: str = "artifact"
    annotations: Mapping[str, str] = {}
