"""Whether an uploaded signature may be kept: the checks of a registry, made once, when it comes.

1. The algorithm is one of the four for images.
2. The message can be read, and its metadata is JSON, or empty.
3. Each of its fields is that of the request and of the image, in alphabetical order.
4. The public key of the named version is an RSA key.
5. The signature is one of the message by that key.

Oracle's own API makes few of these checks; its clients never look at the fields again, so that what is not
refused here would verify on any image.
"""

from collections.abc import Mapping

import msgspec

from sealwright import reasons
from sealwright.errors import CheckFailedError, MalformedSignatureError
from sealwright.formats.kms import algorithms, message

__all__ = ["Image", "Problem", "Upload", "problem"]


class Upload(msgspec.Struct, frozen=True):
    """The fields of the request, message and signature out of their base64."""

    key_id: str
    key_version_id: str
    signing_algorithm: str
    message: bytes
    signature: bytes


class Image(msgspec.Struct, frozen=True):
    """What the signature is uploaded for: digest of the manifest, repository without namespace, region."""

    digest: str
    repository_name: str
    region: str


class Problem(msgspec.Struct, frozen=True):
    """Why an upload is refused: the field of the request, a reason code and its data.

    `field` is as the request calls it; one of the message's own is `message.` and its name.
    """

    field: str
    code: str
    data: Mapping[str, object] = {}

    def __str__(self) -> str:
        return reasons.sentence(self.code, self.data)


def problem(upload: Upload, image: Image, public_key: bytes) -> Problem | None:
    """The first thing that is wrong with an upload, if any.

    Args:
        upload: the request.
        image: what it is for, as the registry knows it.
        public_key: of the named version of the named key, PEM or DER.
    """
    # 1. algorithm
    name = upload.signing_algorithm
    algorithm = algorithms.IMAGE_ALGORITHMS.get(name)
    if algorithm is None:
        return Problem("signingAlgorithm", "parse.kms-algorithm", {"algorithm": name[:64]})
    # 2. message
    try:
        claims = message.parse(upload.message)
    except MalformedSignatureError as error:
        return Problem("message", error.code, error.data)
    odd = claims.metadata_problem
    if odd:
        return Problem("message.metadata", "parse.kms-metadata-malformed", {"problem": odd})
    # 3. fields
    wanted = {
        "imageDigest": image.digest,
        "kmsKeyId": upload.key_id,
        "kmsKeyVersionId": upload.key_version_id,
        "region": image.region,
        "repositoryName": image.repository_name,
        "signingAlgorithm": name,
    }
    try:
        claims.require(wanted)
    except CheckFailedError as error:
        return Problem(f"message.{error.data['field']}", error.code, error.data)
    # 4. key
    key = algorithms.public_key(public_key)
    if not algorithms.is_for(algorithm, key):
        return Problem("kmsKeyId", "integrity.kms-key-kind", {"algorithm": name})
    # 5. signature
    if not algorithms.verifies(key, algorithm, upload.message, upload.signature):
        return Problem("signature", "integrity.signature-invalid", {"algorithm": name})
    return None
