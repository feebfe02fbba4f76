"""The container image of the service: Debian's Python, our wheel and its locked requirements, nothing else.

    python deploy/image/build.py LAYOUT [--tag TAG] [--keep FOLDER]

1. `mmdebstrap` makes a root file system of the essential packages of Debian 12, Python and certificates,
   from the archive that the apt of this machine uses.
2. What a container has no use for is removed: lists and caches, logs, manual pages, devices.
3. pip puts our wheel and what `requirements/runtime.txt` locks beside it, as a layer of its own.
4. Our own code writes both layers, configuration and manifest into an OCI layout: entries in order, times
   at the epoch, so that the same files give the same digest.

It needs root (or a user namespace for mmdebstrap), mmdebstrap and Python 3.11, which is Debian's.
"""

import argparse
import compileall
import os
import platform
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from py_compile import PycInvalidationMode

from sealwright.descriptor import Descriptor, Platform
from sealwright.repositories.layout import open_directory
from sealwright.version import __version__
from sealwright.workflow.build import build

PROJECT = Path(__file__).resolve().parents[2]
SUITE = "bookworm"
PACKAGES = ("python3", "ca-certificates")
USER = 10001
"""The owner of the service's process and folder. No user of Debian's has this number."""
DATA = "var/lib/sealwright"

_SITE = "usr/local/lib/python3.11/dist-packages"
_PYTHON = (3, 11)
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}
_PROGRAM = """\
#!/usr/bin/python3 -I
import sys
from sealwright.programs import main
sys.exit(main())
"""
_USELESS = (
    "dev/*",
    "etc/hostname",
    "etc/machine-id",
    "etc/resolv.conf",
    "usr/share/doc/*",
    "usr/share/info/*",
    "usr/share/locale/*",
    "usr/share/man/*",
    "var/cache/*/*",
    "var/lib/apt/*",
    "var/lib/dpkg/*-old",
    "var/log/*",
    "tmp/*",
)
_ORIGINS = "$(ORIGIN) $(REPO_URI) $(RELEASE) $(COMPONENT)"


def main() -> None:
    """Build the image and print its digest."""
    parser = argparse.ArgumentParser(description="Build the container image of the service.")
    parser.add_argument("layout", type=Path, help="OCI layout to put the image into; made if it is not there")
    parser.add_argument("--tag", default=__version__, help="tag of the image in the layout")
    parser.add_argument("--keep", type=Path, help="keep what the layers hold there, or take it from there")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kept = given.keep or Path(folder)
        kept.mkdir(parents=True, exist_ok=True)
        root, application = kept / "debian", kept / "application"
        if not root.exists():
            bootstrap(root)
        if not application.exists():
            install(application, root, Path(folder))
        print(image(given.layout, given.tag, [root, application]).digest)


def bootstrap(root: Path) -> None:
    """Make Debian's root file system."""
    command = ["mmdebstrap", "--quiet", "--variant=essential", f"--include={','.join(PACKAGES)}"]
    subprocess.run(
        [*command, "--format=directory", SUITE, str(root), "-"], input=sources(), text=True, check=True
    )
    for pattern in _USELESS:
        for path in root.glob(pattern):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


def sources() -> str:
    """The lines of apt's sources for the suite, from the archive of this machine."""
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", _ORIGINS, "Created-By: Packages"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    found = set()
    for line in listed.splitlines():
        origin, place, release, component = line.split(" ")
        if origin == "Debian" and release.partition("-")[0] == SUITE and component == "main":
            found.add(f"deb {place} {release} {component}\n")
    if not found:
        raise SystemExit(f"apt of this machine knows no archive of Debian {SUITE}; run apt-get update")
    return "".join(sorted(found))


def install(application: Path, root: Path, scratch: Path) -> None:
    """Put our wheel, what it needs, its program, its user and its folder into a layer above Debian's.

    Args:
        application: the layer, which is made.
        root: Debian's root file system, whose users are taken over.
        scratch: a folder for the wheel.
    """
    if sys.version_info[:2] != _PYTHON:
        raise SystemExit("run this with Python 3.11, as Debian 12 has it")
    site = application / _SITE
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--target", str(site)]
    locked = PROJECT / "requirements" / "runtime.txt"
    subprocess.run([*pip, "--require-hashes", "--only-binary=:all:", "-r", str(locked)], check=True)
    wheel = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(scratch),
        str(PROJECT),
    ]
    subprocess.run(wheel, check=True, stdout=subprocess.DEVNULL)
    ours = ["--no-deps", "--no-index", "--find-links", str(scratch), "--upgrade"]
    subprocess.run([*pip, *ours, f"sealwright=={__version__}"], check=True)
    shutil.rmtree(site / "bin", ignore_errors=True)
    for metadata in site.glob("*.dist-info"):
        (metadata / "direct_url.json").unlink(missing_ok=True)
    compileall.compile_dir(
        site,
        quiet=2,
        stripdir=str(application),
        prependdir="/",
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )
    program = application / "usr/local/bin/seal"
    program.parent.mkdir(parents=True)
    program.write_text(_PROGRAM)
    program.chmod(0o755)
    etc = application / "etc"
    etc.mkdir()
    for name, line in (
        ("passwd", f"sealwright:x:{USER}:{USER}::/{DATA}:/usr/sbin/nologin\n"),
        ("group", f"sealwright:x:{USER}:\n"),
    ):
        (etc / name).write_text((root / "etc" / name).read_text() + line)
    (etc / "sealwright").mkdir()
    (application / DATA).mkdir(parents=True)
    for path in application.rglob("*"):
        os.chown(path, 0, 0, follow_symlinks=False)
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
    (application / DATA).chmod(0o700)
    os.chown(application / DATA, USER, USER)


def image(layout: Path, tag: str, layers: list[Path]) -> Descriptor:
    """Write the image into a layout."""
    machine = platform.machine()
    settings = {
        "Cmd": [],
        "User": f"{USER}:{USER}",
        "WorkingDir": f"/{DATA}",
        "Env": [
            "PATH=/usr/local/bin:/usr/bin:/bin",
            "HOME=/var/lib/sealwright",
            "PYTHONDONTWRITEBYTECODE=1",
            f"SEALWRIGHT_SERVE_STORAGE_FOLDER=/{DATA}/registry",
        ],
        "ExposedPorts": {"5000/tcp": {}},
        "Volumes": {f"/{DATA}": {}},
        "StopSignal": "SIGTERM",
        "Labels": {
            "org.opencontainers.image.title": "sealwright",
            "org.opencontainers.image.description": "Registry and signature service for container images",
            "org.opencontainers.image.version": __version__,
            "org.opencontainers.image.licenses": "Apache-2.0",
        },
    }
    with open_directory(str(layout), write=True) as opened:
        return build(
            opened,
            layers,
            platform=Platform(_MACHINES.get(machine, machine), "linux"),
            entrypoint=("/usr/local/bin/seal", "serve"),
            tag=tag,
            settings=settings,
            owners=True,
        )


if __name__ == "__main__":
    main()
