"""`oc adm verify-image-signature`, `oc describe istag` and `oc get image`: what is verified is recorded."""

import base64
import itertools
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from peers import programs
from sealwright.digest import Digest
from world import openpgp, signers, simple
from world.accounts import Guarded
from world.home import Done, Home
from world.oc import oc
from world.openpgp_keys import Key
from world.wire import Wire

ALICE = Key.ed25519("Alice <alice@example.com>")
BOB = Key.ed25519("Bob <bob@example.com>")
TRUSTED = r'\t\tSignature is Trusted \(verified by user "admin" on [0-9]{4}-[0-9: -]+ [+-][0-9]{4} [A-Z]+\)\n'


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with Guarded(tmp_path_factory.mktemp("oc")) as running:
        yield running


class Scene:
    """A user who is logged in as the administrator, and an image with signatures."""

    def __init__(self, guarded: Guarded, home: Home, repository: str) -> None:
        self.guarded, self.home, self.repository = guarded, home, repository
        self.wire = Wire(guarded.registry.address, guarded.admin)
        self.image = simple.push_image(self.wire, repository, unique=repository)
        self.name = f"{guarded.registry.address}/{repository}:v1"
        self.keys: dict[Key, Path] = {}
        self._older = itertools.count()
        for who, key in (("alice", ALICE), ("bob", BOB)):
            self.keys[key] = home.folder / f"{who}.gpg"
            self.keys[key].write_bytes(key.public())
        done = oc(home, "login", f"http://{guarded.registry.address}", "-u", "admin", "-p", "adminadmin")
        assert 0 == done.status, done

    def sign(self, key: Key = ALICE, reference: str = "", repository: str = "") -> str:
        """Attach a signature; gives its name."""
        at = int(time.time()) - next(self._older)  # or two signatures would be the same
        content = key.message(openpgp.payload(self.image, reference or self.name), at)
        name = simple.name_of(self.image)
        answer = simple.attach(self.wire, repository or self.repository, self.image, content, name=name)
        assert 201 == answer.status, answer
        return name

    def verify(self, *arguments: str, key: Key | None = ALICE, expected: str = "") -> Done:
        keys = (f"--public-key={self.keys[key]}",) if key is not None else ()
        identity = f"--expected-identity={expected or self.name}"
        return oc(self.home, "adm", "verify-image-signature", self.image, identity, *keys, *arguments)

    def describe(self) -> str:
        done = oc(self.home, "describe", "istag", f"{self.repository}:v1")
        assert (0, "") == (done.status, done.err)
        return done.out

    def get(self) -> Any:
        done = oc(self.home, "get", "image", self.image, "-o", "json")
        assert (0, "") == (done.status, done.err)
        return json.loads(done.out)

    def history(self, number: int = 0) -> list[dict[str, Any]]:
        """The records of one of the image's signatures, the last one first."""
        listed = self.wire.ask("GET", f"/api/v1/signatures?repository={self.repository}").json["signatures"]
        one = listed[-1 - number]["id"]
        found: list[dict[str, Any]] = self.wire.ask("GET", f"/api/v1/signatures/{one}/verifications").json[
            "verifications"
        ]
        return found


@pytest.fixture
def scene(guarded: Guarded, tmp_path: Path, request: pytest.FixtureRequest) -> Scene:
    name = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower())[:100].strip("-")
    return Scene(guarded, Home(tmp_path / "user"), f"ns/{name}")


def confirmed(image: Digest, key: Key = ALICE) -> str:
    return f'image "{image}" identity is now confirmed (signed by GPG key "{key.key_id}")\n'


