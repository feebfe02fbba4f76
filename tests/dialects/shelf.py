"""What all cases share: a registry with signed images, and keys. Made once; cases only read it.

Every image is the same, so its digest is too; the repositories differ in their signatures:

    unsigned    none
    signed      one, JWS, by the key of `acme`
    cose        one, COSE
    noted       one, JWS, with user metadata
    twice       JWS and COSE, by the same key
    stranger    one, by a key that nobody trusts
    mixed       that of the stranger, and one by `acme`
    sundry      the same, where the registry lists one of the stranger first
    expiring    one whose own term is over
    lasting     one whose own term is far from over
    lapsed      one whose certificate has expired since
    disordered  one whose certificates have subjects in an unusual order
    wicked      one with user metadata that would change a terminal
    twofold     a manifest of a signature with two envelopes
    junk        what says it is a signature, and is not
    unlike      one that is about another image
"""

import datetime as dt
import itertools
import json
from collections.abc import Mapping
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import NameOID

from dialects.guarded import guarded
from sealwright import manifest as manifests
from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.formats.notary.signing import assemble, prepare
from sealwright.formats.orders import Finished, SigningOrder
from sealwright.interfaces import Repository
from sealwright.signature import Subject
from sealwright.stores.referrers import ReferrerStore
from world import images, pki
from world.content import entry, put_blob
from world.registry import Registry, free_port

__all__ = ["AGENT", "CONTENT", "LAPSED", "METADATA", "SIGNED_AT", "Shelf", "acme", "stranger"]

CONTENT = "net-monitor"
AGENT = "notation-go/1.3.0+unreleased"
SIGNED_AT = dt.datetime(2026, 3, 1, 9, 5, 7, tzinfo=dt.UTC)
EXPIRED = dt.datetime(2026, 3, 2, 9, 5, 7, tzinfo=dt.UTC)
LASTING = dt.datetime(2035, 11, 30, 23, 59, 59, tzinfo=dt.UTC)
LAPSED = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
WICKED = {"note": "a\x1b[31mb"}
METADATA = {"io.example.build": "42", "io.example.a<b>&c": "ünïcode 'quoted' \"twice\""}


def acme() -> pki.Chain:
    """The chain that cases trust under `ca:acme`: leaf, intermediate, root."""
    return pki.chain("ec256")


def stranger() -> pki.Chain:
    """A chain that no case trusts."""
    return pki.chain("ec384", 2)


def disordered() -> pki.Chain:
    """A leaf, trusted by nobody, whose subject begins with the organisation."""
    kinds = (
        NameOID.ORGANIZATION_NAME,
        NameOID.COMMON_NAME,
        NameOID.COUNTRY_NAME,
        NameOID.STATE_OR_PROVINCE_NAME,
    )
    values = ("Acme, Inc.", "odd", "US", "WA")
    subject = x509.Name([x509.NameAttribute(*pair) for pair in zip(kinds, values, strict=True)])
    return pki.chain("ec256", 1, subject=subject)


def lapsed() -> pki.Chain:
    """The first chain with a leaf that has expired since."""
    return pki.chain("ec256", leaf={"not_after": LAPSED})


