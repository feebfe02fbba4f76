"""The status lines of gpg (its doc/DETAILS, "Format of the --status-fd output").

    [GNUPG:] NEWSIG alice@example.com
    [GNUPG:] GOODSIG BB70F567C9142C5E Alice <alice@example.com>
    [GNUPG:] VALIDSIG <fingerprint> 2026-11-20 1795213697 0 4 0 1 10 00 <fingerprint of the primary key>

Only these lines are believed, never gpg's exit code: it is 0 for a revoked key, for an expired one, and for
a document that nobody signed. One line names the state of a signature, and `VALIDSIG` tells of its key. A
state that says the bytes fit the signature counts only together with that line.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from sealwright.evidence import OpenPgpSignature, OpenPgpState
from sealwright.openpgp.signature_packets import WEAK_HASHES

__all__ = ["lines", "signatures"]

_PREFIX = b"[GNUPG:] "
_STATES: Mapping[str, OpenPgpState] = {
    "GOODSIG": "good",
    "EXPSIG": "expired",
    "EXPKEYSIG": "key-expired",
    "REVKEYSIG": "key-revoked",
    "BADSIG": "bad",
}
_NEEDS_PROOF = frozenset({"good", "expired", "key-expired", "key-revoked"})
"""States that a line `VALIDSIG` has to bear out."""

_NO_KEY = "9"
_DOCUMENTS = frozenset({"00", "01"})
"""Signature types that are about a document: binary and text (RFC 4880, section 5.2.1)."""

_VALID_FIELDS = 10
_ERROR_FIELDS = 6
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]{16,64}")
_NUMBER = re.compile(r"[1-9][0-9]{0,2}")
_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")
_COMPACT = re.compile(r"[0-9]{8}T[0-9]{6}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 253_402_300_799  # the last second of the year 9999
_NO_FIELD = ""
_VERSION_4 = 40
"""Digits of a fingerprint of version 4."""


class _Read(msgspec.Struct):
    """One signature while its lines come in."""

    found: OpenPgpSignature
    proven: bool = False


def lines(output: bytes) -> list[tuple[str, tuple[str, ...]]]:
    """Keyword and words of each status line; anything else in between is passed over.

    Args:
        output: what gpg wrote to its status descriptor.
    """
    found = []
    for line in output.split(b"\n"):
        if line.startswith(_PREFIX):
            keyword, *words = line[len(_PREFIX) :].decode(errors="replace").rstrip("\r").split(" ")
            found.append((keyword, tuple(words)))
    return found


def signatures(output: bytes) -> tuple[OpenPgpSignature, ...]:
    """The signatures that gpg tells of, in its order.

    Args:
        output: what gpg wrote to its status descriptor, whatever it is.
    """
    read: list[_Read] = []
    for keyword, words in lines(output):
        if keyword in _STATES:
            read.append(_Read(_stated(_STATES[keyword], words)))
        elif keyword == "ERRSIG":
            read.append(_Read(_failed(words)))
        elif keyword == "VALIDSIG" and read and not read[-1].proven:
            read[-1] = _with_proof(read[-1], words)
    return tuple(_settled(one) for one in read)


def _stated(state: OpenPgpState, words: tuple[str, ...]) -> OpenPgpSignature:
    """From a line that names the state: the key's id, or its fingerprint, and its user id."""
    key = _hexadecimal(words[0] if words else _NO_FIELD)
    return OpenPgpSignature(state, _key_id(key), user_id=_unescaped(" ".join(words[1:])))


def _failed(words: tuple[str, ...]) -> OpenPgpSignature:
    """From `ERRSIG <key id> <key algorithm> <hash algorithm> <type> <time> <code> [<fingerprint>]`."""
    padded = (*words, *[_NO_FIELD] * (_ERROR_FIELDS + 1))
    state: OpenPgpState = "key-unknown" if padded[5] == _NO_KEY else "unsupported"
    return OpenPgpSignature(
        state, _key_id(_hexadecimal(padded[0])), _hexadecimal(padded[6]), made_at=_time(padded[4])
    )


def _with_proof(read: _Read, words: tuple[str, ...]) -> _Read:
    """With `VALIDSIG <fingerprint> <date> <time> <expiry> <version> - <key alg.> <hash> <type> <primary>`."""
    if len(words) < _VALID_FIELDS or read.found.state not in _NEEDS_PROOF:
        return read
    fingerprint, primary = _hexadecimal(words[0]), _hexadecimal(words[9])
    if not fingerprint or not primary or _key_id(fingerprint) != read.found.key_id:
        return read
    state = read.found.state
    if not _NUMBER.fullmatch(words[7]) or int(words[7]) in WEAK_HASHES or words[8] not in _DOCUMENTS:
        state = "unsupported"
    found = msgspec.structs.replace(
        read.found,
        state=state,
        fingerprint=fingerprint,
        primary=primary,
        made_at=_time(words[2]),
        expires_at=_time(words[3]),
    )
    return _Read(found, proven=True)


def _settled(read: _Read) -> OpenPgpSignature:
    """A signature after its last line: what lacks its proof is not what it says."""
    if read.proven or read.found.state not in _NEEDS_PROOF:
        return read.found
    return msgspec.structs.replace(read.found, state="unsupported")


def _hexadecimal(word: str) -> str:
    return word.upper() if _HEXADECIMAL.fullmatch(word) else ""


def _key_id(fingerprint: str) -> str:
    """The end of a fingerprint of version 4, the beginning of a longer one."""
    return fingerprint[:16] if len(fingerprint) > _VERSION_4 else fingerprint[-16:]


def _unescaped(text: str) -> str:
    """A user id as it was: gpg writes `%0A` for a newline, and so on."""
    return _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), text)


def _time(word: str) -> datetime | None:
    """Seconds since 1970, or the compact ISO form; 0 and anything else are no time."""
    if word.isascii() and word.isdigit():
        seconds = int(word[:20])
        return _EPOCH + timedelta(seconds=seconds) if 0 < seconds <= _LATEST else None
    compact = _COMPACT.fullmatch(word)
    try:
        return datetime.strptime(word, "%Y%m%dT%H%M%S").replace(tzinfo=UTC) if compact else None
    except ValueError:
        return None