def test_a_good_signature_confirms_the_identity_and_nothing_is_saved_unasked(scene: Scene) -> None:
    name = scene.sign()
    done = scene.verify()
    first, second = done.out.splitlines(keepends=True)
    assert (0, "", confirmed(scene.image)) == (done.status, done.err, first)
    prefix = f'Neither --save nor --remove-all were passed, image "{scene.image}" not updated to '
    assert second.startswith(prefix)
    would_be = json.loads(second.removeprefix(prefix))
    (signature,) = would_be["signatures"]
    assert (name, {"commonName": ALICE.key_id}) == (signature["metadata"]["name"], signature["issuedBy"])
    assert ["Trusted", "ForImage"] == [one["type"] for one in signature["conditions"]]
    assert [] == scene.history()
    assert "\t\tStatus:\tUnverified\n" in scene.describe()


def test_what_is_saved_makes_the_image_verified(scene: Scene) -> None:
    name = scene.sign()
    before = scene.describe()
    assert f"\t\tName:\t{name}\n\t\tType:\tatomic\n\t\tStatus:\tUnverified\n" in before
    assert "Signature is" not in before
    assert Done(0, confirmed(scene.image), "") == scene.verify("--save")
    after = scene.describe()
    assert f"\t\tStatus:\tVerified\n\t\tIssued By:\t{ALICE.key_id}\n" in after
    assert re.search(TRUSTED + r"\t\tSignature is ForImage \( on [0-9: -]+ [+-][0-9]{4} [A-Z]+\)\n", after)
    (record,) = scene.history()
    assert ("admin", "client", "verified", ALICE.fingerprint.lower(), scene.name, "containers") == (
        record["by"],
        record["maker"],
        record["result"],
        record["key"],
        record["expected"],
        record["policy"]["language"],
    )
    assert [Digest.of(scene.keys[ALICE].read_bytes())] == record["evidence"]


def test_the_wrong_key_makes_it_unverified_and_the_signature_survives(scene: Scene) -> None:
    name = scene.sign()
    content = simple.listed(scene.wire, scene.repository, scene.image)
    assert 0 == scene.verify("--save").status
    failed = scene.verify("--save", key=BOB)
    assert (1, "") == (failed.status, failed.out)
    start = (
        f"error verifying signature {name} for image {scene.image} (verification status will be removed): "
    )
    assert failed.err.startswith(start), failed.err
    described = scene.describe()
    assert "\t\tStatus:\tUnverified\n" in described
    assert "\t\tSignature is not Trusted (" in described
    assert content == simple.listed(scene.wire, scene.repository, scene.image)
    assert ["failed", "verified"] == [one["result"] for one in scene.history()]
    assert "integrity.key-unknown" == scene.history()[0]["reason"]
    assert 0 == scene.verify("--save").status
    assert "\t\tStatus:\tVerified\n" in scene.describe()


@pytest.mark.parametrize(
    "expected", ["other.example/app:v1", "{name}-other", "{repository}:v2", "{repository}"]
)
def test_another_identity_is_not_confirmed(scene: Scene, expected: str) -> None:
    scene.sign()
    repository = scene.name.removesuffix(":v1")
    done = scene.verify("--save", expected=expected.format(name=scene.name, repository=repository))
    assert (1, "") == (done.status, done.out)
    assert done.err.endswith(f"Signature for identity {scene.name} is not accepted\n")
    assert ["failed"] == [one["result"] for one in scene.history()]


def test_the_repository_is_enough_where_the_image_is_expected_by_its_digest(scene: Scene) -> None:
    scene.sign()
    expected = f"{scene.name.removesuffix(':v1')}@{scene.image}"
    assert Done(0, confirmed(scene.image), "") == scene.verify("--save", expected=expected)


def test_one_good_signature_is_enough_and_each_is_recorded_by_itself(scene: Scene) -> None:
    bad, good = scene.sign(BOB), scene.sign(ALICE)
    done = scene.verify("--save")
    assert (0, confirmed(scene.image)) == (done.status, done.out)
    assert bad in done.err
    assert good not in done.err
    assert [["failed"], ["verified"]] == [
        [one["result"] for one in scene.history(number)] for number in range(2)
    ]