class Shelf:
    """The registry and what stands in it.

    Attributes:
        registry: the running one.
        values: what placeholders stand for in every case.
        layout: an OCI layout with the image under `v1`, unsigned; to be copied, not changed.
    """

    def __init__(self, folder: Path) -> None:
        self._stack = ExitStack()
        self._folder = folder
        self.registry = self._stack.enter_context(Registry(folder / "registry"))
        self._at = self.registry.local
        nobody = free_port()
        self.values: dict[str, str] = {
            "registry": self._at,
            "port": str(self.registry.port),
            "nobody": f"localhost:{nobody}",
            "nobody_port": str(nobody),
            "guarded": self._stack.enter_context(guarded()),
        }
        self._numbers = itertools.count(1)
        self._fill()
        self.layout = self._layout()

    def close(self) -> None:
        """End the registry."""
        self._stack.close()

    def own(self) -> str:
        """A new repository that holds the image under `v1`."""
        name = f"{self._at}/own{next(self._numbers)}"
        images.push(name, "v1", CONTENT)
        return name

    def _layout(self) -> Path:
        folder = self._folder / "layout"
        images.make_layout(folder, CONTENT)
        index = folder / "index.json"
        index.write_text(index.read_text().replace(f'"{CONTENT}"', '"v1"'))
        return folder

    def _fill(self) -> None:
        self._repository("unsigned")
        self._repository("signed", ("signature", acme(), {}))
        self._repository("cose", ("cose", acme(), {"envelope": media_types.NOTARY_COSE}))
        self._repository("noted", ("noted", acme(), {"user_metadata": METADATA}))
        later = SIGNED_AT + dt.timedelta(minutes=1)
        cose = {"envelope": media_types.NOTARY_COSE, "signed_at": later}
        self._repository("twice", ("twice1", acme(), {}), ("twice2", acme(), cose))
        self._repository("stranger", ("stranger", stranger(), {}))
        self._repository("mixed", ("mixed1", stranger(), {}), ("mixed2", acme(), {}))
        self._repository("expiring", ("expiring", acme(), {"expiry": EXPIRED}))
        self._repository("lasting", ("lasting", acme(), {"expiry": LASTING}))
        self._repository("lapsed", ("lapsed", lapsed(), {}))
        with images.repository_at(f"{self._at}/sundry") as repository:
            image = images.make(repository, CONTENT, "v1")
            trusted = _attach(repository, image, acme(), {})
            for minutes in range(100):  # until the registry lists one of the stranger first
                changes = {"signed_at": SIGNED_AT + dt.timedelta(minutes=minutes)}
                _attach(repository, image, stranger(), changes)
                if str(next(iter(repository.referrers(image))).digest) != trusted:
                    break
        with images.repository_at(f"{self._at}/twice") as repository:
            subject = repository.resolve("v1")
            listed = [str(one.digest) for one in repository.referrers(subject)]
            self.values["first"], self.values["second"] = listed
        self._repository("disordered", ("disordered", disordered(), {}))
        self._repository("wicked", ("wicked", acme(), {"user_metadata": WICKED}))
        with images.repository_at(f"{self._at}/twofold") as repository:
            self.values["twofold"] = _twofold(repository, images.make(repository, CONTENT, "v1"))
        with images.repository_at(f"{self._at}/junk") as repository:
            image = images.make(repository, CONTENT, "v1")
            self.values["junk"] = _junk(repository, image)
        with images.repository_at(f"{self._at}/unlike") as repository:
            image = images.make(repository, CONTENT, "v1")
            other = images.make(repository, "another", "other")
            self.values["unlike"] = _attach(repository, image, acme(), {"payload": _plain(other)})
        for chain, name in ((acme(), "acme"), (stranger(), "stranger")):
            for index, der in enumerate(chain.certificates):
                self.values[f"{name}{index}"] = sha256(der).hexdigest()

    def _repository(self, name: str, *signatures: tuple[str, pki.Chain, Mapping[str, object]]) -> None:
        with images.repository_at(f"{self._at}/{name}") as repository:
            image = images.make(repository, CONTENT, "v1")
            self.values["image"] = str(image.digest)
            self.values["size"] = str(image.size)
            for key, chain, changes in signatures:
                self.values[key] = _attach(repository, image, chain, changes)


def _plain(descriptor: Descriptor) -> Descriptor:
    return Descriptor(descriptor.media_type, descriptor.digest, descriptor.size)


def _attach(
    repository: Repository, image: Descriptor, chain: pki.Chain, changes: Mapping[str, object]
) -> str:
    members = {
        "payload": _plain(image),
        "envelope": media_types.NOTARY_JWS,
        "signed_at": SIGNED_AT,
        "agent": AGENT,
        **changes,
    }
    order = SigningOrder(**members)  # type: ignore[arg-type]  # each case gives what the field wants
    prepared = prepare(order, chain.certificates)
    content = assemble(prepared, chain.sign(prepared.message, chain.algorithm))
    fingerprints = tuple(sha256(der).hexdigest() for der in chain.certificates)
    finished = Finished("notary", order.envelope, content, fingerprints, order.signed_at)
    return ReferrerStore(repository).add(Subject(image, "docker", "shelf"), finished)


def _twofold(repository: Repository, image: Descriptor) -> str:
    """A manifest of a signature with two envelopes; gives its digest."""
    blobs = [put_blob(repository, content, media_types.NOTARY_JWS) for content in (b"{}", b"[]")]
    put_blob(repository, manifests.EMPTY_CONFIG, media_types.EMPTY)
    content = manifests.encode(
        {
            "mediaType": media_types.IMAGE_MANIFEST,
            "artifactType": media_types.NOTARY_SIGNATURE,
            "config": entry(manifests.describe(manifests.EMPTY_CONFIG, media_types.EMPTY)),
            "layers": [entry(blob) for blob in blobs],
            "subject": entry(image),
        }
    )
    return str(repository.push_manifest(content, media_types.IMAGE_MANIFEST).digest)


def _junk(repository: Repository, image: Descriptor) -> str:
    """A manifest of a signature whose envelope is none; gives its digest."""
    content = json.dumps({"no": "envelope"}).encode()
    finished = Finished("notary", media_types.NOTARY_JWS, content, (), SIGNED_AT)
    assert manifests.describe(content, media_types.NOTARY_JWS).size
    return ReferrerStore(repository).add(Subject(image, "docker", "shelf"), finished)
