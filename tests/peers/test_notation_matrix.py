"""The real notation and `seal`, each on the other's signatures: every key, both envelopes, every place."""

import itertools
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from peers.notation import BOTH, Notation, seal_inspected, seal_listed
from sealwright import manifest as manifests
from sealwright import media_types
from sealwright.descriptor import Descriptor
from world import images, pki
from world.home import Home, statement
from world.registry import DebianRegistry, Registry

ENVELOPES = {"jws": "application/jose+json", "cose": "application/cose"}
PLACES = (
    "embedded",
    pytest.param("debian", marks=pytest.mark.peer("docker-registry")),
    "layout",
)
METADATA = {"io.example.build": "42", "markup": '<a href="&">', "umlaut": "Grüße"}


class Places:
    """One of each kind of place for images, started when first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started: dict[str, Registry | DebianRegistry] = {}
        self._names = (f"image{number}" for number in itertools.count())

    def new_image(self, place: str) -> str:
        """An image that nobody has signed yet, named by its digest; `oci:FOLDER:TAG` in the layout."""
        name = next(self._names)
        if place == "layout":
            images.make_layout(self._folder / "layout", name)
            return f"oci:{self._folder / 'layout'}:{name}"
        return images.push(f"{self.address(place)}/{name}", "v1", name)

    def address(self, place: str) -> str:
        """The address of a registry."""
        if place not in self._started:
            kind = Registry if place == "embedded" else DebianRegistry
            self._started[place] = kind(self._folder / place)
        return self._started[place].local

    def stop(self) -> None:
        for started in self._started.values():
            started.stop()


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    made = Places(tmp_path_factory.mktemp("places"))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """All six keys; all their roots are trusted."""
    made = Home(tmp_path_factory.mktemp("user") / "home")
    for kind in pki.KINDS:
        chain = pki.chain(kind)
        made.add_key(kind, chain)
        made.trust("acme", chain.root)
    made.policy(statement())
    return made


@pytest.fixture(scope="module")
def made_by_us(home: Home, places: Places) -> dict[tuple[str, str, str], str]:
    """Images that we signed, by place, key and envelope: signed once for all programs that look at them."""
    del home, places  # what the signatures are made with
    return {}


def _retyped(descriptor: Descriptor | None, media_type: str) -> Descriptor:
    assert descriptor is not None
    return Descriptor(media_type, descriptor.digest, descriptor.size)


def accepted(home: Home, image: str) -> bool:
    scope = ("--scope", "local/layout") if image.startswith("oci:") else ()
    done = home.seal("verify", *scope, image)
    assert done.status in (0, 1), done
    return 0 == done.status


@pytest.mark.parametrize("envelope", ENVELOPES)
@pytest.mark.parametrize("kind", pki.KINDS)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", BOTH)
def test_notation_verifies_lists_and_inspects_what_we_signed(
    name: str,
    place: str,
    kind: str,
    envelope: str,
    home: Home,
    places: Places,
    made_by_us: dict[tuple[str, str, str], str],
) -> None:
    notation = Notation(name, home)
    if (place, kind, envelope) not in made_by_us:
        image = places.new_image(place)
        form = ("--legacy",) if place == "layout" else ()
        home.must("sign", "--key", kind, "--signature-format", envelope, *form, image)
        made_by_us[place, kind, envelope] = image
    image = made_by_us[place, kind, envelope]
    ours = seal_inspected(home, image)
    assert 1 == len(ours)
    assert notation.accepts(image)
    assert frozenset(ours) == notation.signatures(image)
    assert ENVELOPES[envelope] == next(iter(ours.values())).envelope
    if place != "layout":  # notation does not inspect layouts
        assert ours == notation.inspected(image)


@pytest.mark.parametrize("envelope", ENVELOPES)
@pytest.mark.parametrize("kind", pki.KINDS)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", BOTH)
def test_we_verify_list_and_inspect_what_notation_signed(
    name: str, place: str, kind: str, envelope: str, home: Home, places: Places
) -> None:
    notation = Notation(name, home)
    image = places.new_image(place)
    notation.sign(image, "--key", kind, "--signature-format", envelope)
    assert accepted(home, image)
    theirs = notation.signatures(image)
    assert 1 == len(theirs)
    assert theirs == seal_listed(home, image)
    ours = seal_inspected(home, image)
    assert theirs == frozenset(ours)
    assert ENVELOPES[envelope] == next(iter(ours.values())).envelope
    if place != "layout":
        assert notation.inspected(image) == ours


@pytest.mark.peer("notation2")
def test_the_2_0_line_sees_our_default_form_in_layouts(home: Home, places: Places) -> None:
    image = places.new_image("layout")
    home.must("sign", "--key", "ec256", image)
    assert Notation("notation2", home).accepts(image)


@pytest.mark.peer("notation")
def test_the_1_3_line_does_not_see_our_default_form_in_layouts(home: Home, places: Places) -> None:
    image = places.new_image("layout")
    home.must("sign", "--key", "ec256", image)
    notation = Notation("notation", home)
    assert frozenset() == notation.signatures(image)
    assert not notation.accepts(image)
    assert accepted(home, image)


@pytest.mark.parametrize("envelope", ENVELOPES)
@pytest.mark.parametrize("name", BOTH)
def test_user_metadata_is_kept_and_demanded_alike(
    name: str, envelope: str, home: Home, places: Places
) -> None:
    notation = Notation(name, home)
    flags = [flag for key, value in METADATA.items() for flag in ("-m", f"{key}={value}")]
    signed = ("--key", "ec256", "--signature-format", envelope, *flags)
    ours, theirs = (places.new_image("embedded") for _ in range(2))
    home.must("sign", *signed, ours)
    notation.sign(theirs, *signed)
    for image in (ours, theirs):
        seen = seal_inspected(home, image)
        assert [METADATA] == [one.metadata for one in seen.values()]
        assert seen == notation.inspected(image)
        for demanded, expected in (
            (flags, True),
            (flags[:2], True),
            (("-m", "io.example.build=43"), False),
            (("-m", "another=42"), False),
        ):
            assert expected is notation.accepts(image, *demanded)
            assert (0 if expected else 1) == home.seal("verify", *demanded, image).status


@pytest.mark.parametrize("envelope", ENVELOPES)
@pytest.mark.parametrize("name", BOTH)
def test_a_signature_expires_for_both_at_the_same_time(
    name: str, envelope: str, home: Home, places: Places
) -> None:
    notation = Notation(name, home)
    signed = ("--key", "ec256", "--signature-format", envelope, "--expiry")
    ours, theirs, our_short, their_short = (places.new_image("embedded") for _ in range(4))
    home.must("sign", *signed, "1s", our_short)
    notation.sign(their_short, *signed, "1s")
    home.must("sign", *signed, "24h", ours)
    notation.sign(theirs, *signed, "24h")
    for image in (ours, theirs):
        seen = seal_inspected(home, image)
        assert seen == notation.inspected(image)
        (one,) = seen.values()
        assert one.expiry is not None
        assert 24 * 3600 == (one.expiry - one.signing_time).total_seconds()
        assert (True, True) == (notation.accepts(image), accepted(home, image))
    time.sleep(2.1)  # whole seconds, so two of them are surely over
    for image in (our_short, their_short):
        assert seal_inspected(home, image) == notation.inspected(image)
        assert (False, False) == (notation.accepts(image), accepted(home, image))
        assert "expiry.expired" in home.seal("verify", "--output", "json", image).out


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", BOTH)
def test_one_good_signature_among_several_is_enough_for_both(
    name: str, place: str, home: Home, places: Places, tmp_path: Path
) -> None:
    notation = Notation(name, home)
    image = places.new_image(place)
    legacy = ("--legacy",) if place == "layout" else ()
    mallory = Home(tmp_path / "mallory")
    foreign = pki.chain("ec256", subject=pki.name("Mallory"), root={"serial": 666}, issuer_kind="ec384")
    mallory.add_key("mallory", foreign)
    mallory.trust("acme", foreign.root)
    mallory.policy(statement())
    mallory.must("sign", *legacy, image)
    Notation(name, mallory).sign(image)
    assert (False, False) == (notation.accepts(image), accepted(home, image))
    home.must("sign", "--key", "ec521", *legacy, image)
    notation.sign(image, "--key", "ec384", "--signature-format", "cose")
    assert 4 == len(seal_listed(home, image))
    assert seal_listed(home, image) == notation.signatures(image)
    for user in (home, mallory):
        assert (True, True) == (Notation(name, user).accepts(image), accepted(user, image))


@pytest.mark.parametrize("place", PLACES[:2])
@pytest.mark.parametrize("name", BOTH)
def test_tags_and_digests_name_the_same_image_for_both(
    name: str, place: str, home: Home, places: Places
) -> None:
    notation = Notation(name, home)
    pinned = places.new_image(place)
    tagged = f"{pinned.partition('@')[0]}:v1"
    done = home.seal("sign", "--key", "ec256", tagged)
    assert 0 == done.status
    assert "signing.by-tag" in done.err
    notation.sign(tagged, "--key", "ec384")
    for image in (pinned, tagged):
        assert (True, True) == (notation.accepts(image), accepted(home, image))
        assert 2 == len(seal_listed(home, image))
        assert seal_listed(home, image) == notation.signatures(image)
    other = images.push(pinned.partition("@")[0], "v1", "another image under the same tag")
    for image in (other, tagged):
        assert (False, False) == (notation.accepts(image), accepted(home, image))
    assert (True, True) == (notation.accepts(pinned), accepted(home, pinned))


@pytest.mark.parametrize("place", PLACES[:2])
@pytest.mark.parametrize("name", BOTH)
def test_an_index_signed_recursively_verifies_with_notation_as_does_each_image_in_it(
    name: str, place: str, home: Home, places: Places
) -> None:
    notation = Notation(name, home)
    path = f"{places.address(place)}/index-{name}"
    with images.repository_at(path) as repository:
        children = [images.make(repository, platform) for platform in ("amd64", "arm64")]
        members = {"mediaType": media_types.IMAGE_INDEX, "manifests": children}
        index = repository.push_manifest(manifests.encode(members), media_types.IMAGE_INDEX, "v1")
    home.must("sign", "--key", "ec256", "--recursive", f"{path}:v1")
    for one in (index, *children):
        image = f"{path}@{one.digest}"
        assert (True, True) == (notation.accepts(image), accepted(home, image))
        assert seal_inspected(home, image) == notation.inspected(image)


@pytest.mark.parametrize("place", PLACES[:2])
@pytest.mark.parametrize("name", BOTH)
def test_an_image_in_dockers_own_form_is_signed_by_either_for_both(
    name: str, place: str, home: Home, places: Places
) -> None:
    notation = Notation(name, home)
    path = f"{places.address(place)}/docker-{name}"
    with images.repository_at(path) as repository:
        made = manifests.parse(repository.manifest(images.make(repository, "docker's form")))
        members = {
            "mediaType": media_types.DOCKER_MANIFEST,
            "config": _retyped(made.config, "application/vnd.docker.container.image.v1+json"),
            "layers": [
                _retyped(one, "application/vnd.docker.image.rootfs.diff.tar.gzip") for one in made.layers
            ],
        }
        pushed = repository.push_manifest(manifests.encode(members), media_types.DOCKER_MANIFEST)
    image = f"{path}@{pushed.digest}"
    home.must("sign", "--key", "ec256", image)
    assert (True, True) == (notation.accepts(image), accepted(home, image))
    notation.sign(image, "--key", "ec384", "--signature-format", "cose")
    assert seal_inspected(home, image) == notation.inspected(image)
    kinds = {one.artifact[0] for one in notation.inspected(image).values()}
    assert {media_types.DOCKER_MANIFEST} == kinds


@pytest.mark.parametrize("name", BOTH)
def test_seal_in_a_process_of_its_own_does_the_same(name: str, home: Home, places: Places) -> None:
    image = places.new_image("embedded")
    assert 1 == home.seal_alone("verify", image).status
    signed = home.seal_alone("sign", "--key", "rsa2048", image)
    assert 0 == signed.status, signed
    assert Notation(name, home).accepts(image)
    verified = home.seal_alone("verify", image)
    assert (0, "") == (verified.status, verified.err)
    assert f"✓ {image}\n  accepted: " in verified.out