@pytest.mark.parametrize("part", [slice(None), slice(-32, None)], ids=["whole", "suffix"])
def test_one_signature_can_be_named(scene: Scene, part: slice) -> None:
    bad, good = scene.sign(BOB), scene.sign(ALICE)
    assert Done(0, confirmed(scene.image), "") == scene.verify("--save", f"--signature={good[part]}")
    assert [[], ["verified"]] == [[one["result"] for one in scene.history(number)] for number in range(2)]
    refused = scene.verify(f"--signature={bad[part]}")
    assert (1, True) == (refused.status, refused.out.startswith("Neither --save nor --remove-all"))
    assert Done(1, "", f'error: {scene.image} does not have the signature "none"\n') == scene.verify(
        "--signature=none"
    )


def test_verifications_are_taken_back_and_signatures_stay(scene: Scene) -> None:
    scene.sign()
    scene.sign(BOB)
    assert 0 == scene.verify("--save", "--signature", scene.sign()[-32:]).status
    remove = ("adm", "verify-image-signature", scene.image, "--remove-all")
    for _ in range(2):
        assert Done(0, "", "") == oc(scene.home, *remove)
    assert 3 == len(simple.listed(scene.wire, scene.repository, scene.image))
    assert 3 == scene.describe().count("\t\tStatus:\tUnverified\n")
    assert [[], [], ["removed", "verified"]] == [
        [one["result"] for one in scene.history(number)] for number in range(3)
    ]


def test_a_signature_of_several_repositories_is_recorded_in_each(scene: Scene) -> None:
    other = f"{scene.repository}/mirror"
    simple.push_image(scene.wire, other, unique=scene.repository)
    content = ALICE.message(openpgp.payload(scene.image, scene.name), int(time.time()))
    name = simple.name_of(scene.image)
    for repository in (scene.repository, other):
        assert 201 == simple.attach(scene.wire, repository, scene.image, content, name=name).status
    assert Done(0, confirmed(scene.image), "") == scene.verify("--save")
    for repository in (scene.repository, other):
        (one,) = scene.wire.ask("GET", f"/api/v1/signatures?repository={repository}").json["signatures"]
        assert "verified" == one["verification"]["status"]
    assert 1 == len(scene.get()["signatures"])


def test_what_is_no_signed_message_fails_with_its_reason(scene: Scene) -> None:
    told = simple.attach(scene.wire, scene.repository, scene.image, b"<html>", type="other")
    assert 201 == told.status
    done = scene.verify("--save")
    assert (1, "") == (done.status, done.out)
    assert "HTML" in done.err
    (record,) = scene.history()
    assert ("failed", "store.not-a-signature") == (record["result"], record["reason"])


def test_an_image_object_tells_how_its_signatures_stand(scene: Scene) -> None:
    names = [scene.sign(), scene.sign(BOB), scene.sign()]
    assert 0 == scene.verify("--save", "--signature", names[0]).status
    assert 1 == scene.verify("--save", "--signature", names[1]).status
    image = scene.get()
    assert ("image.openshift.io/v1", "Image", {"name": scene.image}) == (
        image["apiVersion"],
        image["kind"],
        image["metadata"],
    )
    address = scene.guarded.registry.address
    assert f"{address}/{scene.repository}@{scene.image}" == image["dockerImageReference"]
    verified, failed, neither = image["signatures"]
    assert names == [one["metadata"]["name"] for one in (verified, failed, neither)]
    assert simple.listed(scene.wire, scene.repository, scene.image) == [
        base64.b64decode(one["content"]) for one in image["signatures"]
    ]
    assert [("Trusted", "True"), ("ForImage", "True")] == [
        (one["type"], one["status"]) for one in verified["conditions"]
    ]
    assert ("manually verified", 'verified by user "admin"') == (
        verified["conditions"][0]["reason"],
        verified["conditions"][0]["message"],
    )
    assert {"commonName": ALICE.key_id} == verified["issuedBy"]
    assert ["False", "False"] == [one["status"] for one in failed["conditions"]]
    assert "integrity.key-unknown" == failed["conditions"][0]["reason"]
    assert {"metadata", "type", "content"} == neither.keys()
    assert [] == [problem for one in image["signatures"] for problem in problems(one)]


