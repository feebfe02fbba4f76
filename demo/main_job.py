"""The main job from end to end: push, sign, list, inspect, verify, and four refusals with their reasons.

Everything is real: a registry on a free port of this machine, images of three layers, a PKI of three levels.
All of it lives in one temporary folder, which is removed at the end. Exits with 0 if each
command ended as it should.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from sealwright import manifest as manifests
from sealwright import media_types
from sealwright.descriptor import Platform
from sealwright.events import ignore
from sealwright.homes.environment import Environment
from sealwright.reference import Reference
from sealwright.repositories.layout import open_directory
from sealwright.workflow.build import build
from sealwright.workflow.opening import Reach
from sealwright.workflow.registries import registries

PROJECT = Path(__file__).parents[1]
SUBJECT = "C=US, ST=WA, O=Acme Rockets"
COLOURS = sys.stdout.isatty() and "NO_COLOR" not in os.environ


class UnexpectedError(Exception):
    """A command ended otherwise than it should."""


def heading(text: str) -> None:
    print(f"\n\x1b[1m{text}\x1b[0m" if COLOURS else f"\n== {text}")


def seal(*arguments: str, ends_with: int = 0, shown: str = "") -> str:
    """Run a `seal` command, show it and what it prints."""
    line = f"$ seal {shown or shlex.join(arguments)}"
    print(f"\x1b[36m{line}\x1b[0m" if COLOURS else line, flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "sealwright", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print("".join(f"  {row}\n" for row in done.stdout.splitlines()), end="", flush=True)
    if done.returncode != ends_with:
        raise UnexpectedError(f"it ended with {done.returncode}, not with {ends_with}")
    return done.stdout


def make_image(folder: Path, name: str) -> None:
    """An image of three layers from the files of this project, in a layout."""
    base, application, settings = (folder / name / layer for layer in ("base", "application", "settings"))
    (base / "usr/share/doc").mkdir(parents=True)
    shutil.copy(PROJECT / "LICENSE", base / "usr/share/doc")
    sources = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PROJECT / "src/sealwright", application / "opt/sealwright", ignore=sources)
    (settings / "etc").mkdir(parents=True)
    (settings / "etc" / "name").write_text(f"{name}\n")
    with open_directory(str(folder / "layout"), write=True) as layout:
        made = build(
            layout,
            [base, application, settings],
            platform=Platform("amd64", "linux"),
            entrypoint=["python3", "-m", "sealwright"],
            tag=name,
        )
    print(f"  built {name}: {made.digest}")


def tamper(image: Reference) -> str:
    """What an attacker with the right to push does: change the image, and pin the old signatures to it."""
    with registries(Reach(), Environment.current(), ignore) as client:
        repository = client.repository(image.domain, image.path, write=True)
        original = repository.resolve(image.selector)
        signatures = list(repository.referrers(original, media_types.NOTARY_SIGNATURE))
        content = repository.manifest(original).replace(
            b'"layers"', b'"annotations":{"backdoor":"yes"},"layers"'
        )
        changed = repository.push_manifest(content, original.media_type, "tampered")
        for signature in signatures:
            members = msgspec.json.decode(repository.manifest(signature))
            members["subject"] = {
                "mediaType": changed.media_type,
                "digest": str(changed.digest),
                "size": changed.size,
            }
            del members["schemaVersion"]
            repository.push_manifest(manifests.encode(members), signature.media_type)
    return str(changed.digest)


def start_registry(folder: Path) -> tuple[subprocess.Popen[str], str]:
    """`seal serve` on a free port; gives the process and the address."""
    command = [sys.executable, "-m", "sealwright", "serve", "--port", "0", "--folder", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = process.stdout.readline().strip()
    print(f"  {said}\n  {process.stdout.readline().strip()}")
    return process, f"localhost:{said.rpartition(':')[2]}"


def run(folder: Path) -> None:
    heading("A registry on this machine, and three images")
    process, address = start_registry(folder / "registry")
    try:
        for name in ("net-monitor", "unsigned", "foreign"):
            make_image(folder, name)
        story(folder, f"{address}/net-monitor")
    finally:
        process.terminate()
        process.wait(10)


def story(folder: Path, repository: str) -> None:
    def push(name: str, tag: str) -> str:
        """Push an image; gives its name, pinned to the digest."""
        target = f"{repository}:{tag}"
        said = seal("push", f"oci:{folder}/layout:{name}", target, shown=f"push oci:layout:{name} {target}")
        return f"{repository}@{said.rstrip().rpartition('@')[2]}"

    heading("Push the image")
    image = push("net-monitor", "v1")

    heading("Make a PKI, trust its root, and add the signing key (private keys are encrypted)")
    seal("pki", "init", "--subject", SUBJECT, "--trust-store", "acme")
    seal("pki", "issue", "build", "--add-key", "--key-type", "RSA-3072")
    seal("policy", "init", "--trust-store", "ca:acme", "--trusted-identity", f"x509.subject: {SUBJECT}")

    heading("Sign, in both envelopes")
    seal("sign", image)
    seal("sign", "--signature-format", "cose", "--expiry", "90d", "-m", "build=42", image)

    heading("List and inspect")
    seal("ls", f"{repository}:v1")
    seal("inspect", f"{repository}:v1")

    heading("Verify, and pull what was verified")
    seal("verify", f"{repository}:v1")
    seal(
        *("pull", "--verify", f"{repository}:v1", f"oci:{folder}/pulled:v1"),
        shown=f"pull --verify {repository}:v1 oci:pulled:v1",
    )

    heading("Refused: an image without a signature")
    push("unsigned", "unsigned")
    seal("verify", f"{repository}:unsigned", ends_with=1)

    heading("Refused: signed by somebody whom nobody trusts, under the very same names")
    foreign = push("foreign", "foreign")
    elsewhere = str(folder / "mallory")
    seal("pki", "init", "--folder", elsewhere, "--subject", SUBJECT)
    seal("pki", "issue", "mallory", "--folder", elsewhere, "--add-key")
    seal("sign", "--key", "mallory", foreign)
    seal("verify", f"{repository}:foreign", ends_with=1)

    heading("Refused: the image was changed, and the signatures of the original were put beside it")
    print(f"  pushed {repository}:tampered@{tamper(Reference.parse(image))}")
    seal("verify", f"{repository}:tampered", ends_with=1)

    heading("Refused: the signature has expired")
    short_lived = push("unsigned", "short-lived")
    seal("sign", "--expiry", "1s", short_lived)
    time.sleep(2)
    seal("verify", f"{repository}:short-lived", ends_with=1)


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="sealwright-demo-"))
    os.environ.update(
        HOME=str(folder / "home"),
        SEALWRIGHT_ROOT=str(folder / "root"),
        SEALWRIGHT_PASSPHRASE="for the demo only",
    )
    for name in ("NOTATION_CONFIG", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        os.environ.pop(name, None)
    started = datetime.now(UTC)
    try:
        run(folder)
    except UnexpectedError as error:
        print(f"\nThe demo failed: {error}")
        return 1
    finally:
        shutil.rmtree(folder)
    seconds = (datetime.now(UTC) - started).total_seconds()
    heading(f"Done in {seconds:.0f} seconds: one image accepted, four refused, everything cleaned up")
    return 0


if __name__ == "__main__":
    sys.exit(main())
