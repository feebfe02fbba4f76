"""registries.d: where signatures are kept beside a registry (containers-registries.d(5)).

Read is every `*.yaml` of one folder: `~/.config/containers/registries.d` if it is there, else
`/etc/containers/registries.d`. The manual page says that only the most specific section counts. That is not
what clients do, nor what is done here: for each purpose the most specific section that says something counts,
then `default-docker`, then a folder that is built in:

| purpose | the first of |
|---|---|
| read | `lookaside`, `sigstore` |
| write | `lookaside-staging`, `sigstore-staging`, `lookaside`, `sigstore` |

The scopes are those of policies, wildcards included.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.errors import DocumentError, StorageError
from sealwright.homes import files
from sealwright.homes.containers import registries_yaml
from sealwright.homes.containers.registries_yaml import RegistriesFile, Section
from sealwright.homes.environment import Environment
from sealwright.policy.containers.scopes import candidates
from sealwright.reference import Reference

__all__ = ["Lookaside", "RegistriesD", "add_scope", "folder", "read", "remove_scope"]

_SYSTEM = "/etc/containers/registries.d"
_BUILT_IN = "/var/lib/containers/sigstore"
_READING = ("lookaside", "sigstore")
_WRITING = ("lookaside-staging", "sigstore-staging", *_READING)


class Lookaside(msgspec.Struct, frozen=True):
    """Where signatures of an image are kept, and who says so: file, line and section, or `built in`."""

    url: str
    origin: str


class RegistriesD(msgspec.Struct, frozen=True):
    """All files of the folder together. `built_in` is used where none of them says anything."""

    folder: Path
    files: tuple[RegistriesFile, ...]
    default: Section | None
    sections: Mapping[str, Section]
    built_in: str

    def lookaside_for_reading(self, reference: Reference) -> str:
        """The address below which signatures of an image are read."""
        return self.explained(reference).url

    def lookaside_for_writing(self, reference: Reference) -> str:
        """The address below which signatures of an image are written."""
        return self.explained(reference, writing=True).url

    def use_sigstore_attachments(self, reference: Reference) -> bool:
        """Whether Sigstore signatures in the registry are read and written; no, unless it is said."""
        said = (section.attachments for section in self._sections(reference))
        return next((one for one in said if one is not None), False)

    def explained(self, reference: Reference, *, writing: bool = False) -> Lookaside:
        """An address, and who says so.

        Args:
            reference: of the image.
            writing: whether signatures are written there.
        """
        for section in self._sections(reference):
            for key in _WRITING if writing else _READING:
                url = section.addresses.get(key)
                if url:
                    return Lookaside(url, f"{section.file}:{section.line}: {section.name}, {key}")
        return Lookaside(self.built_in, "built in")

    def _sections(self, reference: Reference) -> Iterator[Section]:
        for scope in candidates("docker", reference):
            section = self.sections.get(scope)
            if section is not None:
                yield section
        if self.default is not None:
            yield self.default


def folder(environment: Environment) -> Path:
    """The folder that is read; it need not exist.

    Args:
        environment: home folder and root.
    """
    own = environment.home / ".config" / "containers" / "registries.d"
    return own if own.exists() else environment.system(_SYSTEM)


def read(environment: Environment, given: Path | None = None) -> RegistriesD:
    """Read the folder.

    Args:
        environment: home folder and root.
        given: a folder to read instead, or a single file.

    Raises:
        DocumentError: a `registries_d.` code.
        StorageError: a file, or the folder, cannot be read.
    """
    place = folder(environment) if given is None else given
    found: list[RegistriesFile] = []
    default: Section | None = None
    sections: dict[str, Section] = {}
    for path in [place] if place.is_file() else _files(place):
        content = files.read_optional(path, limits.REGISTRIES_D_FILE_BYTES)
        if content is None:  # gone since the folder was listed
            continue
        one = registries_yaml.read(content, str(path))
        found.append(one)
        if one.default is not None:
            _require_new(one.default, default)
            default = one.default
        for section in one.sections:
            _require_new(section, sections.get(section.scope))
            sections[section.scope] = section
    return RegistriesD(place, tuple(found), default, sections, _built_in(environment))


def add_scope(place: Path, scope: str, url: str, key: str = "sigstore") -> Path:
    """Say where the signatures of a scope are.

    A file that knows the scope is changed; else a new one is written, called after the scope with `-` for
    `/`. Comments of a file that is changed are lost.

    Args:
        place: the folder; it is made if it is missing.
        scope: a registry or repository.
        url: the address.
        key: under which name; `sigstore` is the one that every version reads.

    Returns:
        The file that was written.

    Raises:
        DocumentError: a `registries_d.` code.
        StorageError: it cannot be read or written.
    """
    path = _file_with(place, scope) or place / f"{scope.replace('/', '-')}.yaml"
    value = _loaded(path)
    scopes = _mapping(value, "docker")
    _mapping(scopes, scope)[key] = url
    _dump(path, value)
    return path


def remove_scope(place: Path, scope: str) -> Path | None:
    """Say no more where the signatures of a scope are; a file that then says nothing is deleted.

    Args:
        place: the folder.
        scope: a registry or repository.

    Returns:
        The file that was changed or deleted; None if no file knows the scope.

    Raises:
        DocumentError: a `registries_d.` code.
        StorageError: it cannot be read or written.
    """
    path = _file_with(place, scope)
    if path is None:
        return None
    value = _loaded(path)
    scopes = _mapping(value, "docker")
    del scopes[scope]
    if not scopes:
        del value["docker"]
    if value:
        _dump(path, value)
        return path
    try:
        path.unlink()
    except OSError as error:
        raise files.unwritable(path, error) from None
    return path


def _files(place: Path) -> list[Path]:
    try:
        found = sorted(path for path in place.iterdir() if path.name.endswith(".yaml"))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StorageError("file.unreadable", file=str(place), problem=error.strerror or str(error)) from None
    if len(found) > limits.REGISTRIES_D_FILES:
        raise DocumentError("registries_d.too-many-files", file=str(place), limit=limits.REGISTRIES_D_FILES)
    return found


def _require_new(section: Section, before: Section | None) -> None:
    if before is None:
        return
    code = "registries_d.scope-in-two-files" if section.scope else "registries_d.default-in-two-files"
    line, column = section.line, section.column
    raise DocumentError(
        code, file=section.file, line=line, column=column, scope=section.scope, other=before.file
    )


def _built_in(environment: Environment) -> str:
    if os.geteuid() == 0:
        path = environment.system(_BUILT_IN)
    else:
        path = environment.home / ".local" / "share" / "containers" / "sigstore"
    return path.absolute().as_uri()


def _file_with(place: Path, scope: str) -> Path | None:
    for path in _files(place):
        content = files.read_optional(path, limits.REGISTRIES_D_FILE_BYTES)
        if content is not None:
            sections = registries_yaml.read(content, str(path)).sections
            if any(section.scope == scope for section in sections):
                return path
    return None


def _loaded(path: Path) -> dict[str, object]:
    """What stands in a file that `registries_yaml` has read, or can read; empty if there is none."""
    import yaml  # noqa: PLC0415  # slow to load, and only needed to write

    content = files.read_optional(path, limits.REGISTRIES_D_FILE_BYTES)
    if content is None:
        return {}
    registries_yaml.read(content, str(path))
    value = next(iter(yaml.safe_load_all(content)), None)
    return value if isinstance(value, dict) else {}


def _mapping(value: dict[str, object], key: str) -> dict[str, object]:
    """The mapping below a key, made if there is none."""
    below = value.get(key)
    if not isinstance(below, dict):
        below = value[key] = {}
    return below


def _dump(path: Path, value: dict[str, object]) -> None:
    import yaml  # noqa: PLC0415  # as above

    files.write(path, yaml.safe_dump(value, default_flow_style=False, sort_keys=False).encode())
