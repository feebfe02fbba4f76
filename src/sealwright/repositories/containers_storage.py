"""The storage of podman, CRI-O and buildah (containers-storage), through a program that knows it.

Its files belong to a library that changes them from version to version, so that nothing but that library
should touch them: skopeo is asked, or podman where there is no skopeo. Policies are for images that come in,
and are obeyed by whoever called; neither program is to apply one to a copy within this machine.
"""

import os
import re
import subprocess
from pathlib import Path
from shutil import which

from sealwright import limits
from sealwright.errors import NotFoundError, StorageError

__all__ = ["ContainersStorage"]

_PLACE = re.compile(r"\[(?:([a-z0-9]+)@)?([^+\]]*)(?:\+([^:\]]*))?(?::[^\]]*)?\](.*)", re.DOTALL)
_SAID_LENGTH = 300
_UNKNOWN = ("does not resolve to an image ID", "image not known", "identifier is not an image")


class ContainersStorage:
    """One image there.

    Args:
        name: as skopeo takes it after `containers-storage:`: a name or an identifier, perhaps with
            `[driver@folder+folder]` before it.

    Raises:
        StorageError: `layout.program-missing`.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        found = which("skopeo") or which("podman")
        if found is None:
            raise StorageError(
                "layout.program-missing", what="containers-storage", programs="skopeo or podman"
            )
        self._program = found

    def give(self, layout: Path) -> None:
        """Bring the image into an image layout, which is made; its layers are compressed on the way.

        Raises:
            NotFoundError: `layout.manifest-unknown`.
            StorageError: `layout.program-failed`.
        """
        if self._is_skopeo:
            source = f"containers-storage:{self._name}"
            self._run("--insecure-policy", "copy", "--remove-signatures", source, f"oci:{layout}")
            return
        place, name = self._place()
        self._run(*place, "push", "--remove-signatures", name, f"oci:{layout}")

    def take(self, folder: Path) -> None:
        """Bring an image of a folder (`dir:`) into the storage, with its signatures.

        Raises:
            StorageError: `layout.program-failed`.
        """
        if self._is_skopeo:
            self._run("--insecure-policy", "copy", f"dir:{folder}", f"containers-storage:{self._name}")
            return
        place, name = self._place()
        policy = folder.parent / "policy.json"
        policy.write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
        said = self._run(*place, "pull", "--quiet", "--signature-policy", str(policy), f"dir:{folder}")
        self._run(*place, "tag", said.strip().rpartition("\n")[2], name)

    @property
    def _is_skopeo(self) -> bool:
        return Path(self._program).name == "skopeo"

    def _place(self) -> tuple[list[str], str]:
        """The flags of podman for where the storage is, and the name within."""
        found = _PLACE.fullmatch(self._name)
        if found is None:
            return [], self._name
        flags = zip(("--storage-driver", "--root", "--runroot"), found.groups()[:3], strict=True)
        return [part for flag, value in flags if value for part in (flag, value)], found[4]

    def _run(self, *arguments: str) -> str:
        try:
            done = subprocess.run(
                [self._program, *arguments],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=limits.LOCAL_COPY_SECONDS,
                check=False,
                env={**os.environ, "LC_ALL": "C"},
            )
        except subprocess.TimeoutExpired:
            problem = f"it did not end within {limits.LOCAL_COPY_SECONDS} seconds"
            raise self._failed(problem) from None
        except OSError as error:
            raise self._failed(error.strerror or str(error)) from None
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()[-_SAID_LENGTH:]
            if any(words in said for words in _UNKNOWN):
                raise NotFoundError(
                    "layout.manifest-unknown", name="containers-storage", reference=self._name
                )
            raise self._failed(
                "".join(mark if mark.isprintable() else " " for mark in said) or "it said nothing"
            )
        return done.stdout.decode(errors="replace")

    def _failed(self, problem: str) -> StorageError:
        return StorageError(
            "layout.program-failed", program=Path(self._program).name, name=self._name, problem=problem
        )
