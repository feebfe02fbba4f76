"""skopeo, podman and gpg with two keys, an image, and a registry that they speak to."""

import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from peers import programs
from world.small_layout import small_layout
from world.wire import Wire

__all__ = ["LAYER", "PASSWORD", "PLAIN", "Clients"]


def layer() -> bytes:
    """A tar file with one file in it."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        content = b"hello"
        member = tarfile.TarInfo("hello")
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


LAYER = layer()
PASSWORD = "correct horse battery staple"
PLAIN = ("--src-tls-verify=false", "--dest-tls-verify=false")


class Clients:
    """The real programs with two keys, an image, and a registry.

    Args:
        folder: for everything of theirs.
        address: of a registry, as `127.0.0.1:PORT`.
    """

    def __init__(self, folder: Path, address: str) -> None:
        self.folder = folder
        self.address = address
        self.wire = Wire(address)
        self.layout = small_layout(folder / "layout", LAYER)
        home = folder / "gnupg"
        home.mkdir(mode=0o700)
        settings = folder / "registries.conf"
        settings.write_text(f'[[registry]]\nlocation = "{address}"\ninsecure = true\n')
        self.environment = {
            "HOME": str(folder),
            "PATH": os.environ["PATH"],
            "GNUPGHOME": str(home),
            "CONTAINERS_REGISTRIES_CONF": str(settings),
        }
        for name in ("alice", "bob"):
            self.run(
                "gpg",
                *("--batch", "--pinentry-mode", "loopback", "--passphrase", ""),
                *("--quick-gen-key", f"{name}@example.com", "ed25519", "sign", "never"),
            )
            key = self.folder / f"{name}.gpg"
            self.run("gpg", "--batch", "--output", key, "--export", f"{name}@example.com")
        self.registries = folder / "registries.d"
        self.registries.mkdir()
        self.containers = Path(tempfile.mkdtemp(prefix="sealwright-"))  # podman takes no long path

    def close(self) -> None:
        """End the agents of the keys, and throw away what podman keeps."""
        self.run("gpgconf", "--kill", "all")
        shutil.rmtree(self.containers)

    def run(self, name: str, *arguments: object, fails: str = "") -> str:
        """Run a program; `fails` is what it must say if it is to fail."""
        program = programs.find(name)
        assert program is not None
        done = subprocess.run(
            [program, *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env=self.environment,
        )
        if fails:
            assert done.returncode, done.stdout
            assert fails in done.stderr, done.stderr
        else:
            assert 0 == done.returncode, done.stderr
        return done.stdout

    def policy(self, *signers: str) -> Path:
        """A policy that wants the signature of one of them; of nobody: it takes anything."""
        rule: dict[str, object] = {"type": "insecureAcceptAnything"}
        if signers:
            keys = b"".join((self.folder / f"{name}.gpg").read_bytes() for name in signers)
            ring = self.folder / f"{'-'.join(signers)}.ring"
            ring.write_bytes(keys)
            rule = {"type": "signedBy", "keyType": "GPGKeys", "keyPath": str(ring)}
        path = self.folder / f"policy-{'-'.join(signers)}.json"
        path.write_text(json.dumps({"default": [rule]}))
        return path

    def skopeo(self, policy: Path, *arguments: object, fails: str = "") -> str:
        return self.run(
            "skopeo", "--policy", policy, "--registries.d", self.registries, *arguments, fails=fails
        )

    def push(
        self,
        image: str,
        *,
        signer: str | None = None,
        source: str | None = None,
        user: str = "",
        fails: str = "",
    ) -> None:
        """Copy an image to the registry, the layout's unless it is another one's."""
        sign = ("--sign-by", f"{signer}@example.com") if signer else ()
        creds = ("--dest-creds", f"{user}:{PASSWORD}") if user else ()
        origin = source or f"oci:{self.layout}:v1"
        self.skopeo(self.policy(), "copy", *PLAIN, *sign, *creds, origin, f"docker://{image}", fails=fails)

    def pull(self, image: str, *signers: str, user: str = "", fails: str = "") -> None:
        """Copy an image from the registry under a policy."""
        creds = ("--src-creds", f"{user}:{PASSWORD}") if user else ()
        target = f"dir:{self.folder / 'pulled'}"
        self.skopeo(self.policy(*signers), "copy", *PLAIN, *creds, f"docker://{image}", target, fails=fails)

    def podman(self, *arguments: object, fails: str = "") -> str:
        places = ("--root", self.containers / "root", "--runroot", self.containers / "run")
        return self.run("podman", *places, "--storage-driver", "vfs", *arguments, fails=fails)
