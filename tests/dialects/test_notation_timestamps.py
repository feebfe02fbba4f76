# ruff: noqa: E501  # what notation prints, as it prints it
"""Timestamps in notation's inspect, as notation's own end-to-end tests have them, and in its sign."""

import json
from pathlib import Path

import pytest

from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.dialects.notation import inspection, stamping
from sealwright.dialects.notation.words import timestamps as words
from sealwright.digest import Digest
from sealwright.errors import EnvironmentalError, NetworkError
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


# what sign says, as the real notation was seen to say it


URL = "http://tsa.example/"
TOLD: list[tuple[EnvironmentalError, str]] = [
    (
        NetworkError("timestamp.unreachable", url="http://127.0.0.1:1/", rule="network.refused", problem="x"),
        'Post "http://127.0.0.1:1/": dial tcp 127.0.0.1:1: connect: connection refused',
    ),
    (
        NetworkError("timestamp.unreachable", url=URL, rule="network.answer-too-large", problem="x"),
        f'POST "{URL}": unexpected large http response, max response body size allowed is 1 MiB',
    ),
    (
        NetworkError("timestamp.http-status", url=URL, status=503),
        f'POST "{URL}": https response bad status: 503 Service Unavailable',
    ),
    (
        NetworkError("timestamp.http-status", url=URL, status=799),
        f'POST "{URL}": https response bad status: 799',
    ),
    (
        EnvironmentalError("timestamp.content-type", url=URL, found="text/html"),
        f'POST "{URL}": unexpected response content type: text/html',
    ),
    *(
        (EnvironmentalError("timestamp.unusable", url=URL, rule=rule, problem="ours", detail=detail), text)
        for rule, detail, text in (
            (
                "timestamp.rejected",
                {"number": 2, "failures": [15, 9, 0]},
                "invalid timestamping response: invalid response with status code 2: rejected. Failure info: the requested TSA policy is not supported by the TSA; unrecognized or unsupported Algorithm Identifier",
            ),
            (
                "timestamp.rejected",
                {"number": 77, "failures": []},
                "invalid timestamping response: invalid response with status code 77: unknown PKIStatus 77",
            ),
            (
                "timestamp.nonce-mismatch",
                {"found": None, "wanted": 7},
                "invalid timestamping response: nonce in response <nil> does not match nonce in request 7",
            ),
            (
                "timestamp.signer-missing",
                {},
                "invalid timestamping response: certReq is True in request, but did not find any TSA signing certificate in the response",
            ),
            (
                "timestamp.revoked",
                {"subject": "O=Acme,CN=Clock"},
                'timestamping certificate with subject "CN=Clock,O=Acme" is revoked',
            ),
            (
                "timestamp.malformed",
                {"fault": "long", "problem": "x"},
                "invalid timestamping response: cms: syntax error: invalid signed data: failed to convert from BER to DER: asn1: syntax error: decoding BER length octets: long form length octets value should be less or equal to the subsequent octets length",
            ),
            (
                "timestamp.chain",
                {"rule": "certificate.timestamping-not-critical"},
                "failed to verify signed token: signing certificate extended key usage extension must be set as critical",
            ),
            (
                "timestamp.chain",
                {"rule": "certificate.not-for-timestamps", "found": "nothing"},
                "failed to verify signed token: signing certificate must have and only have ExtKeyUsageTimeStamping as extended key usage",
            ),
            (
                "timestamp.chain",
                {"rule": "certificate.not-for-timestamps", "found": "codeSigning"},
                "failed to verify signed token: cms verification failure: x509: certificate specifies an incompatible key usage",
            ),
        )
    ),
]


@pytest.mark.parametrize(("error", "text"), TOLD)
def test_what_sign_says_of_an_authority_is_what_notation_says(error: EnvironmentalError, text: str) -> None:
    assert f"timestamp: {text}" == stamping.told(error)


@pytest.mark.parametrize(
    ("rule", "detail"),
    [("timestamp.signers", {}), ("timestamp.chain", {"rule": "certificate.leaf-is-ca"}), ("", None)],
)
def test_what_notation_has_no_words_for_is_said_in_ours(rule: str, detail: object) -> None:
    error = EnvironmentalError("timestamp.unusable", url=URL, rule=rule, problem="ours", detail=detail)
    assert f"timestamp: {error}" == stamping.told(error)
    lost = NetworkError("timestamp.unreachable", url=URL, rule="network.tls-hostname", problem="ours")
    assert f"timestamp: {lost}" == stamping.told(lost)


def test_an_authority_that_cannot_be_used_is_told_of_in_a_verification() -> None:
    assert "failed to validate the timestamping certificate chain with error: ours" == words.chain(
        {"rule": "certificate.leaf-is-ca", "problem": "ours"}
    )
    assert (
        "failed to verify the timestamp countersignature with error: failed to verify signed token: signing "
        "certificate extended key usage extension must be set as critical"
        == words.chain({"rule": "certificate.timestamping-not-critical", "problem": "ours"})
    )
