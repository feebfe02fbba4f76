"""The signature extension of registries, as a client speaks it (OpenShift, "Image Signatures").

    GET   /extensions/v2/<name>/signatures/<digest>    {"signatures": [{"schemaVersion": 2, "type": "atomic",
    PUT   /extensions/v2/<name>/signatures/<digest>      "name": "<digest>@<32 hex>", "content": "<base64>"}]}

A registry has it if it answers `/v2/` with `X-Registry-Supports-Signatures: 1`, exactly so, be it with 200 or
with 401. Registries send the header with every answer, so a run that has asked for anything else knows; else
`/v2/` is asked once. An image without signatures has an empty list; 404 is a failure.
"""

import base64
import binascii
import hashlib
import secrets

import msgspec

from sealwright import limits, strict_json
from sealwright.digest import Digest
from sealwright.errors import RegistryError
from sealwright.repositories import answers
from sealwright.repositories.exchange import Exchange

__all__ = ["ATOMIC", "VERSION", "Entry", "SignatureExtension"]

ATOMIC = "atomic"
"""The type of GPG simple signatures."""

VERSION = 2
"""The only version of an entry that there is."""

_CREATED, _CONFLICT = 201, 409
_NAME_DIGITS = 32


class Entry(msgspec.Struct, frozen=True):
    """One entry of a list. `content` is None where it cannot be read; `problem` says then why.

    `name`, `type` and `version` are what somebody wrote, made printable.
    """

    name: str
    type: str
    version: str
    content: bytes | None
    problem: str = ""

    @property
    def is_simple(self) -> bool:
        """Whether clients take it for a GPG simple signature."""
        return (self.type, self.version) == (ATOMIC, str(VERSION))


class SignatureExtension:
    """The signatures that a registry keeps for one repository.

    Args:
        exchange: sends the requests.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    @property
    def name(self) -> str:
        """Of the repository."""
        return self._exchange.name

    def is_offered(self) -> bool:
        """Whether the registry has the extension.

        Raises:
            NetworkError: it was not known yet, and the registry cannot be reached.
        """
        return self._exchange.has_signature_extension()

    def listed(self, digest: Digest) -> list[Entry]:
        """Every signature of a manifest.

        Raises:
            RegistryError: `store.extension-malformed`, or the registry answers with an error.
            AccessDeniedError: these credentials are not enough.
            NetworkError: no answer, or a list of more than `limits.SIMPLE_SIGNATURE_LIST_BYTES`.
        """
        response = self._exchange.send("GET", self._url(digest), {"Accept": "application/json"})
        with response:
            if response.status != 200:  # noqa: PLR2004  # OK
                raise answers.failure(response, self.name, "signatures")
            content = response.read(limits.SIMPLE_SIGNATURE_LIST_BYTES)
        return _entries(content, self.name, digest)

    def keep(self, digest: Digest, content: bytes) -> str:
        """Keep a signature, unless the very same is there; gives its name.

        Its name comes from its content, so that a request whose answer is lost can be sent again; where
        another signature has that name, others are tried.

        Raises:
            RegistryError: `store.extension-refused`, or the registry does not take it.
            AccessDeniedError: these credentials are not enough.
            NetworkError: no answer.
        """
        suffix = hashlib.sha256(content).hexdigest()[:_NAME_DIGITS]
        for _ in range(limits.SIGNATURE_NAME_TRIES):
            there = self._name_of(digest, content)
            if there is not None:
                return there
            name = f"{digest}@{suffix}"
            if self._put(digest, name, content):
                return name
            suffix = secrets.token_hex(_NAME_DIGITS // 2)
        raise RegistryError(
            "store.extension-refused", name=self.name, digest=str(digest), tries=limits.SIGNATURE_NAME_TRIES
        )

    def _name_of(self, digest: Digest, content: bytes) -> str | None:
        """The name under which a signature is there."""
        for entry in self.listed(digest):
            if entry.is_simple and entry.content == content:
                return entry.name
        return None

    def _put(self, digest: Digest, name: str, content: bytes) -> bool:
        """Send a signature; false if the registry says that something is there already."""
        text = base64.b64encode(content).decode()
        body = msgspec.json.encode({"schemaVersion": VERSION, "name": name, "type": ATOMIC, "content": text})
        headers = {"Content-Type": "application/json"}
        response = self._exchange.send("PUT", self._url(digest), headers, body)
        if response.status not in (_CREATED, _CONFLICT):
            raise answers.failure(response, self.name, "signature")
        response.discard()
        return response.status == _CREATED

    def _url(self, digest: Digest) -> str:
        exchange = self._exchange
        return f"{exchange.origin}/extensions/v2/{exchange.path}/signatures/{digest}"


def _entries(content: bytes, name: str, digest: Digest) -> list[Entry]:
    """The entries of a list.

    Raises:
        RegistryError: `store.extension-malformed`.
    """
    try:
        listed = answers.listed(content, "signatures", limits.SIMPLE_SIGNATURE_LIST_BYTES)
    except strict_json.JsonError as error:
        raise RegistryError(
            "store.extension-malformed", name=name, digest=str(digest), problem=error.problem
        ) from None
    return [_entry(one) for one in listed]


def _entry(value: object) -> Entry:
    if not isinstance(value, dict):
        return Entry("without a name", "", "", None, "it is not a JSON object")
    name, kind = _shown(value.get("name")), _shown(value.get("type"))
    version = _shown(value.get("schemaVersion", value.get("version")))
    text = value.get("content")
    if not isinstance(text, str):
        return Entry(name, kind, version, None, "its content is not a text")
    try:
        found = base64.b64decode(text.replace("\r", "").replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        return Entry(name, kind, version, None, "its content is not base64 with padding")
    return Entry(name, kind, version, found)


def _shown(value: object) -> str:
    """A text or number as it can be shown; empty for what is absent."""
    text = "" if value is None else str(value)[: limits.CLAIM_LENGTH]
    return text if text.isascii() and text.isprintable() else ascii(text)
