# ruff: noqa: E501  # what notation prints, as it prints it
"""Timestamps in notation's inspect, as notation's own end-to-end tests have them, and in its sign."""

import json
from pathlib import Path

import pytest

from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.dialects.notation import inspection
from sealwright.digest import Digest
from sealwright.formats import table
from sealwright.signature import StoredSignature, Subject
from sealwright.workflow.look import Inspected

PRODUCER = Path(__file__).parents[1] / "producers" / "notation-e2e-timestamps"

TREE = """\
        ├── unsigned attributes
        │   ├── signing agent: notation-go/1.3.0+unreleased
        │   └── timestamp signature
        │       ├── timestamp: [Tue Jan 21 08:41:16 2025, Tue Jan 21 08:41:17 2025]
        │       └── certificates
        │           ├── SHA256 fingerprint: 36e731cfa9bfd69dafb643809f6dec500902f7197daeaad86ea0159a2268a2b8
        │           │   ├── issued to: CN=Microsoft Public RSA Timestamping CA 2020,O=Microsoft Corporation,C=US
        │           │   ├── issued by: CN=Microsoft Identity Verification Root Certificate Authority 2020,O=Microsoft Corporation,C=US
        │           │   └── expiry: Mon Nov 19 20:42:31 2035
        │           └── SHA256 fingerprint: b804553ac8c88a3f71e32fe6b84f1ccef488cf45d2ebca41150e7e21dfd26e71
        │               ├── issued to: CN=Microsoft Public RSA Time Stamping Authority,OU=Microsoft America Operations+OU=Thales TSS ESN:BB73-96FD-77EF,O=Microsoft Corporation,L=Redmond,ST=Washington,C=US
        │               ├── issued by: CN=Microsoft Public RSA Timestamping CA 2020,O=Microsoft Corporation,C=US
        │               └── expiry: Wed Nov 19 18:48:47 2025
        ├── certificates
        │   └── SHA256 fingerprint: 1717fa9d18f7e9c0f609499474adfe2b8e44172454f1d6e2183d5d04f79af475
        │       ├── issued to: CN=testcert7,O=Notary,L=Seattle,ST=WA,C=US
        │       ├── issued by: CN=testcert7,O=Notary,L=Seattle,ST=WA,C=US
        │       └── expiry: Wed Jan 22 08:36:26 2025
"""
ERROR = (
    "failed to parse timestamp countersignature: cms: syntax error: invalid signed data: failed to convert from "
    "BER to DER: asn1: syntax error: decoding BER length octets: short form length octets value should be less "
    "or equal to the subsequent octets length"
)
MEMBERS = {
    "timestamp": "[2025-01-21T08:41:16.915Z, 2025-01-21T08:41:17.915Z]",
    "certificates": [
        {
            "SHA256Fingerprint": "36e731cfa9bfd69dafb643809f6dec500902f7197daeaad86ea0159a2268a2b8",
            "issuedTo": "CN=Microsoft Public RSA Timestamping CA 2020,O=Microsoft Corporation,C=US",
            "issuedBy": (
                "CN=Microsoft Identity Verification Root Certificate Authority 2020,O=Microsoft Corporation,C=US"
            ),
            "expiry": "2035-11-19T20:42:31Z",
        },
        {
            "SHA256Fingerprint": "b804553ac8c88a3f71e32fe6b84f1ccef488cf45d2ebca41150e7e21dfd26e71",
            "issuedTo": (
                "CN=Microsoft Public RSA Time Stamping Authority,OU=Microsoft America Operations+OU=Thales TSS "
                "ESN:BB73-96FD-77EF,O=Microsoft Corporation,L=Redmond,ST=Washington,C=US"
            ),
            "issuedBy": "CN=Microsoft Public RSA Timestamping CA 2020,O=Microsoft Corporation,C=US",
            "expiry": "2025-11-19T18:48:47Z",
        },
    ],
}


def inspected(name: str) -> Inspected:
    content = (PRODUCER / name).read_bytes()
    stored = StoredSignature("notary", "sha256:e322", media_types.NOTARY_JWS, content)
    summary = table.details(table.parse(stored))
    subject = Subject(Descriptor(media_types.IMAGE_MANIFEST, Digest.of(b""), 0), "docker", "localhost:5000/x")
    return Inspected(subject, (("sha256:e322", summary),), (), ())


def test_a_timestamp_is_shown_as_notation_shows_it() -> None:
    tree = "\n".join(inspection.as_tree(inspected("timestamped.jws"), "localhost:5000/x", "2.0"))
    assert TREE in f"{tree}\n"
    shown = json.loads(inspection.as_json(inspected("timestamped.jws"), "2.0"))
    (signature,) = shown["signatures"]
    expected = {"signingAgent": "notation-go/1.3.0+unreleased", "timestampSignature": MEMBERS}
    assert expected == signature["unsignedAttributes"]


def test_the_stable_line_leaves_out_fractions_of_a_second() -> None:
    tree = "\n".join(inspection.as_tree(inspected("timestamped.jws"), "localhost:5000/x", "1.3.2"))
    assert "timestamp: [Tue Jan 21 08:41:16 2025, Tue Jan 21 08:41:17 2025]" in tree
    shown = json.loads(inspection.as_json(inspected("timestamped.jws"), "1.3.2"))
    (signature,) = shown["Signatures"]
    found = signature["unsignedAttributes"]["timestampSignature"]["timestamp"]
    assert "[2025-01-21T08:41:16Z, 2025-01-21T08:41:17Z]" == found


@pytest.mark.parametrize("line", ["2.0", "1.3.2"])
def test_a_timestamp_that_cannot_be_read_is_told_as_notation_tells_it(line: str) -> None:
    found = inspected("corrupt.jws")
    tree = "\n".join(inspection.as_tree(found, "localhost:5000/x", line))
    assert f"└── timestamp signature\n        │       └── error: {ERROR}\n" in tree
    shown = json.loads(inspection.as_json(found, line))
    (signature,) = shown["Signatures" if line == "1.3.2" else "signatures"]
    assert {"error": ERROR} == signature["unsignedAttributes"]["timestampSignature"]
