# ruff: noqa: INP001  # beside generated.py, which imports it
"""The page of the Python API, made from signatures and docstrings."""

import inspect
import re
from collections.abc import Iterator, Mapping

import msgspec

import sealwright

__all__ = ["GROUPS", "python_block"]

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Verify": ("verify", "judge"),
    "Sign": ("sign", "load_signer", "Signer", "Algorithm", "EnvelopeKind", "Timestamp", "Signed"),
    "Files": ("sign_blob", "verify_blob", "judge_blob", "SignedBlob", "BlobSignature"),
    "List and inspect": (
        "list_signatures",
        "inspect",
        "Listing",
        "Listed",
        "Inspected",
        "Summary",
        "CertificateSummary",
    ),
    "Client": ("Client", "Credentials", "Outcome", "Failure"),
    "Policies and trust stores": ("read_policy", "Policy", "PolicySource", "TrustStores", "TrustSource"),
    "Envelopes in hand": ("inspect_envelope", "judge_envelopes", "Envelope"),
    "Verdicts": (
        "Verdict",
        "Decision",
        "VerdictSubject",
        "PolicyUsed",
        "SignatureReport",
        "SigningTimes",
        "Judgement",
        "Check",
        "Unreadable",
    ),
    "Images": ("Subject", "Reference", "Descriptor", "Digest", "Platform"),
    "Notices": ("Event", "Notice", "EventSink"),
    "Errors": (
        "SealwrightError",
        "CallerError",
        "UsageError",
        "DocumentError",
        "NoStatementError",
        "KeyUnavailableError",
        "ArtifactError",
        "MalformedSignatureError",
        "MalformedContentError",
        "RefusedError",
        "EnvironmentalError",
        "NetworkError",
        "RegistryError",
        "NotFoundError",
        "PluginError",
        "AccessDeniedError",
        "StorageError",
        "InternalError",
    ),
    "Version": ("__version__",),
}
"""Every public name, in the order of the page."""

ALIASES: Mapping[str, str] = {
    "BlobSignature": "An `Envelope`, or the path of a file whose name ends with `.jws.sig` or `.cose.sig`.",
    "Credentials": "User name and password: by the registry's domain, or by a function of domain and path.",
    "Decision": "`accepted`, `allowed` or `refused`.",
    "EnvelopeKind": "`jws` or `cose`.",
    "EventSink": "Takes events as they happen: a function of an `Event`, called from several threads.",
    "PolicySource": "A path, the bytes of a file, the same as a dictionary, or a `Policy` read before.",
    "TrustSource": "`TrustStores`, or what they are made of.",
    "__version__": "The version, as a text.",
}
"""Names without a docstring of their own."""

_SECTION = re.compile(r"^(Args|Returns|Raises|Attributes):$")
_ENTRY = re.compile(r"^    (\w+): (.*)$")


def python_block() -> Iterator[str]:
    """Every public name with its signature and what it is for."""
    for group, names in GROUPS.items():
        yield from (f"## {group}", "")
        for name in names:
            yield from _named(name)


def _named(name: str) -> Iterator[str]:
    value = getattr(sealwright, name)
    yield from (f"### {name}", "")
    if name in ALIASES:
        yield from (ALIASES[name], "")
        return
    if not inspect.isclass(value):
        yield from _called(name, value)
        return
    if issubclass(value, Exception):
        base = value.__bases__[0].__name__
        yield from (f"A `{base}`.", "") if base != "Exception" else ()
        yield from _told(value)
        return
    if issubclass(value, msgspec.Struct):
        yield from _told(value)
        fields = ", ".join(f"`{field}`" for field in value.__struct_fields__)
        yield from (f"Fields: {fields}." if fields else "No fields.", "")
    else:
        made = None if getattr(value, "_is_protocol", False) or issubclass(value, str) else value
        yield from _called(name, made) if made is not None else _told(value)
    for member, held in vars(value).items():
        if not member.startswith("_") and (
            inspect.isfunction(held) or isinstance(held, classmethod | property)
        ):
            yield from _member(f"{name}.{member}", held)


def _member(name: str, held: object) -> Iterator[str]:
    if isinstance(held, property):
        yield from (f"#### {name}", "", *_told(held))
        return
    function = held.__func__ if isinstance(held, classmethod) else held
    yield from (f"#### {name}", "", *_called(name, function))


def _called(name: str, function: object) -> Iterator[str]:
    """The call as one would write it, and its docstring."""
    assert callable(function)  # noqa: S101  # only such are passed
    signature = inspect.signature(function)
    parts = [_parameter(one) for one in signature.parameters.values() if one.name not in ("self", "cls")]
    keywords = [one for one in signature.parameters.values() if one.kind is one.KEYWORD_ONLY]
    if keywords:
        parts.insert(list(signature.parameters).index(keywords[0].name) - _owner(signature), "*")
    yield from ("```text", f"{name}({', '.join(parts)})", "```", "", *_told(function))


def _owner(signature: inspect.Signature) -> int:
    return int(next(iter(signature.parameters), "") in ("self", "cls"))


def _parameter(parameter: inspect.Parameter) -> str:
    star = "**" if parameter.kind is parameter.VAR_KEYWORD else ""
    plain = parameter.default is parameter.empty
    default = getattr(parameter.default, "__name__", repr(parameter.default))
    return f"{star}{parameter.name}" if plain else f"{parameter.name}={default}"


def _told(value: object) -> Iterator[str]:
    """A docstring as Markdown: its sections as lists of definitions."""
    in_list = False
    for line in inspect.cleandoc(value.__doc__ or "").splitlines():
        section, entry = _SECTION.match(line), _ENTRY.match(line)
        if section:
            in_list = True
            yield from (f"{section[1].replace('Args', 'Arguments')}", "")
        elif in_list and entry:
            yield f"- `{entry[1]}`: {entry[2]}"
        elif in_list and line.startswith("    "):
            yield f"  {line.strip()}"
        else:
            yield line
    yield ""
