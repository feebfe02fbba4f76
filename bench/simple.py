"""Wall time of verifying GPG-signed images of one registry, beside skopeo.

Each image has a digest of its own, one small layer, and one signature by an Ed25519 key, which the registry
keeps by itself; they are in twenty repositories and are named by digest. Both programs work under the same
policy.json, which asks for a signature by that key. skopeo has no command that only verifies: it copies to a
folder, in a loop. Every program starts cold; a figure is the least of all rounds, which are taken in turns.

    python bench/simple.py [--rounds N] [--round-trip MS ...]
"""

import argparse
import json
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bulk import Way
from delay import delayed
from installed import Installed, installed
from machine import machine
from scene import Scene, many, reopened, repository, small_image

from peers import programs as peers  # the path is set by `installed`
from world import signers
from world.signers import Signers

COUNTS = (1, 20, 200)
COPY = (
    'while read -r image; do "$0" --policy "$1" --registries.d "$2" copy --quiet --src-tls-verify=false '
    '"docker://$image" "dir:$3" || exit; done'
)


def ways(programs: Installed, at: Scene, backends: Sequence[str]) -> list[Way]:
    """Ours with each backend, then skopeo."""
    policy = str(at.folder / "policy.json")
    verify = (str(programs.seal), "verify", "--plain-http", "--policy-file", policy)
    found = [
        Way(f"`seal verify`, {backend}", ("env", f"SEALWRIGHT_OPENPGP={backend}", *verify, "-"))
        for backend in backends
    ]
    skopeo = peers.find("skopeo")
    if skopeo is not None:
        said = subprocess.run([skopeo, "--version"], capture_output=True, text=True, check=True).stdout
        command = ("sh", "-c", COPY, skopeo, policy, str(at.folder / "registries.d"), str(at.folder / "copy"))
        found.append(Way(f"skopeo {said.split()[-1]} copy to dir:, one after another", command))
    return found


def scene_signed(programs: Installed, at: Scene, people: Signers, count: int) -> list[str]:
    """Push and sign that many images; gives their names, by digest."""
    names = []
    for number in range(count):
        name = f"localhost:{at.port}/simple/{number % 20}"
        with repository(name) as target:
            names.append(f"{name}@{small_image(target, number)}")
    sign(programs, at, people, names)
    rule = {"type": "signedBy", "keyType": "GPGKeys", "keyPath": str(people.public("alice"))}
    (at.folder / "policy.json").write_text(json.dumps({"default": [rule]}))
    (at.folder / "registries.d").mkdir()
    return names


