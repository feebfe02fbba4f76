"""What the service reads that clients and administrators write: paths, scopes, signatures, settings.

Beyond coming back: no path leads out of its repository, and no scope gives what its caller does not hold.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import msgspec
import reshape
from target import Target

from sealwright.digest import Digest
from sealwright.errors import SealwrightError
from sealwright.openpgp import message, packets
from sealwright.service.accounts import scopes
from sealwright.service.configuration import load
from sealwright.service.extension import document
from sealwright.service.extension import grammar as extension
from sealwright.service.lookaside import grammar as lookaside
from sealwright.service.registry import grammar as registry
from sealwright.service.web.caller import Caller, Grant
from sealwright.service.web.names import is_name
from world import openpgp, simple

SUBJECT = Digest.of(b"{}")
HOLDER = Caller("alice", "user", (Grant("team/*", frozenset({"pull", "sign"})),))


def _packets(content: bytes) -> None:
    for packet in packets.read(content):
        assert len(packet.body) <= len(content)
    message.read(content)


def _scopes(content: bytes) -> None:
    asked = scopes.parse(content.decode(errors="replace").split("\n"))
    given = scopes.granted(asked, HOLDER)
    for one in scopes.grants(given):
        assert is_name(one.pattern), one
        assert one.pattern.startswith("team/"), one
        assert one.rights <= {"pull", "sign"}, one
    assert given == tuple(one for one in scopes.parse([scopes.shown(given)]) if one.actions)


def _signature(content: bytes) -> None:
    new = document.signature_to_attach(content, SUBJECT)
    assert (new.subject, new.digest) == (SUBJECT, Digest.of(new.content or b""))


def _path(content: bytes) -> None:
    """A path as the server hands it on; whatever the readers take of it is one repository's."""
    path = unquote(content.decode("latin-1"))
    for read in (registry.target, extension.target, lookaside.target):
        try:
            found = read(path)
        except SealwrightError as error:
            str(error).encode()
            continue
        if not isinstance(found, lookaside.Target):  # which only looks up whatever name it is given
            assert found.name == "" or is_name(found.name), found
        if isinstance(found, registry.Target) and found.kind not in ("uploads", "tags"):
            assert "/" not in found.value, found


@cache
def _file() -> Path:
    return Path(tempfile.mkdtemp(prefix="settings-")) / f"serve-{os.getpid()}.toml"


def _settings(content: bytes) -> None:
    _file().write_bytes(content)
    msgspec.json.encode(load(_file(), {}), enc_hook=str)


def _message_seeds() -> Iterator[bytes]:
    signed = simple.signed(SUBJECT)
    yield signed
    yield openpgp.zipped(signed)
    yield openpgp.signature_3("00" * 8, 0) + openpgp.literal(b"x")
    yield openpgp.old(2, b"\x04") + openpgp.new(11, b"a" * 512, b"b")


def _scope_seeds() -> Iterator[bytes]:
    yield b"repository:team/app:pull,push repository:other:*\nregistry:catalog:*"
    yield b"repository:localhost:5000/team/app:pull registry:admin:* repository(plugin):team/app:sign"


def _signature_seeds() -> Iterator[bytes]:
    yield simple.encoded(SUBJECT, simple.signed(SUBJECT))
    yield simple.encoded(SUBJECT, b"<html>", type="x/1", schemaVersion=None, version=2)


def _path_seeds() -> Iterator[bytes]:
    digest = str(SUBJECT).encode()
    for tail in (b"manifests/v1", b"blobs/" + digest, b"blobs/uploads/", b"blobs/uploads/x%2f..%2fy"):
        yield b"/v2/team/app/" + tail
    yield b"/v2/_catalog"
    yield b"/v2/a/blobs/manifests/tags/list"
    yield b"/v2/a/../b/%2e%2e/referrers/" + digest
    yield b"/extensions/v2/team/app/signatures/" + digest + b"@" + b"0" * 32
    yield b"/lookaside//localhost:5000/team/app@" + digest.replace(b":", b"=") + b"/signature-1"


def _settings_seeds() -> Iterator[bytes]:
    yield b'[server]\nport = 0\nhost = "::1"\n[storage]\nfolder = "a"\n[limits]\nconnections = 3\n'
    yield (
        b"[accounts]\nrequired = true\n[[accounts.workloads]]\n"
        b'name = "b"\nissuer = "https://i.example"\naudience = "r"\nclaims = {r = ["a", "v*"]}\n'
        b'grants = [{pattern = "a/*", rights = ["pull"]}]\n'
    )
    yield b'[[quotas]]\npattern = "a/*"\ntags = 1\n[[signed_only]]\npattern = "*"\nmode = "off"\n'


TARGETS: Mapping[str, Target] = {
    "openpgp": Target(_packets, _message_seeds, 4096),
    "scopes": Target(_scopes, _scope_seeds, 1024),
    "extension-put": Target(_signature, _signature_seeds, 4096, reshape.members),
    "path": Target(_path, _path_seeds, 1200),
    "settings": Target(_settings, _settings_seeds, 2048),
}
