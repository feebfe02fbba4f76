"""ASCII armor (RFC 4880, section 6): what stands between lines of dashes, in base 64.

-----BEGIN PGP PUBLIC KEY BLOCK-----
Comment: any header

mQGNBGkf…
=Ab1C
-----END PGP PUBLIC KEY BLOCK-----
"""

import base64
import binascii
import re
from functools import cache

from sealwright.openpgp.packets import malformed

__all__ = ["PUBLIC_KEY", "SIGNATURE", "decoded"]

PUBLIC_KEY = b"PUBLIC KEY BLOCK"
SIGNATURE = b"SIGNATURE"
"""What blocks hold, as their first and last lines name it."""

_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]*: ?")
_CRC_START = 0xB704CE
_CRC_POLYNOMIAL = 0x1864CFB


def decoded(content: bytes, kind: bytes = PUBLIC_KEY) -> bytes:
    """The bytes in all blocks of one kind, one after the other. Text around the blocks is passed over.

    Args:
        content: a text with any number of blocks.
        kind: of the blocks.

    Raises:
        MalformedSignatureError: `parse.openpgp-malformed`: a block that is damaged or does not end.
    """
    begin, end = (b"-----%s PGP %s-----" % (word, kind) for word in (b"BEGIN", b"END"))
    found = []
    block: list[bytes] | None = None
    for line in (each.strip() for each in content.split(b"\n")):
        if block is None:
            block = [] if line == begin else None
        elif line == end:
            found.append(_block(block))
            block = None
        else:
            block.append(line)
    if block is not None:
        raise malformed("an armored block does not end")
    return b"".join(found)


def _block(lines: list[bytes]) -> bytes:
    """The bytes of one block: headers, an empty line, base 64, and perhaps a checksum."""
    start = 0
    while start < len(lines) and _HEADER.match(lines[start]):
        start += 1
    body = [line for line in lines[start:] if line]
    checksum = body.pop() if body and body[-1].startswith(b"=") and len(body[-1]) == 5 else None  # noqa: PLR2004  # = and 4 digits
    try:
        content = base64.b64decode(b"".join(body), validate=True)
        wanted = base64.b64decode(checksum[1:], validate=True) if checksum is not None else None
    except binascii.Error:
        raise malformed("an armored block is not in base 64") from None
    if wanted is not None and wanted != _crc24(content).to_bytes(3):
        raise malformed("the checksum of an armored block does not fit")
    return content


@cache
def _table() -> tuple[int, ...]:
    """What each byte adds to the checksum."""
    found = []
    for byte in range(256):
        value = byte << 16
        for _ in range(8):
            value = value << 1 ^ (_CRC_POLYNOMIAL if value & 0x800000 else 0)
        found.append(value)
    return tuple(found)


def _crc24(content: bytes) -> int:
    """The checksum of section 6.1."""
    value, table = _CRC_START, _table()
    for byte in content:
        value = (value << 8 & 0xFFFFFF) ^ table[(value >> 16) ^ byte] & 0xFFFFFF
    return value
