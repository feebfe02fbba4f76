"""The words of containers/image 5.23, which skopeo 1.9 and podman 4.3 say, for our reason codes.

Later versions put more names between quotation marks and count signatures of other kinds; else they say the
same. What the dialects of these programs print before a text is not here.
"""

from collections.abc import Callable, Iterable, Mapping

from sealwright import reasons
from sealwright.dialects.go_json_problems import syntax_problem
from sealwright.dialects.go_references import reference_problem
from sealwright.dialects.go_text import quote
from sealwright.errors import DocumentError
from sealwright.rules import Reject, Requirement, SignedBy, parts
from sealwright.verdict import Verdict

__all__ = [
    "NO_SIGNATURE",
    "denial",
    "invalid_policy",
    "policy_problem",
    "refusal",
    "registries_problem",
    "rejected",
    "rejection",
]

NO_SIGNATURE = "A signature was required, but no signature exists"

_ONE_OF = "xactly one of keyPath, keyPaths and keyData must be specified"
_SIGSTORE_SOURCES = "exactly one of keyPath, keyPaths, keyData, keyDatas, fulcio, and pki must be specified"
_REKOR = "rekorPublickeyPath, rekorPublicKeyPaths, rekorPublickeyData and rekorPublicKeyDatas"

_Data = Mapping[str, object]


def invalid_policy(error: DocumentError, content: bytes) -> str:
    """What is said of a policy file that cannot be used, with the file's name.

    Args:
        error: the first problem.
        content: of the file.
    """
    return f"invalid policy in {quote(error.file)}: {policy_problem(error, content)}"


def policy_problem(error: DocumentError, content: bytes) -> str:
    """The same without the file's name; our own sentence where containers/image has none.

    Args:
        error: the first problem.
        content: of the file.
    """
    if error.code in ("containers.malformed", "containers.comment"):
        return syntax_problem(content) or reasons.sentence(error.code, error.data)
    words = _POLICY.get(error.code)
    return reasons.sentence(error.code, error.data) if words is None else words(error.data)


def registries_problem(error: DocumentError) -> str:
    """What is said of registries.d; our own sentence where containers/image says what its YAML library says.

    Args:
        error: the problem.
    """
    scope, other = error.data.get("scope"), error.data.get("other")
    defined = {
        "registries_d.scope-in-two-files": f'"docker" namespace "{scope}"',
        "registries_d.default-in-two-files": '"default-docker"',
    }
    what = defined.get(error.code)
    if what is None:
        return f"parsing {error.file}: {reasons.sentence(error.code, error.data)}"
    return (
        f'Error parsing signature storage configuration: {what} defined both in "{other}" and "{error.file}"'
    )


def rejection(code: str, data: _Data) -> str:
    """Why one signature, or a requirement as a whole, was not accepted.

    Args:
        code: of the failed check, or of the `Reject`.
        data: what its sentence names.
    """
    if code.startswith("identity."):
        return f"Signature for identity {data['signed']} is not accepted"
    words = _REJECTIONS.get(code)
    if words is not None:
        return words.format_map(data)
    said = reasons.sentence(code, data)
    invalid = code.startswith(("integrity.", "authenticity.", "expiry."))
    return f"Invalid GPG signature: {said}" if invalid else said


def refusal(rejections: Iterable[str]) -> str:
    """Why none of the signatures was accepted.

    Args:
        rejections: of each signature, as `rejection` says them.
    """
    said = tuple(rejections)
    if not said:
        return NO_SIGNATURE
    return said[0] if len(said) == 1 else f"None of the signatures were accepted, reasons: {'; '.join(said)}"


def denial(requirement: Requirement, verdict: Verdict, image: str) -> str:
    """Why an image is denied: what the first requirement that is not met says; empty if each is.

    Args:
        requirement: of the statement that decided.
        verdict: what came of it; made with every signature judged.
        image: with its transport, such as `docker://registry.example/app:v1`.
    """
    for part in parts(requirement):
        if isinstance(part, Reject):
            return _denied(part, len(verdict.signatures), image)
        if isinstance(part, SignedBy):
            found = [one for report in verdict.signatures for one in report.judgements]
            judgements = [one for one in found if one.requirement == part.origin]
            if not any(one.counts for one in judgements):
                failures = (one.failure for one in judgements)
                return refusal(rejection(one.reason, one.data) for one in failures if one is not None)
    return ""


def _denied(part: Reject, signatures: int, image: str) -> str:
    if not part.reason:
        return rejected(image)
    said = rejection(part.reason, part.data)
    if part.reason == "containers.base-layer-unsupported":
        return said
    return refusal([said] * signatures)


def rejected(image: str) -> str:
    """What the requirement `reject` says.

    Args:
        image: with its transport, such as `docker://registry.example/app:v1`.
    """
    return f"Running image {image} is rejected by policy."


