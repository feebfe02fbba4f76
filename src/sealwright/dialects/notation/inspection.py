"""What signatures say of themselves, as notation's `inspect` shows it: a tree or JSON.

The lines name and order things differently: 1.3.2 calls the type of the envelope `mediaType` and shows the
names of attributes as they are in JSON; 2.0 has words for them. What a signature says is not proven; in the
tree its control characters are escaped.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from sealwright.dialects.go_json import marshal, sorted_map
from sealwright.dialects.go_text import ansic, rfc3339
from sealwright.dialects.notation.lines import STABLE
from sealwright.dialects.notation.shown import shown
from sealwright.dialects.notation.subjects import in_order
from sealwright.dialects.notation.trees import Node, drawn
from sealwright.dialects.notation.words.timestamps import parsing
from sealwright.media_types import NOTARY_SIGNATURE
from sealwright.reasons import sentence
from sealwright.signature import CertificateSummary, Summary, TimestampSummary
from sealwright.workflow.look import Inspected

__all__ = ["as_json", "as_tree", "blob_json", "blob_tree"]

_KNOWN = ("contentType", "signingScheme", "signingTime", "authenticSigningTime", "expiry")
_NO_TIME = datetime(1, 1, 1, tzinfo=UTC)
"""Go's zero time: what it shows where there is none."""
_PREFIX = "io.cncf.notary."


def as_tree(inspected: Inspected, name: str, line: str) -> Iterator[str]:
    """The lines of the tree.

    Args:
        inspected: what the signatures say.
        name: the artifact as notation shows it.
        line: of notation.
    """
    signatures = tuple(_signature(location, summary, line) for location, summary in inspected.signatures)
    return drawn(Node(name, (Node(NOTARY_SIGNATURE, signatures),)))


def as_json(inspected: Inspected, line: str) -> str:
    """The same as JSON, with what the tree leaves out.

    Args:
        inspected: what the signatures say.
        line: of notation.
    """
    signatures = [_members(location, summary, line) for location, summary in inspected.signatures]
    member, indent = ("Signatures", 4) if line == STABLE else ("signatures", 2)
    return marshal({"mediaType": inspected.subject.descriptor.media_type, member: signatures}, indent)


def blob_tree(path: str, summary: Summary, line: str) -> Iterator[str]:
    """The lines of the tree of one signature, that of a blob.

    Args:
        path: of its file.
        summary: what it says.
        line: of notation.
    """
    return drawn(_signature(path, summary, line))


def blob_json(summary: Summary, line: str) -> str:
    """The same as JSON.

    Args:
        summary: what the signature says.
        line: of notation.
    """
    members = _members("", summary, line)
    del members["digest"]
    return marshal(members, 2)


def _signature(location: str, summary: Summary, line: str) -> Node:
    algorithm = _pair("signature algorithm", summary.algorithm)
    attributes = [_pair("signing scheme", summary.signing_scheme), _pair("signing time", _ansic(summary))]
    if line == STABLE:
        kind = (_pair("media type", summary.envelope), algorithm)
        attributes = [_pair("signingScheme", summary.signing_scheme), _pair("signingTime", _ansic(summary))]
    else:
        kind = (algorithm, _pair("signature envelope type", summary.envelope))
        attributes.insert(0, _pair("content type", summary.signed_attributes["contentType"]))
    if summary.expiry is not None:
        attributes.append(_pair("expiry", ansic(summary.expiry)))
    attributes += [_pair(name, value) for name, value in _extended(summary).items()]
    metadata = tuple(_pair(name, value) for name, value in sorted_map(summary.user_metadata).items())
    artifact = summary.payload
    return Node(
        location,
        (
            *kind,
            Node("signed attributes", tuple(attributes)),
            Node("user defined attributes", metadata or (Node("(empty)"),)),
            Node("unsigned attributes", _unsigned(summary, line)),
            Node("certificates", tuple(map(_certificate, summary.certificates))),
            Node(
                "signed artifact",
                (
                    _pair("media type", artifact.media_type),
                    _pair("digest", str(artifact.digest)),
                    _pair("size", str(artifact.size)),
                ),
            ),
        ),
    )


