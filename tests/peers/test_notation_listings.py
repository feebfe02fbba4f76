"""What others push beside good signatures: some of it stops the real notation, none of it stops us.

The registry is Debian's, without a referrers API, because there the list of an image's signatures is an index
that anybody with the right to push may write, in any order.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from peers.notation import BOTH, Notation, seal_listed
from sealwright import limits, media_types
from sealwright import manifest as manifests
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.formats.notary import manifest as signature_manifest
from sealwright.formats.notary import payload
from sealwright.formats.notary.jws import PAYLOAD_ORDER
from sealwright.interfaces import Repository
from world import images, notary, pki
from world.home import Home, statement
from world.registry import DebianRegistry
from world.wire import Wire

pytestmark = pytest.mark.peer("docker-registry")

CHAIN = pki.chain("ec256")
JUNK = 100
ELSEWHERE = {"mediaType": media_types.IMAGE_MANIFEST, "digest": str(Digest.of(b"elsewhere")), "size": 9}
Entry = dict[str, object]


class Image:
    """An image whose referrers tag is written entry by entry.

    Args:
        registry: where it is.
        name: of the repository.
    """

    def __init__(self, registry: DebianRegistry, name: str) -> None:
        self._wire = Wire(registry.address)
        self._name = name
        self.typed = images.push(f"{registry.local}/{name}", "v1", name)
        with images.repository_at(f"{registry.local}/{name}") as repository:
            self._subject = repository.resolve("v1")
            target = payload.write(self._subject, PAYLOAD_ORDER)
            self._envelope = self._blob(repository, notary.crafted(CHAIN, target=target))
            self._garbage = self._blob(repository, b"garbage")
            self._config = self._blob(repository, manifests.EMPTY_CONFIG)

    @staticmethod
    def _blob(repository: Repository, content: bytes) -> Descriptor:
        blob = manifests.describe(content, media_types.NOTARY_JWS)
        repository.push_blob(blob, lambda: iter((content,)))
        return blob

    def signature(self, **changes: object) -> Entry:
        """Push the manifest of a good signature, some members changed or (None) left out; gives its entry."""
        members: dict[str, Any] = {
            "artifactType": media_types.NOTARY_SIGNATURE,
            "config": msgspec.structs.replace(self._config, media_type=media_types.EMPTY),
            "layers": [self._envelope],
            "subject": self._subject,
            **changes,
        }
        plain = {name: value for name, value in members.items() if value is not None}
        return self.pushed(json.loads(msgspec.json.encode(plain, enc_hook=str)))

    def pushed(self, members: Entry) -> Entry:
        """Push any manifest; gives an entry that calls it a signature."""
        whole = {"schemaVersion": 2, "mediaType": media_types.IMAGE_MANIFEST, **members}
        content = json.dumps(whole).encode()
        digest, _ = self._wire.push_manifest(self._name, str(Digest.of(content)), members)
        entry = {"mediaType": media_types.IMAGE_MANIFEST, "digest": str(digest), "size": len(content)}
        annotations = {"annotations": members["annotations"]} if "annotations" in members else {}
        return {**entry, "artifactType": media_types.NOTARY_SIGNATURE, **annotations}

    def junk(self, number: int, **annotations: str) -> Entry:
        """A signature manifest whose envelope is garbage."""
        return self.signature(layers=[self._garbage], annotations={"number": str(number), **annotations})

    def two_envelopes(self) -> Entry:
        return self.signature(layers=[self._envelope, self._garbage])

    def lost_envelope(self) -> Entry:
        return self.signature(layers=[msgspec.structs.replace(self._garbage, size=1)])

    def listed(self, *entries: Entry) -> None:
        """Write the referrers tag."""
        tag = str(self._subject.digest).replace(":", "-")
        self._wire.push_manifest(
            self._name, tag, {"mediaType": media_types.IMAGE_INDEX, "manifests": list(entries)}
        )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    made = Home(tmp_path_factory.mktemp("user") / "home")
    made.add_key("build", CHAIN)
    made.trust("acme", CHAIN.root)
    made.policy(statement())
    return made


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DebianRegistry]:
    with DebianRegistry(tmp_path_factory.mktemp("debian")) as running:
        yield running


def verdict(home: Home, image: str, *flags: object) -> tuple[int, dict[str, Any]]:
    done = home.seal("verify", "--output", "json", *flags, image)
    return done.status, json.loads(done.out)


def unreadable(found: dict[str, Any]) -> Counter[str]:
    return Counter(one["reason"] for one in found["unreadable"])


STOPPING = {
    "a manifest with two envelopes": (Image.two_envelopes, "parse.manifest-envelopes"),
    "a manifest whose envelope is not of its size": (Image.lost_envelope, "artifact.size-mismatch"),
}


@pytest.mark.parametrize("what", STOPPING)
@pytest.mark.parametrize("name", BOTH)
def test_a_malformed_signature_before_a_good_one_stops_notation_and_not_us(
    name: str, what: str, home: Home, registry: DebianRegistry
) -> None:
    make, code = STOPPING[what]
    image = Image(registry, f"stopped/{list(STOPPING).index(what)}-{name}")
    image.listed(make(image), image.signature())
    assert not Notation(name, home).accepts(image.typed)
    status, found = verdict(home, image.typed)
    assert (0, "accepted") == (status, found["decision"])
    assert {code: 1} == unreadable(found)
    image.listed(image.signature(), make(image))
    assert Notation(name, home).accepts(image.typed)  # only the order was changed
    assert 0 == verdict(home, image.typed)[0]


PASSED_OVER: dict[str, tuple[Callable[[Image], Entry], str]] = {
    "an envelope that is garbage": (lambda image: image.junk(0), "parse.envelope-malformed"),
    "an envelope of another type": (
        lambda image: image.signature(
            layers=[msgspec.structs.replace(image._garbage, media_type="text/plain")]
        ),
        "parse.envelope-type-unknown",
    ),
}


@pytest.mark.parametrize("what", PASSED_OVER)
@pytest.mark.parametrize("name", BOTH)
def test_both_pass_over_what_is_no_signature(
    name: str, what: str, home: Home, registry: DebianRegistry
) -> None:
    make, code = PASSED_OVER[what]
    image = Image(registry, f"passed/{list(PASSED_OVER).index(what)}-{name}")
    image.listed(make(image), image.signature())
    assert Notation(name, home).accepts(image.typed)
    status, found = verdict(home, image.typed)
    assert 0 == status
    assert {code: 1} == unreadable(found)


MISFILED: dict[str, tuple[dict[str, object], str]] = {
    "a manifest without a subject": ({"subject": None}, "parse.manifest-subject"),
    "a manifest with another subject": ({"subject": ELSEWHERE}, "parse.manifest-subject"),
    "a manifest of another type": ({"artifactType": "text/plain"}, "parse.manifest-kind"),
    "a manifest without a type": ({"artifactType": None}, "parse.manifest-kind"),
}


@pytest.mark.parametrize("what", MISFILED)
@pytest.mark.parametrize("name", BOTH)
def test_notation_believes_the_referrers_tag_and_we_believe_the_manifest(
    name: str, what: str, home: Home, registry: DebianRegistry
) -> None:
    changes, code = MISFILED[what]
    image = Image(registry, f"misfiled/{list(MISFILED).index(what)}-{name}")
    image.listed(image.signature(**changes))
    assert Notation(name, home).accepts(image.typed)
    status, found = verdict(home, image.typed)
    assert (1, {code: 1}) == (status, unreadable(found))


@pytest.mark.parametrize("name", BOTH)
def test_we_find_a_signature_that_the_referrers_tag_calls_something_else_and_notation_does_not(
    name: str, home: Home, registry: DebianRegistry
) -> None:
    image = Image(registry, f"renamed-{name}")
    image.listed(image.signature() | {"artifactType": media_types.EMPTY})
    assert not Notation(name, home).accepts(image.typed)
    assert 0 == verdict(home, image.typed)[0]


@pytest.mark.parametrize("name", BOTH)
def test_junk_that_announces_nobody_stops_notation_at_its_limit_and_costs_us_nothing(
    name: str, home: Home, registry: DebianRegistry
) -> None:
    image = Image(registry, f"junk/silent-{name}")
    digests = [hashlib.sha256(der).hexdigest() for der in CHAIN.certificates]
    announced = {signature_manifest.THUMBPRINTS: json.dumps(digests)}
    image.listed(*(image.junk(number) for number in range(JUNK)), image.signature(annotations=announced))
    assert not Notation(name, home).accepts(image.typed)
    status, found = verdict(home, image.typed)
    assert (0, 1) == (status, sum(bool(one["judgements"]) for one in found["signatures"]))


@pytest.mark.parametrize("name", BOTH)
def test_junk_of_the_right_type_is_reported_up_to_the_limit_and_a_higher_limit_finds_the_good_one(
    name: str, home: Home, registry: DebianRegistry
) -> None:
    assert JUNK == limits.MAX_SIGNATURES
    image = Image(registry, f"junk/right-type-{name}")
    good = image.signature()
    image.listed(*(image.junk(number) for number in range(JUNK)), good)
    assert JUNK + 1 == len(seal_listed(home, image.typed))
    assert not Notation(name, home).accepts(image.typed)
    status, found = verdict(home, image.typed)
    assert (1, "refused") == (status, found["decision"])
    assert {"parse.envelope-malformed": JUNK} == unreadable(found)
    beyond = [(one["location"], one["reason"]) for one in found["signatures"]]
    assert [(good["digest"], "verdict.limit-reached")] == beyond
    assert "raise --max-signatures" in home.seal("verify", image.typed).out
    raised = ("--max-signatures", 2 * JUNK)
    assert Notation(name, home).accepts(image.typed, *raised)
    status, found = verdict(home, image.typed, *raised)
    assert (0, {"parse.envelope-malformed": JUNK}) == (status, unreadable(found))


@pytest.mark.parametrize("name", BOTH)
def test_junk_of_another_type_costs_neither_anything(
    name: str, home: Home, registry: DebianRegistry, tmp_path: Path
) -> None:
    image = Image(registry, f"junk/another-type-{name}")
    others = [image.junk(number) | {"artifactType": "application/spdx+json"} for number in range(2 * JUNK)]
    image.listed(*others, image.signature())
    assert Notation(name, home).accepts(image.typed, "--max-signatures", 1)
    status, found = verdict(home, image.typed, "--max-signatures", 1)
    assert (0, 1, Counter()) == (status, len(found["signatures"]), unreadable(found))