def problems(signature: dict[str, Any]) -> list[str]:
    """What OpenShift's API server would refuse of an ImageSignature (`ValidateImageSignature`)."""
    found = [f"{name} is set" for name in ("labels", "annotations") if signature["metadata"].get(name)]
    parts = signature["metadata"].get("name", "").split("@")
    if len(parts) != 2 or not all(parts):
        found.append("the name is not <image>@<signature>")
    found += [f"{name} is missing" for name in ("type", "content") if not signature.get(name)]
    newest: dict[str, dict[str, str]] = {}
    for condition in sorted(signature.get("conditions", ()), key=lambda one: str(one["lastProbeTime"])):
        newest[condition["type"]] = condition
    if ("Trusted" in newest) != ("ForImage" in newest):
        found.append("one condition is missing")
    if newest.get("Trusted", {"status": "Unknown"})["status"] == "Unknown":
        told = ("imageIdentity", "signedClaims", "issuedBy", "issuedTo")
        found += [f"{name} must be unset" for name in told if signature.get(name)]
    return found


CONDITION = {"lastProbeTime": "2026-01-01T00:00:00Z", "lastTransitionTime": "2026-01-01T00:00:00Z"}
TRUSTED_TRUE = {"type": "Trusted", "status": "True", **CONDITION}
TRUSTED_FALSE = {"type": "Trusted", "status": "False", **CONDITION}
FOR_IMAGE = {"type": "ForImage", "status": "True", **CONDITION}
WHOLE = {"metadata": {"name": "imgname@signame"}, "type": "atomic", "content": "YQ=="}


@pytest.mark.parametrize(
    ("signature", "refused"),
    [
        (WHOLE, []),
        ({**WHOLE, "conditions": [TRUSTED_TRUE, FOR_IMAGE], "imageIdentity": "registry/app:v1"}, []),
        ({**WHOLE, "conditions": [TRUSTED_TRUE, TRUSTED_FALSE, FOR_IMAGE]}, []),
        ({**WHOLE, "type": ""}, ["type is missing"]),
        ({**WHOLE, "content": ""}, ["content is missing"]),
        ({**WHOLE, "conditions": [TRUSTED_TRUE]}, ["one condition is missing"]),
        (
            {
                **WHOLE,
                "metadata": {"name": "imgname@signame", "labels": {"a": "b"}, "annotations": {"a": "b"}},
            },
            ["labels is set", "annotations is set"],
        ),
        (
            {**WHOLE, "imageIdentity": "a", "signedClaims": {"a": "b"}, "issuedBy": {"commonName": "a"}},
            ["imageIdentity must be unset", "signedClaims must be unset", "issuedBy must be unset"],
        ),
    ],
    ids=["valid", "trusted", "untrusted", "type", "content", "for-image", "labels", "unknown"],
)
def test_the_rules_of_image_signatures_are_those_of_openshift(
    signature: dict[str, Any], refused: list[str]
) -> None:
    """The cases of `TestValidateImageSignature`: our objects are held against the same rules above."""
    assert refused == problems(signature)