def measure(found: Sequence[Way], at: Scene, images: Sequence[str], rounds: int) -> Mapping[str, list[float]]:
    """Seconds of each way for 1, 20 and 200 images."""
    taken: dict[str, list[float]] = {way.name: [] for way in found}
    for count in COUNTS:
        least = dict.fromkeys(taken, float("inf"))
        for _ in range(max(1, rounds // (1 + COUNTS.index(count)))):
            for way in found:
                shutil.rmtree(at.folder / "copy", ignore_errors=True)
                start = time.perf_counter()
                done = subprocess.run(
                    way.command,
                    input="".join(f"{image}\n" for image in images[:count]),
                    env={**at.environment, "HOME": str(at.folder)},
                    cwd=at.folder,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                least[way.name] = min(least[way.name], time.perf_counter() - start)
                assert done.returncode == 0, (way, done.stdout[-2000:], done.stderr[-2000:])
        for name, figure in least.items():
            taken[name].append(figure)
    return taken


def table(found: Mapping[str, Sequence[float]]) -> str:
    """Seconds, and beside them how many times as fast that is as skopeo."""
    peer = next((figures for name, figures in found.items() if name.startswith("skopeo")), None)
    rows = [f"| seconds for | {' | '.join(map(str, COUNTS))} |", "|---|" + "---:|" * len(COUNTS)]
    for name, figures in found.items():
        cells = [
            f"{figure:.2f}"
            + (f" ({peer[at] / figure:.2g} times)" if peer is not None and peer is not figures else "")
            for at, figure in enumerate(figures)
        ]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(rows)


def single(programs: Installed, at: Scene, image: str, notary: str, rounds: int) -> str:
    """One image signed with GPG beside one with Notary, in milliseconds: the same command, start to end.

    The user of GPG has no policy of notation's, and the machine of the other no policy.json.
    """
    seal = str(programs.seal)
    system = at.folder / "machine" / "etc" / "containers"
    system.mkdir(parents=True)
    shutil.copy(at.folder / "policy.json", system)
    gpg = {**at.environment, "HOME": str(at.folder / "user"), "SEALWRIGHT_ROOT": str(at.folder / "machine")}
    commands: dict[str, tuple[Sequence[str], Mapping[str, str]]] = {
        "`seal verify`, Notary": ((seal, "verify", notary), at.environment),
        "`seal verify`, GPG by Sequoia": ((seal, "verify", image), {**gpg, "SEALWRIGHT_OPENPGP": "sequoia"}),
        "`seal verify`, GPG by gpg": ((seal, "verify", image), {**gpg, "SEALWRIGHT_OPENPGP": "gpg"}),
        "the interpreter alone": ((str(programs.python), "-c", "pass"), at.environment),
    }
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, (command, environment) in commands.items():
            start = time.perf_counter()
            done = subprocess.run(command, env=environment, cwd=at.folder, capture_output=True, check=False)
            taken[name].append(time.perf_counter() - start)
            assert done.returncode == 0, (command, done.stdout, done.stderr)
    rows = ["| one image, ms | least | median |", "|---|---:|---:|"]
    for name, times in taken.items():
        rows.append(f"| {name} | {min(times) * 1000:.0f} | {statistics.median(times) * 1000:.0f} |")
    return "\n".join(rows)


def report(rounds: int, round_trips: Sequence[int]) -> None:
    """Measure and print, one table for each round trip."""
    programs = installed(pgp=True)
    with tempfile.TemporaryDirectory(prefix="sealwright-bench-") as name:
        folder = Path(name) / "scene"
        (folder / "home").mkdir(parents=True)
        with reopened(folder) as at, signers.made(folder, "alice") as people:
            images = scene_signed(programs, at, people, COUNTS[-1])
            found = ways(programs, at, ("sequoia", "gpg", "both"))
            for milliseconds in round_trips:
                with delayed(at.port, milliseconds) as port:
                    near = [image.replace(f":{at.port}/", f":{port}/") for image in images]
                    sign(programs, at, people, near)
                    figures = table(measure(found, at, near, rounds))
                    print(f"### {milliseconds} ms of added round trip\n\n{figures}\n", flush=True)
            at.seal(
                str(programs.seal), "pki", "init", "--subject", "C=US, ST=WA, O=Acme", "--trust-store", "acme"
            )
            at.seal(str(programs.seal), "pki", "issue", "build", "--add-key")
            at.seal(str(programs.seal), "policy", "init", "--trust-store", "ca:acme")
            (notary,) = many(at, str(programs.seal), 1)
            print(single(programs, at, images[0], notary, rounds * 4))


def sign(programs: Installed, at: Scene, people: Signers, names: Sequence[str]) -> None:
    """Sign images under these names: a signature is about a name."""
    for first in range(0, len(names), 50):
        some = names[first : first + 50]
        subprocess.run(
            [str(programs.seal), "sign", "--plain-http", "--key", "gpg:alice@example.com", *some],
            env={**at.environment, **people.variables},
            check=True,
            capture_output=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="Verify many images that are signed with GPG.")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--round-trip", type=int, nargs="+", default=[0, 20], metavar="MS")
    asked = parser.parse_args()
    print(f"{machine()}\n", flush=True)
    report(asked.rounds, asked.round_trip)


if __name__ == "__main__":
    main()
