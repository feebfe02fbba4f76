"""The inputs that fuzzing starts from: real ones, made by the product and its peers.

Random bytes never get past the first brace. These do, and a change to them reaches the code behind it.
"""

import io
import json
import tarfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from world import notary, openpgp, pki
from world.home import statement

PRODUCERS = Path(__file__).parents[1] / "tests" / "producers"


@cache
def chain() -> pki.Chain:
    return pki.chain("ec256")


def jws() -> Iterator[bytes]:
    yield notary.signed(chain())
    yield notary.signed(chain(), user_metadata={"build": "42"})
    yield notary.crafted(chain(), signed_attributes=notary.authority(chain()))
    yield from _files("notation-*/**/*.jws.sig")


def cose() -> Iterator[bytes]:
    yield notary.signed(chain(), media_types.NOTARY_COSE)
    yield notary.signed(chain(), media_types.NOTARY_COSE, user_metadata={"build": "42"})
    yield notary.crafted(chain(), media_types.NOTARY_COSE, notary.authority(chain()))
    yield from _files("notation-*/**/*.cose.sig")


def detached() -> Iterator[bytes]:
    """Signatures of files: of the reference's, and of one whose digests the target knows."""
    yield from _files("notation-*/blobs/**/*.sig")
    for algorithm in ("sha256", "sha384"):
        blob = Descriptor("text/plain", Digest.of(b"net-monitor", algorithm), len(b"net-monitor"))
        yield notary.signed(chain(), payload=blob)
        yield notary.signed(chain(), media_types.NOTARY_COSE, payload=blob)


def certificates() -> Iterator[bytes]:
    yield from chain().certificates
    yield b"".join(
        x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM) for der in chain().certificates
    )
    odd = pki.chain("ec256", leaf={"extensions": (pki.OCSP, pki.CRL)})
    yield odd.certificates[0]
    yield pki.chain("rsa2048").certificates[0]
    yield from _files("**/*.pem")
    yield from _files("**/*.crt")


def simple_signatures() -> Iterator[bytes]:
    """Messages of gpg, and some made by hand."""
    yield from _files("gpg-2.2/*.signature")
    content = openpgp.payload("sha256:" + "0" * 64)
    yield openpgp.message(content)
    yield openpgp.signature_3("00" * 8, 0) + openpgp.literal(content)


def simple_payloads() -> Iterator[bytes]:
    """Payloads of simple signatures."""
    yield openpgp.payload("sha256:" + "0" * 64, creator="atomic 5", timestamp=1)
    yield from _files("gpg-2.2/payload.json")


def signature_manifests() -> Iterator[bytes]:
    yield from _files("notation-1.3.2/*.manifest.json")
    for content in image_manifests():
        if b"notary.signature" in content:
            yield content


def image_manifests() -> Iterator[bytes]:
    for path in sorted((PRODUCERS / "notation-2.0" / "layouts").glob("*/blobs/sha256/*")):
        content = path.read_bytes()
        if content.startswith(b"{"):
            yield content
    yield _json({"schemaVersion": 2, "mediaType": media_types.IMAGE_INDEX, "manifests": [_entry()]})


def blob_policies() -> Iterator[bytes]:
    one = {"name": "a", "signatureVerification": {"level": "strict"}}
    one |= {"trustStores": ["ca:acme"], "trustedIdentities": ["*"]}
    other = {"name": "b", "signatureVerification": {"level": "skip"}}
    yield _json({"version": "1.0", "trustPolicies": [{**one, "globalPolicy": True}]})
    yield _json({"version": "1.0", "trustPolicies": [one, other]})