def test_an_image_is_shown_in_other_forms(scene: Scene) -> None:
    place = f"{scene.guarded.registry.address}/{scene.repository}@{scene.image}"
    shown = oc(scene.home, "get", f"image/{scene.image}")
    heading, row = shown.out.splitlines()
    assert (["NAME", "IMAGE REFERENCE"], [scene.image, place]) == (
        re.split("  +", heading.strip()),
        row.split(),
    )
    assert (
        f"image.image.openshift.io/{scene.image}\n"
        == oc(scene.home, "get", "images", scene.image, "-o", "name").out
    )
    described = oc(scene.home, "describe", "image", scene.image).out
    assert described == oc(scene.home, "describe", f"istag/{scene.repository}:v1").out
    namespace, _, name = scene.repository.partition("/")
    assert described == oc(scene.home, "describe", "imagestreamtag", f"{name}:v1", "-n", namespace).out
    assert "Image Signatures" not in described


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("{image}",), "the --expected-identity is required"),
        (("{image}", "--expected-identity=A:b:c"), "the --expected-identity must be valid image reference"),
        (
            ("{image}", "--expected-identity=a:b", "--remove-all"),
            "the --expected-identity cannot be used when removing all verifications",
        ),
        ((), "exactly one image must be specified"),
        (("{image}", "{image}", "--expected-identity=a:b"), "exactly one image must be specified"),
        (
            ("{image}", "--expected-identity=a:b", "--public-key=/none"),
            "unable to read --public-key: open /none: no such file or directory",
        ),
        (
            ("{image}", "--expected-identity=a:b"),
            "unable to read --public-key: open {home}/.gnupg/pubring.gpg: no such file or directory",
        ),
        (
            ("{image}", "--expected-identity=a:b", "--public-key={key}"),
            "{image} does not have any signature",
        ),
        (("{image}", "--remove-all"), "{image} does not have any signature"),
    ],
)
def test_every_error_is_told_in_the_words_of_oc(scene: Scene, words: tuple[str, ...], told: str) -> None:
    known = {"image": scene.image, "key": scene.keys[ALICE], "home": scene.home.folder}
    done = oc(scene.home, "adm", "verify-image-signature", *(word.format(**known) for word in words))
    assert Done(1, "", f"error: {told.format(**known)}\n") == done


def test_an_image_that_is_not_there_is_told(scene: Scene) -> None:
    nowhere = Digest.of(b"nowhere")
    for name in (nowhere, "app:v1"):
        told = f'Error from server (NotFound): images.image.openshift.io "{name}" not found\n'
        verify = ("adm", "verify-image-signature", name, "--expected-identity=a:b")
        keys = f"--public-key={scene.keys[ALICE]}"
        assert Done(1, "", told) == oc(scene.home, *verify, keys)
        assert Done(1, "", told) == oc(scene.home, "get", "image", name)
    told = 'Error from server (NotFound): imagestreamtags.image.openshift.io "none:v1" not found\n'
    assert Done(1, "", told) == oc(scene.home, "describe", "istag", "none:v1")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("describe",), "Required resource not specified."),
        (("describe", "pod", "a"), 'the server doesn\'t have a resource type "pod"'),
        (("describe", "istag"), "exactly one name must be specified"),
        (("describe", "istag", "app"), '"app" is not of the form NAME:TAG'),
        (("get", "istag", "app:v1"), "only images are shown here"),
        (
            ("get", "image", "a", "-o", "wide"),
            'unable to match a printer suitable for the output format "wide"',
        ),
    ],
)
def test_what_is_asked_in_vain_is_told(scene: Scene, words: tuple[str, ...], told: str) -> None:
    done = oc(scene.home, *words)
    assert (1, "") == (done.status, done.out)
    assert done.err.startswith(f"error: {told}"), done.err


def test_a_token_is_needed(scene: Scene) -> None:
    scene.sign()
    token = oc(scene.home, "whoami", "-t").out.strip()
    assert 0 == oc(scene.home, "logout").status
    told = "error: no token is currently in use for this session\n"
    assert Done(1, "", told) == scene.verify()
    unauthorized = "error: You must be logged in to the server (Unauthorized)\n"
    assert Done(1, "", unauthorized) == oc(scene.home, "get", "image", scene.image)
    path = scene.home.folder / ".kube" / "config"
    path.write_text(path.read_text().replace("user: {}", f"user: {{token: {token}}}"))
    scene.guarded.settle()
    assert Done(1, "", unauthorized) == scene.verify()


