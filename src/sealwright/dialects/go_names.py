"""Distinguished names as Go prints them (crypto/x509/pkix, Name.String).

The attributes that Go knows come in an order of Go's own, whatever order the certificate has; several of
one kind are joined by `+`, but of common names and serial numbers only the last counts. All others follow,
each as its number and the DER bytes of its value.
"""

from cryptography import x509

__all__ = ["name_text"]

_KNOWN = {
    "2.5.4.5": "SERIALNUMBER",
    "2.5.4.3": "CN",
    "2.5.4.11": "OU",
    "2.5.4.10": "O",
    "2.5.4.17": "POSTALCODE",
    "2.5.4.9": "STREET",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.6": "C",
}
_SINGLE = ("SERIALNUMBER", "CN")
_SPECIAL = ',+"\\<>;'
_PRINTABLE = frozenset(" '()+,-./:=?")
_PRINTABLE_STRING, _UTF8_STRING, _OCTETS = 0x13, 0x0C, 0x04
_SHORT_LENGTH = 0x80


def name_text(name: x509.Name) -> str:
    """A subject or issuer as text.

    Args:
        name: of a certificate.
    """
    known: dict[str, list[str]] = {short: [] for short in _KNOWN.values()}
    others = []
    for attribute in name:
        dotted = attribute.oid.dotted_string
        if dotted in _KNOWN and isinstance(attribute.value, str):
            known[_KNOWN[dotted]].append(attribute.value)
        else:
            others.append(f"{dotted}=#{_encoded(attribute.value).hex()}")
    for short in _SINGLE:
        known[short] = known[short][-1:]
    parts = ["+".join(f"{short}={_escaped(value)}" for value in values) for short, values in known.items()]
    return ",".join([part for part in parts if part] + others[::-1])


def _escaped(value: str) -> str:
    last = len(value) - 1
    return "".join(
        f"\\{letter}"
        if letter in _SPECIAL or (letter == " " and at in (0, last)) or (letter == "#" and at == 0)
        else letter
        for at, letter in enumerate(value)
    )


def _encoded(value: str | bytes) -> bytes:
    """A value in DER as Go would write it."""
    if isinstance(value, bytes):
        tag, content = _OCTETS, value
    else:
        plain = all(letter.isascii() and (letter.isalnum() or letter in _PRINTABLE) for letter in value)
        tag, content = _PRINTABLE_STRING if plain else _UTF8_STRING, value.encode()
    if len(content) < _SHORT_LENGTH:
        return bytes([tag, len(content)]) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8)
    return bytes([tag, _SHORT_LENGTH | len(length)]) + length + content
