"""What a key of a vault signs: which image, under which name, by which key.

    {"description":…,"imageDigest":…,"kmsKeyId":…,"kmsKeyVersionId":…,"metadata":…,"region":…,
     "repositoryName":…,"signingAlgorithm":…}

Source: the client of Oracle's registry (oci-cli 3.95.1, `image-signature sign-upload`). Eight members, in
alphabetical order, all of them texts, no whitespace. `metadata` is a text that holds JSON, or nothing;
`repositoryName` has neither the host nor the namespace. The client escapes all that is not ASCII; clients
written in Go escape `<`, `>` and `&` instead. What was signed is therefore never written anew, only read:
exactly the eight members, each once, in whatever order and however escaped.
"""

import json
from collections.abc import Mapping

import msgspec

from sealwright import limits, strict_json
from sealwright.errors import CheckFailedError, MalformedSignatureError

__all__ = ["Message", "parse", "repository_name"]


_OTHER = {
    "imageDigest": "artifact.kms-other-image",
    "region": "identity.kms-other-region",
    "repositoryName": "identity.kms-other-repository",
}
_SHOWN = 300
"""How many characters of a field that differs are told; no good one is longer."""


class Message(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """The eight fields, as texts."""

    description: str
    image_digest: str
    kms_key_id: str
    kms_key_version_id: str
    metadata: str
    region: str
    repository_name: str
    signing_algorithm: str

    def encoded(self) -> bytes:
        """The bytes to sign, exactly as Oracle's client writes them."""
        return json.dumps(self.fields, separators=(",", ":")).encode()

    @property
    def fields(self) -> Mapping[str, str]:
        """All of them, by the names that stand in the message, in its order."""
        found: dict[str, str] = msgspec.to_builtins(self)
        return found

    def require(self, wanted: Mapping[str, str]) -> None:
        """Return if some of the fields are what they have to be.

        Args:
            wanted: the names of fields, as they stand in the message, and what each has to be.

        Raises:
            CheckFailedError: for the first that differs; its data name the `field`.
        """
        fields = self.fields
        for name, right in wanted.items():
            if fields[name] != right:
                code = _OTHER.get(name, "artifact.kms-other-field")
                raise CheckFailedError(code, field=name, signed=fields[name][:_SHOWN], wanted=right)

    @property
    def annotations(self) -> Mapping[str, str]:
        """The members of the metadata, if it is an object; values that are no texts as compact JSON."""
        found = self._metadata()
        if not isinstance(found, dict):
            return {}
        return {
            name: value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
            for name, value in found.items()
        }

    @property
    def metadata_problem(self) -> str:
        """Why the metadata is no JSON, in a few words; empty if it is, or if there is none."""
        found = self._metadata()
        return found.problem if isinstance(found, strict_json.JsonError) else ""

    def _metadata(self) -> object:
        try:
            return strict_json.loads(self.metadata.encode(), limits.KMS_SIGNATURE_BYTES)
        except strict_json.JsonError as error:
            return error if self.metadata else None


def parse(content: bytes) -> Message:
    """Read what was signed. Whether its signature is good is not asked here.

    Args:
        content: the signed bytes.

    Raises:
        MalformedSignatureError: `parse.kms-message-malformed`.
    """
    try:
        found = strict_json.loads(content, limits.KMS_SIGNATURE_BYTES)
        return msgspec.convert(found, Message)
    except strict_json.JsonError as error:
        problem = error.problem
    except msgspec.ValidationError as error:
        problem = str(error)
    raise MalformedSignatureError("parse.kms-message-malformed", problem=problem)


def repository_name(path: str) -> str:
    """What a message calls a repository: its path in the registry without the first part, the namespace.

    Args:
        path: without the host, such as `namespace/project01/app`; one of a single part is the name itself.
    """
    return path.partition("/")[2] or path