def test_only_who_may_audit_saves(scene: Scene) -> None:
    scene.sign()
    reader = scene.guarded.robot(f"reader-{time.time_ns()}", pull="ns/*")
    token = base64.b64decode(reader["Authorization"].removeprefix("Basic ")).decode().partition(":")[2]
    scene.guarded.settle()
    server = f"http://{scene.guarded.registry.address}"
    assert 0 == oc(scene.home, "login", server, f"--token={token}").status
    assert 0 == scene.verify().status
    done = scene.verify("--save")
    assert (1, confirmed(scene.image)) == (done.status, done.out)
    assert done.err.startswith("error: You may not do this (Forbidden): ")
    assert [] == scene.history()


def test_the_registry_may_be_reached_by_another_name(scene: Scene) -> None:
    scene.sign()
    local = scene.guarded.registry.local
    for url in (local, f"http://{local}"):
        assert 0 == scene.verify(f"--registry-url={url}").status
        assert 0 == scene.verify(f"--registry-url={url}", "--insecure").status
    done = scene.verify("--registry-url=127.0.0.1:1")
    assert (1, "") == (done.status, done.out)
    assert "127.0.0.1:1" in done.err


def test_keys_that_cannot_be_used_are_told(scene: Scene) -> None:
    scene.sign()
    for content in (b"no key", b"", b"\xff" * 100):
        scene.keys[ALICE].write_bytes(content)
        done = scene.verify("--save")
        assert (1, "") == (done.status, done.out)
        assert done.err.startswith("error: unable to read --public-key: ")
        assert str(scene.keys[ALICE]) in done.err
    assert [] == scene.history()


def test_an_older_keyring_of_the_user_is_read(scene: Scene) -> None:
    scene.sign()
    folder = scene.home.folder / "gnupg"
    folder.mkdir()
    (folder / "pubring.gpg").write_bytes(BOB.public() + ALICE.public())
    identity = f"--expected-identity={scene.name}"
    verify = ("adm", "verify-image-signature", scene.image, identity, "--save")
    assert Done(0, confirmed(scene.image), "") == oc(scene.home, *verify, GNUPGHOME=str(folder))


@pytest.mark.skipif(programs.find("gpg") is None, reason="peer missing: gpg")
def test_a_newer_keyring_of_the_user_is_asked_of_gpg(scene: Scene, tmp_path: Path) -> None:
    with signers.made(tmp_path, "alice", "bob") as people:
        content = people.signed("alice", openpgp.payload(scene.image, scene.name))
        assert 201 == simple.attach(scene.wire, scene.repository, scene.image, content).status
        assert not (people.home / "pubring.gpg").exists()
        identity = f"--expected-identity={scene.name}"
        verify = ("adm", "verify-image-signature", scene.image, identity, "--save")
        done = oc(scene.home, *verify, **people.variables)
        key = people.fingerprint("alice")[-16:]
    told = f'image "{scene.image}" identity is now confirmed (signed by GPG key "{key}")\n'
    assert Done(0, told, "") == done


def test_help_names_the_flags(scene: Scene) -> None:
    shown = oc(scene.home, "adm", "verify-image-signature", "--help").out
    for flag in (
        "expected-identity",
        "save",
        "remove-all",
        "signature",
        "public-key",
        "registry-url",
        "insecure",
    ):
        assert f"--{flag}" in shown


def test_what_could_not_be_found_out_is_not_recorded(scene: Scene) -> None:
    scene.sign()
    assert 0 == scene.verify("--save").status
    verify = ("adm", "verify-image-signature", scene.image, f"--expected-identity={scene.name}", "--save")
    keys = f"--public-key={scene.keys[ALICE]}"
    done = oc(scene.home, *verify, keys, SEALWRIGHT_OPENPGP="gpg", PATH="/nowhere")
    assert (1, "") == (done.status, done.out)
    assert done.err.startswith("error: ")
    assert "gpg" in done.err
    assert ["verified"] == [one["result"] for one in scene.history()]