def policies() -> Iterator[bytes]:
    yield _json({"version": "1.0", "trustPolicies": [statement()]})
    narrow = statement(
        "narrow",
        scopes=("registry.example/a", "registry.example/b"),
        level="permissive",
        identities=("x509.subject: C=US, ST=WA, O=Acme", "x509.subject: C=DE, ST=BE, O=Acme, OU=\\+1"),
        override={"revocation": "skip", "expiry": "enforce"},
        verifyTimestamp="afterCertExpiry",
    )
    skipping = {"name": "s", "registryScopes": ["*"], "signatureVerification": {"level": "skip"}}
    yield _json({"version": "1.0", "trustPolicies": [narrow, skipping]})


def references() -> Iterator[bytes]:
    digest = "sha256:" + "0" * 64
    yield from (
        text.encode()
        for text in (
            "alpine",
            "docker://registry.example:5000/team/app:v1",
            f"localhost/app@{digest}",
            f"[::1]:5000/app:v1@{digest}",
            "oci:folder/of:tag",
            f"oci-archive:file.tar@{digest}",
            "index.docker.io/library/alpine:3.20",
        )
    )


def distinguished_names() -> Iterator[bytes]:
    yield from (
        text.encode()
        for text in (
            "C=US, ST=WA, O=Acme",
            'CN="a, b", O=x\\2C y, OU=\\#1',
            "CN=#0C0141",
            "CN=a+OU=b,O=c",
            "1.2.840.113549.1.9.1=a@b.example",
        )
    )


def challenges() -> Iterator[bytes]:
    yield b'Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a:pull"'
    yield b'Basic realm="a \\" b", Bearer realm=https://auth.example/token,error="invalid_token"'


def links() -> Iterator[bytes]:
    yield b'</v2/app/referrers/sha256:0?n=2&last=x>; rel="next"'
    yield b"<https://registry.example/next>; rel=next; title=\"a, b\", </prev>; rel='prev'"


def referrer_pages() -> Iterator[bytes]:
    yield _json({"schemaVersion": 2, "mediaType": media_types.IMAGE_INDEX, "manifests": [_entry(), _entry()]})
    yield _json({"schemaVersion": 2, "manifests": None})


def archives() -> Iterator[bytes]:
    """The small layout that notation 2.0 wrote, in three kinds of tar."""
    (folder,) = (PRODUCERS / "notation-2.0" / "layouts").iterdir()
    for kind in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=kind) as tar:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    entry = tar.gettarinfo(path, str(path.relative_to(folder)))
                    entry.pax_headers = {"comment": "a comment"} if kind == tarfile.PAX_FORMAT else {}
                    with path.open("rb") as file:
                        tar.addfile(entry, file)
        yield out.getvalue()


def helper_answers() -> Iterator[bytes]:
    yield _json({"ServerURL": "registry.example", "Username": "jane", "Secret": "open sesame"})
    yield _json({"Username": "<token>", "Secret": "abc"})
    yield b"credentials not found in native keychain"


def private_keys() -> Iterator[bytes]:
    yield from _files("openssl-3.0/*.key")


def settings() -> Iterator[bytes]:
    yield _json({"auths": {"registry.example": {"auth": "amFuZTpvcGVuIHNlc2FtZQ=="}}, "credsStore": "pass"})
    yield _json({"default": "a", "keys": [{"name": "a", "keyPath": "/a.key", "certPath": "/a.crt"}]})
    yield _json({"a": [1, 2.5e3, True, None, "\u00e9\U0001f512"], "b": {"c": {"d": []}}})


def _entry() -> dict[str, object]:
    return {
        "mediaType": media_types.IMAGE_MANIFEST,
        "digest": str(Digest.of(b"x")),
        "size": 1,
        "artifactType": media_types.NOTARY_SIGNATURE,
        "annotations": {"org.opencontainers.image.ref.name": "v1"},
        "platform": {"os": "linux", "architecture": "amd64"},
    }


def _files(pattern: str) -> Iterator[bytes]:
    for path in sorted(PRODUCERS.glob(pattern)):
        yield path.read_bytes()


def _json(value: object) -> bytes:
    return json.dumps(value, indent=1).encode()
