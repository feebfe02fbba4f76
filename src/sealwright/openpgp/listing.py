"""Lists of keys as gpg gives them to programs (its doc/DETAILS, "Format of the colon listings").

sec:u:255:22:2225CBB0E38341E0:1795804079:::u:::cSC:::+::ed25519:::0:
fpr:::::::::09AF55B7276B01C3D22335B92225CBB0E38341E0:
uid:u::::1795804079::9829D609…::Ed <ed@example.com>::::::::::0:
ssb:u:255:22:200B6A1063E202F7:1795804079::::::s:::+::ed25519::
fpr:::::::::86467C7B5346C185FFEBB8BE200B6A1063E202F7:
"""

import re
from datetime import UTC, datetime, timedelta

import msgspec

__all__ = ["ListedKey", "ListedSubkey", "read"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"[0-9]{1,11}")
_ESCAPED = re.compile(rb"\\x([0-9A-Fa-f]{2})")
_PRIMARY = frozenset({"sec", "pub"})
_SUBKEYS = frozenset({"ssb", "sub"})
_FIELDS = 20
_PROBLEMS = {"e": "expired", "r": "revoked", "d": "disabled", "i": "invalid"}
_ABSENT = "#"


class ListedSubkey(msgspec.Struct, frozen=True):
    """One key of a listing, primary or not.

    `problem` is `expired`, `revoked`, `disabled`, `invalid`, or empty. `can` holds letters: `s` signs, `c`
    certifies, `e` encrypts, `a` authenticates. `has_secret`: it is in an agent or on a card. Times are aware.
    """

    fingerprint: str
    key_id: str
    problem: str
    can: str
    has_secret: bool
    created: datetime | None
    expires: datetime | None

    @property
    def can_sign(self) -> bool:
        """Whether a signature of a document can be made with it now."""
        return self.has_secret and not self.problem and "s" in self.can


class ListedKey(msgspec.Struct, frozen=True):
    """A primary key with its user ids and subkeys."""

    primary: ListedSubkey
    user_ids: tuple[str, ...] = ()
    subkeys: tuple[ListedSubkey, ...] = ()

    @property
    def signing(self) -> ListedSubkey | None:
        """What signs: the primary key if it can, else the newest subkey that can, else None."""
        if self.primary.can_sign:
            return self.primary
        able = [each for each in self.subkeys if each.can_sign]
        return max(able, key=lambda each: each.created or _EPOCH, default=None)

    def exactly(self, fingerprint: str) -> ListedSubkey | None:
        """The one key whose fingerprint ends so, if there is one.

        Args:
            fingerprint: upper-case hexadecimal.
        """
        return next(
            (each for each in (self.primary, *self.subkeys) if each.fingerprint.endswith(fingerprint)), None
        )

    @property
    def problem(self) -> str:
        """Why nothing signs, or an empty string."""
        if self.signing is not None:
            return ""
        return self.primary.problem or next(
            (each.problem for each in self.subkeys if "s" in each.can and each.problem), "not for signing"
        )


def read(output: bytes) -> tuple[ListedKey, ...]:
    """The keys of a listing, secret or public; lines that mean something else are passed over.

    Args:
        output: what gpg printed.
    """
    keys: list[ListedKey] = []
    changed = msgspec.structs.replace
    for line in output.split(b"\n"):
        fields = [_text(field) for field in line.split(b":")]
        fields += [""] * (_FIELDS - len(fields))
        kind = fields[0]
        if kind in _PRIMARY:
            keys.append(ListedKey(_subkey(fields)))
        elif not keys:
            continue
        elif kind in _SUBKEYS:
            keys[-1] = changed(keys[-1], subkeys=(*keys[-1].subkeys, _subkey(fields)))
        elif kind == "uid":
            keys[-1] = changed(keys[-1], user_ids=(*keys[-1].user_ids, fields[9]))
        elif kind == "fpr":
            keys[-1] = _with_fingerprint(keys[-1], fields[9])
    return tuple(keys)


def _with_fingerprint(key: ListedKey, fingerprint: str) -> ListedKey:
    """A fingerprint belongs to the key last told of."""
    changed = msgspec.structs.replace
    if not key.subkeys:
        return changed(key, primary=changed(key.primary, fingerprint=fingerprint))
    *others, last = key.subkeys
    return changed(key, subkeys=(*others, changed(last, fingerprint=fingerprint)))


def _subkey(fields: list[str]) -> ListedSubkey:
    can = "".join(letter for letter in fields[11] if letter.islower())
    secret = fields[0] in ("sec", "ssb") and fields[14] != _ABSENT
    problem = _PROBLEMS.get(fields[1][:1], "") or ("disabled" if "D" in fields[11] else "")
    return ListedSubkey("", fields[4], problem, can, secret, _time(fields[5]), _time(fields[6]))


def _text(field: bytes) -> str:
    return _ESCAPED.sub(lambda escape: bytes([int(escape[1], 16)]), field).decode(errors="replace")


def _time(field: str) -> datetime | None:
    return _EPOCH + timedelta(seconds=int(field)) if _NUMBER.fullmatch(field) else None
