"""Changes inside a container: take it apart, change one part, put it together.

A byte changed in base64url or in a CBOR byte string mostly breaks the container, and the code behind it is
never reached. So half of the changes are made to a part as it reads inside.
"""

import base64
import json
import random
from collections.abc import Callable
from typing import Any

import cbor2

Change = Callable[[bytes], bytes]
"""Changes bytes at random."""
Mutator = Callable[[bytes, Change, random.Random], bytes]

_ODD: tuple[object, ...] = (
    None,
    True,
    -1,
    2**70,
    1e300,
    "",
    "\x1b[2J\u009b",
    '</a>]]>&"',
    "{x!r}](y)",
    [],
    {},
    "0001-01-01T00:00:00Z",
)
STOPS, AS_TEXT, DROPS = 0.1, 0.7, 0.3
"""How often a member is changed as a whole, a text as a text, and how often something is left out."""
_BASE64URL = ("payload", "protected", "signature")


def jws(content: bytes, change: Change, choice: random.Random) -> bytes:
    """Change one decoded part of a JWS envelope."""
    try:
        members = json.loads(content)
        part = choice.choice((*_BASE64URL, "x5c"))
        if part == "x5c":
            certificates = members["header"]["x5c"]
            index = choice.randrange(len(certificates))
            changed = change(base64.b64decode(certificates[index]))
            certificates[index] = base64.b64encode(changed).decode()
        else:
            padded = members[part] + "=" * (-len(members[part]) % 4)
            changed = change(base64.urlsafe_b64decode(padded))
            members[part] = base64.urlsafe_b64encode(changed).decode().rstrip("=")
        return json.dumps(members).encode()
    except (ValueError, TypeError, KeyError, RecursionError):
        return change(content)


def cose(content: bytes, change: Change, choice: random.Random) -> bytes:
    """Change one part of a COSE envelope: protected header, payload, signature or a certificate."""
    try:
        tagged = cbor2.loads(content)
        parts = list(tagged.value)
        index = choice.randrange(4)
        if index == 1:
            headers = dict(parts[1])
            certificates = list(headers[33])
            number = choice.randrange(len(certificates))
            certificates[number] = change(certificates[number])
            parts[1] = {**headers, 33: certificates}
        else:
            parts[index] = change(parts[index])
        return cbor2.dumps(cbor2.CBORTag(tagged.tag, parts))
    except (cbor2.CBORError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return change(content)


def members(content: bytes, change: Change, choice: random.Random) -> bytes:
    """Change one value, somewhere inside one of the lines of JSON; a zero byte before them stays."""
    lead = b"\0" if content[:1] == b"\0" else b""
    lines = content[len(lead) :].split(b"\n")
    index = choice.randrange(len(lines))
    try:
        value = json.loads(lines[index])
        _change_inside(value, change, choice)
        lines[index] = json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, TypeError, IndexError, RecursionError):
        lines[index] = change(lines[index])
    return lead + b"\n".join(lines)


def _change_inside(value: Any, change: Change, choice: random.Random) -> None:
    while True:
        where = choice.choice([*value] if isinstance(value, dict) else range(len(value)))
        inner = value[where]
        if not isinstance(inner, dict | list) or not inner or choice.random() < STOPS:
            break
        value = inner
    if isinstance(inner, str) and choice.random() < AS_TEXT:
        value[where] = change(inner.encode()).decode(errors="replace")
    elif choice.random() < DROPS:
        del value[where]
    else:
        value[where] = choice.choice(_ODD)