def _wrong_type(data: _Data) -> str:
    wanted, found, value = str(data["wanted"]), data["found"], data["value"]
    if wanted == "an object":
        shown = {"array": "[", "string": str(value), "null": "%!s(<nil>)", "number": f"%!s(float64={value})"}
        return f'JSON object expected, got "{shown.get(str(found), f"%!s(bool={str(value).lower()})")}"'
    if wanted == "the name of a type":
        kind = "prm" if _is_identity(data) else "pr"
        return (
            f"json: cannot unmarshal {found} into Go struct field {kind}Common.type "
            f"of type signature.{kind}TypeIdentifier"
        )
    return f"json: cannot unmarshal {found} into Go value of type {_GO_TYPES[wanted.partition(' such')[0]]}"


def _is_identity(data: _Data) -> bool:
    return bool({"signedIdentity", "baseLayerIdentity"} & set(str(data["where"]).split(".")))


_GO_TYPES = {
    "a requirement": "signature.prCommon",
    "an identity": "signature.prmCommon",
    "a list of requirements": "[]json.RawMessage",
    "a string": "string",
    "a list": "[]string",
    "a text in base64": "[]uint8",
}


def _none_of_one(data: _Data) -> str:
    what, names = data["what"], str(data["names"])
    if what == "signedBy":
        return f"E{_ONE_OF}, none of them present"
    return (
        _SIGSTORE_SOURCES if what == "sigstoreSigned" else f"At least one of {_and(names)} must be specified"
    )


def _several_of_one(data: _Data) -> str:
    what, names = data["what"], str(data["names"])
    if what == "signedBy":
        return f"E{_ONE_OF}, more than one present"
    return _SIGSTORE_SOURCES if what == "sigstoreSigned" else f"{_and(names)} cannot be used simultaneously"


def _at_most_one(data: _Data) -> str:
    if data["what"] == "sigstoreSigned":
        return f"at most one of {_REKOR} can be used simultaneously"
    return f"{_and(str(data['names']))} cannot be used simultaneously"


def _and(names: str) -> str:
    return names.replace(", ", " and ")


def _member_missing(data: _Data) -> str:
    name = str(data["name"])
    return (
        f"{name} not specified" if data["what"] == "fulcio" else f"Key {quote(name)} missing in a JSON object"
    )


def _reference_invalid(data: _Data) -> str:
    text = str(data["reference"])
    return f"Invalid format of {data['name']} {text}: {reference_problem(text)}"


def _quoted(form: str, name: str) -> Callable[[_Data], str]:
    return lambda data: form.format(quote(str(data[name])))


def _plain(form: str) -> Callable[[_Data], str]:
    return form.format_map


_POLICY: Mapping[str, Callable[[_Data], str]] = {
    "containers.member-repeated": _quoted("Duplicate key {}", "word"),
    "containers.unknown-member": _quoted("Unknown key {}", "word"),
    "containers.scope-invalid": _quoted("Unknown key {}", "scope"),
    "containers.wrong-type": _wrong_type,
    "containers.default-missing": _plain("Default policy is missing"),
    "containers.requirements-empty": _plain("List of verification policy requirements must not be empty"),
    "containers.requirement-unknown": _quoted("Unknown policy requirement type {}", "word"),
    "containers.identity-unknown": _quoted("Unknown policy reference match type {}", "word"),
    "containers.key-type-unknown": _quoted("Unrecognized keyType value {}", "word"),
    "containers.key-type-missing": _plain('invalid keyType ""'),
    "containers.none-of-one": _none_of_one,
    "containers.several-of-one": _several_of_one,
    "containers.several-of-at-most-one": _at_most_one,
    "containers.none-of-some": _plain("At least one of {names} must be specified"),
    "containers.nothing-named": _plain(f"e{_ONE_OF}"),
    "containers.list-empty": _plain('"{name}" contains no entries'),
    "containers.member-missing": _member_missing,
    "containers.rekor-missing": _plain(f"At least one of {_REKOR} must be specified if fulcio is used"),
    "containers.rekor-with-pki": _plain(f"{_REKOR} are not supported for pki"),
    "containers.data-malformed": _plain("illegal base64 data at input byte {offset}"),
    "containers.prefix-invalid": _quoted("prefix {} is not valid", "prefix"),
    "containers.reference-invalid": _reference_invalid,
    "containers.reference-without-tag": _plain(
        "dockerReference {reference} contains neither a tag nor digest"
    ),
}

_REJECTIONS = {
    "artifact.other-manifest": "Signature for digest {signed} does not match",
    "verdict.unsigned": NO_SIGNATURE,
    "containers.base-layer-unsupported": "signedBaseLayer not implemented yet!",
    "containers.key-type-unsupported": 'Unimplemented "keyType" value "{key_type}"',
}