def _unsigned(summary: Summary, line: str) -> tuple[Node, ...]:
    found = []
    agent = summary.unsigned_attributes.get("signingAgent")
    if agent:
        found.append(_pair("signingAgent" if line == STABLE else "signing agent", agent))
    if summary.timestamp is not None:
        found.append(Node("timestamp signature", _timestamp(summary.timestamp)))
    return tuple(found)


def _timestamp(one: TimestampSummary) -> tuple[Node, ...]:
    if one.earliest is None or one.latest is None:
        return (_pair("error", _unread(one)),)
    return (
        _pair("timestamp", f"[{ansic(one.earliest)}, {ansic(one.latest)}]"),
        Node("certificates", tuple(map(_certificate, one.certificates))),
    )


def _unread(one: TimestampSummary) -> str:
    """What notation says of a timestamp that it cannot read, or that is about something else."""
    said = parsing(one.reason, one.data) or sentence(one.reason, one.data)
    return f"failed to parse timestamp countersignature: {said}"


def _certificate(one: CertificateSummary) -> Node:
    return Node(
        f"SHA256 fingerprint: {one.fingerprint}",
        (
            _pair("issued to", in_order(one.subject)),
            _pair("issued by", in_order(one.issuer)),
            _pair("expiry", ansic(one.not_after)),
        ),
    )


def _members(location: str, summary: Summary, line: str) -> dict[str, object]:
    signed: dict[str, object] = {
        "contentType": summary.signed_attributes["contentType"],
        "signingScheme": summary.signing_scheme,
        "signingTime": rfc3339(summary.signing_time or _NO_TIME),
        **_extended(summary),
    }
    if summary.expiry is not None:
        signed["expiry"] = rfc3339(summary.expiry)
    head: dict[str, object] = {"digest": location, "signatureAlgorithm": summary.algorithm}
    if line == STABLE:
        head = {"mediaType": summary.envelope, **head}
        del signed["contentType"]
    else:
        head["signatureEnvelopeType"] = summary.envelope
    unsigned: dict[str, object] = {}
    if agent := summary.unsigned_attributes.get("signingAgent"):
        unsigned["signingAgent"] = agent
    if summary.timestamp is not None:
        unsigned["timestampSignature"] = _timestamp_members(summary.timestamp, line)
    artifact = summary.payload
    return {
        **head,
        "signedAttributes": sorted_map(signed),
        "userDefinedAttributes": sorted_map(summary.user_metadata) or None,
        "unsignedAttributes": sorted_map(unsigned),
        "certificates": list(map(_certificate_members, summary.certificates)),
        "signedArtifact": {
            "mediaType": artifact.media_type,
            "digest": str(artifact.digest),
            "size": artifact.size,
        },
    }


def _timestamp_members(one: TimestampSummary, line: str) -> Mapping[str, object]:
    if one.earliest is None or one.latest is None:
        return {"error": _unread(one)}
    ends = (one.earliest, one.latest)
    if line == STABLE:  # it leaves out fractions of a second
        ends = (one.earliest.replace(microsecond=0), one.latest.replace(microsecond=0))
    members: dict[str, object] = {"timestamp": f"[{rfc3339(ends[0])}, {rfc3339(ends[1])}]"}
    if one.certificates:
        members["certificates"] = list(map(_certificate_members, one.certificates))
    return members


def _certificate_members(one: CertificateSummary) -> Mapping[str, object]:
    return {
        "SHA256Fingerprint": one.fingerprint,
        "issuedTo": in_order(one.subject),
        "issuedBy": in_order(one.issuer),
        "expiry": rfc3339(one.not_after),
    }


def _extended(summary: Summary) -> Mapping[str, str]:
    """Signed attributes beyond those that every signature has; those about plugins by their full names."""
    more = {name: value for name, value in summary.signed_attributes.items() if name not in _KNOWN}
    return {
        f"{_PREFIX}{name}" if name.startswith("verificationPlugin") else name: value
        for name, value in more.items()
    }


def _ansic(summary: Summary) -> str:
    return ansic(summary.signing_time or _NO_TIME)


def _pair(name: str, value: str) -> Node:
    return Node(shown(f"{name}: {value}"))
