"""Changes inside a container: take it apart, change one part, put it together.

A byte changed in base64url or in a CBOR byte string mostly breaks the container, and the code behind it is
never reached. So half of the changes are made to a part as it reads inside.
"""

import base64
import json
import random
from collections.abc import Callable

import cbor2

Change = Callable[[bytes], bytes]
"""Changes bytes at random."""
Mutator = Callable[[bytes, Change, random.Random], bytes]

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
