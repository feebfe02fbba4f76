"""A signature store that does its worst: good images stay good, bad ones bad, in bounded time and memory."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sealwright import media_types
from sealwright.descriptor import Descriptor
from world import openpgp
from world.home import Home
from world.hostile_registry import HostileRegistry, Reply
from world.openpgp_keys import Key

MIB = 1024 * 1024
PATH = "ns/app"
ALICE = Key.ed25519("Alice <alice@example.com>")
BOB = Key.ed25519("Bob <bob@example.com>")
MEASURED = """
import sys
from pathlib import Path
from sealwright.cli.program import run
status = run(sys.argv[1:])
lines = Path("/proc/self/status").read_text().splitlines()
print(*(line.split()[1] for line in lines if line.startswith("VmHWM:")), file=sys.stderr)
sys.exit(status)
"""
"""The program, which tells at its end how many KiB it alone needed at most."""


class Scene:
    """An image in a registry without the extension, and a store beside it that does as it is told."""

    def __init__(self, folder: Path, registry: HostileRegistry, store: HostileRegistry) -> None:
        self.registry, self.store = registry, store
        self.home = Home(folder / "home")
        content = json.dumps({"schemaVersion": 2, "mediaType": media_types.IMAGE_MANIFEST}).encode()
        self.manifest: Descriptor = registry.hold(PATH, content, media_types.IMAGE_MANIFEST, "v1")
        self.image = f"{registry.address}/{PATH}:v1"
        ring = folder / "alice.gpg"
        ring.write_bytes(ALICE.public())
        settings = self.home.root / "etc" / "containers"
        (settings / "registries.d").mkdir(parents=True)
        rule = {"type": "signedBy", "keyType": "GPGKeys", "keyPath": str(ring)}
        (settings / "policy.json").write_text(json.dumps({"default": [rule]}))
        sections = {registry.address: {"lookaside": store.url}}
        (settings / "registries.d" / "store.yaml").write_text(json.dumps({"docker": sections}))

    def signature(self, key: Key, name: str = "") -> bytes:
        return key.message(openpgp.payload(str(self.manifest.digest), name or self.image))

    def serve(self, *answers: bytes | Reply) -> None:
        for number, answer in enumerate(answers, 1):
            reply = answer if isinstance(answer, Reply) else Reply(200, answer)
            folder = f"/{PATH}@sha256={self.manifest.digest.encoded}"
            self.store.on(f"GET {folder}/signature-{number}", reply)

    def verify(self, *flags: str) -> tuple[int, str]:
        done = self.home.seal("verify", "--plain-http", "--retries", "0", *flags, self.image)
        return done.status, done.out + done.err


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with HostileRegistry() as registry, HostileRegistry() as store:
        yield Scene(tmp_path, registry, store)


HOSTILE = {
    "an HTML page with status 200": Reply(200, b"<!doctype html><p>Not found", {"Content-Type": "text/html"}),
    "status 500": Reply(500),
    "status 403": Reply(403),
    "nothing": Reply(200, b""),
    "5 MiB": Reply(200, bytes(5 * MIB)),
    "a body without end": Reply(200, endless=bytes(65536)),
    "half a body": Reply(200, b"\xa3\x01", length=1000),
    "a redirect to itself": Reply(302, headers={"Location": "signature-2"}),
    "a redirect to a file": Reply(302, headers={"Location": "file:///etc/passwd"}),
    "no HTTP": Reply(raw=b"SSH-2.0-OpenSSH\r\n"),
    "a closed connection": Reply(drop=True),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_stands_second_takes_nothing_from_the_first(scene: Scene, kind: str) -> None:
    scene.serve(scene.signature(ALICE), HOSTILE[kind])

    status, told = scene.verify()
    assert 0 == status, told
    assert "unreadable" in told


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_stands_second_makes_nothing_good(scene: Scene, kind: str) -> None:
    scene.serve(scene.signature(BOB), HOSTILE[kind], scene.signature(BOB))

    status, told = scene.verify()
    assert status in (1, 3), told
    assert "refused" in told


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_stands_first_is_never_taken_for_a_signature(scene: Scene, kind: str) -> None:
    scene.serve(HOSTILE[kind])

    status, told = scene.verify()
    assert status in (1, 3), told
    assert "✗" in told


def test_a_store_that_answers_with_an_error_may_answer_later(scene: Scene) -> None:
    scene.serve(Reply(500))
    assert 3 == scene.verify()[0]
    scene.serve(Reply(403))
    assert 1 == scene.verify()[0]


def test_a_gap_hides_what_comes_after_it(scene: Scene) -> None:
    scene.serve(scene.signature(BOB), Reply(404), scene.signature(ALICE))
    assert 1 == scene.verify()[0]


def test_signatures_for_other_images_and_names_do_not_count(scene: Scene) -> None:
    other = ALICE.message(openpgp.payload("sha256:" + "cd" * 32, scene.image))
    scene.serve(other, scene.signature(ALICE, scene.image.replace(":v1", ":v2")), scene.signature(BOB))

    status, told = scene.verify()
    assert 1 == status
    assert "not about" in told
    assert "v2" in told


def test_a_good_signature_among_many_of_others_is_found(scene: Scene) -> None:
    junk = [scene.signature(BOB) for _ in range(100)]
    scene.serve(*junk, scene.signature(ALICE))

    assert 0 == scene.verify("--max-signatures", "127")[0]


def test_signatures_without_end_cost_bounded_time(scene: Scene) -> None:
    scene.store.on_match(r"GET /.*", Reply(200, scene.signature(BOB)))
    start = time.monotonic()

    status, told = scene.verify()
    assert 1 == status, told
    assert time.monotonic() - start < 30
    assert len(scene.store.lines) <= 130


def test_a_hostile_store_costs_bounded_memory(scene: Scene) -> None:
    """In a process of its own: endless bodies, as many as are asked for."""
    scene.store.on_match(r"GET /.*", Reply(200, endless=bytes(65536)))
    command = [sys.executable, "-c", MEASURED, "verify", "--plain-http", "--retries", "0", scene.image]
    done = subprocess.run(
        command, env=scene.home.environment, capture_output=True, text=True, check=False, timeout=120
    )

    assert done.returncode in (1, 3), done
    assert int(done.stderr.split()[-1]) < 200 * 1024


def test_a_slow_drip_ends_with_the_time_that_was_given(scene: Scene) -> None:
    scene.serve(Reply(200, scene.signature(ALICE), trickle=0.5))
    start = time.monotonic()

    status, told = scene.verify("--timeout", "2")
    assert status in (1, 3), told
    assert time.monotonic() - start < 15
