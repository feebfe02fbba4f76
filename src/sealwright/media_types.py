"""Media types by the names that the code uses."""

__all__ = [
    "APPROVAL_PROOF",
    "CARRIED",
    "DOCKER_CONFIG",
    "DOCKER_LAYER_GZIP",
    "DOCKER_MANIFEST",
    "DOCKER_MANIFEST_LIST",
    "EMPTY",
    "FOREIGN_LAYERS",
    "IMAGE_CONFIG",
    "IMAGE_INDEX",
    "IMAGE_LAYER_TAR",
    "IMAGE_LAYER_TAR_GZIP",
    "IMAGE_MANIFEST",
    "INDEXES",
    "KMS_SIGNATURE",
    "MANIFESTS",
    "NOTARY_COSE",
    "NOTARY_ENVELOPES",
    "NOTARY_JWS",
    "NOTARY_PAYLOAD",
    "NOTARY_SIGNATURE",
    "OCI_ARTIFACT_MANIFEST",
    "SIGNATURES",
]

# OCI image-spec, media-types.md
IMAGE_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
IMAGE_INDEX = "application/vnd.oci.image.index.v1+json"
IMAGE_CONFIG = "application/vnd.oci.image.config.v1+json"
IMAGE_LAYER_TAR = "application/vnd.oci.image.layer.v1.tar"
IMAGE_LAYER_TAR_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip"
EMPTY = "application/vnd.oci.empty.v1+json"
OCI_ARTIFACT_MANIFEST = "application/vnd.oci.artifact.manifest.v1+json"
"""From a release candidate of OCI 1.1; withdrawn, but signatures of that form exist."""

# Docker image manifest version 2, schema 2
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_MANIFEST_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
DOCKER_LAYER_GZIP = "application/vnd.docker.image.rootfs.diff.tar.gzip"

MANIFESTS = (IMAGE_MANIFEST, IMAGE_INDEX, DOCKER_MANIFEST, DOCKER_MANIFEST_LIST, OCI_ARTIFACT_MANIFEST)
"""What is asked for when a manifest is fetched, in order of preference."""

INDEXES = frozenset({IMAGE_INDEX, DOCKER_MANIFEST_LIST})
"""Manifests that list other manifests."""

# Layers that may stay elsewhere (image-spec, layer.md, "Non-Distributable Layers"; Docker's foreign layers)
FOREIGN_LAYERS = (
    "application/vnd.oci.image.layer.nondistributable.",
    "application/vnd.docker.image.rootfs.foreign.",
)
"""Beginnings of their media types."""

# Notary Project, signature-specification.md
NOTARY_SIGNATURE = "application/vnd.cncf.notary.signature"
NOTARY_PAYLOAD = "application/vnd.cncf.notary.payload.v1+json"
NOTARY_JWS = "application/jose+json"
NOTARY_COSE = "application/cose"
NOTARY_ENVELOPES = {"jws": NOTARY_JWS, "cose": NOTARY_COSE}
"""The kinds of envelope by the words of flags and of file names."""

KMS_SIGNATURE = "application/vnd.sealwright.kms.signature.v1+json"
"""A signature by a key of a vault (`formats.kms.content`), and the artifact type of what carries one."""

SIGNATURES = (
    NOTARY_SIGNATURE,
    KMS_SIGNATURE,
    "application/vnd.dev.sigstore.bundle.v0.3+json",
    "application/vnd.dev.cosign.artifact.sig.v1+json",
)
"""Artifact types of signatures: what a copy carries along."""

APPROVAL_PROOF = "application/vnd.sealwright.approval.proof.v1+json"
"""A proof that people approved a signature (`approval.proofs`), and the artifact type of what carries one."""

CARRIED = (*SIGNATURES, APPROVAL_PROOF)
"""Artifact types of what a copy carries along with an image: its signatures, and what was said of these."""
