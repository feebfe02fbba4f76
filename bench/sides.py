"""The registries that are measured side by side: ours as it is installed, Debian's, and distribution 3.

Each is one process on a folder of its own and a free port of 127.0.0.1. None writes a line for a request that
went well; ours does not collect garbage meanwhile, as the others never do by themselves. With `auth`, each
asks for a bearer token:

- ours has accounts in force, and its own token service has issued the token: HS256, remembered once verified
- the others are told an issuer whose RS256 key (2048 bits) they know by its identifier, which is the least
  work that they can have with a token; it is signed here
"""

import base64
import datetime as dt
import hashlib
import json
import os
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from installed import installed
from joserfc import jwt
from joserfc.jwk import RSAKey

from peers import programs as peers  # the path is set by `installed`
from sealwright import media_types
from sealwright.service.configuration.storage import Storage
from world.process import Process
from world.registry import free_port

REPOSITORIES = ("bench/blobs", "bench/images")
"""What is pushed to, and what tokens open."""

_ACCEPT = {"Accept": f"{media_types.IMAGE_MANIFEST}, {media_types.IMAGE_INDEX}"}
_ISSUER = "bench"
_USER = "bench"
_EATMYDATA = "libeatmydata.so"


class Side(NamedTuple):
    """A registry that runs: its name, its address, the process, and what requests must carry."""

    name: str
    address: str
    pid: int
    headers: Mapping[str, str]

    @property
    def ours(self) -> bool:
        return self.name.startswith("Sealwright")

    @property
    def url(self) -> str:
        return f"http://{self.address}"


class Started(NamedTuple):
    """A side, and the process to be stopped."""

    side: Side
    process: Process


class Start(Protocol):
    """Starts a registry on a folder."""

    def __call__(self, folder: Path, *, auth: bool) -> Started: ...


class Kind(NamedTuple):
    """A registry that can be started on a folder, with or without auth."""

    name: str
    start: Start


@contextmanager
def running(kind: Kind, folder: Path, *, auth: bool) -> Iterator[Side]:
    """A registry on an empty folder."""
    folder.mkdir(parents=True)
    started = kind.start(folder, auth=auth)
    try:
        yield started.side._replace(name=kind.name)
    finally:
        started.process.stop()


def without_fsync() -> list[Kind]:
    """Ours, where nobody waits for the disk; none if libeatmydata is not there."""
    return [Kind("Sealwright, fsync taken away", _ours_without_fsync)] if _eatmydata() else []


def kinds() -> list[Kind]:
    """Ours, then the peers that are there."""
    found = [Kind("Sealwright", _ours)]
    for program, name in (("docker-registry", "docker-registry"), ("registry", "distribution")):
        path = peers.find(program)
        if path is not None:
            said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
            found.append(Kind(f"{name} {said.split()[-1].lstrip('v')}", _theirs(path)))
    return found


def _eatmydata() -> str | None:
    """Debian's libeatmydata, which makes fsync do nothing."""
    return next(map(str, sorted(Path("/usr/lib").glob(f"*/{_EATMYDATA}"))), None)


# ours


def _ours(folder: Path, *, auth: bool, **variables: str) -> Started:
    settings = _settings(folder, Storage(str(folder / "content")))
    if auth:
        seal = str(installed(service=True).seal)
        _run(
            [seal, "admin", "user", "add", _USER, "--config", str(settings), "--password-stdin"], _password()
        )
        _run([seal, "admin", "grant", "--config", str(settings), _USER, "pull,push,sign", "bench/*"])
    started = _served(settings, variables)
    return started._replace(side=renewed(started.side, auth=True)) if auth else started


@contextmanager
def serving(storage: Storage) -> Iterator[Side]:
    """Ours on a storage that is there, without accounts."""
    started = _served(_settings(Path(storage.folder), storage), {})
    try:
        yield started.side
    finally:
        started.process.stop()


def _settings(folder: Path, storage: Storage) -> Path:
    """A file of settings for ours."""
    path = folder / "serve.toml"
    path.write_text(
        f"[server]\nport = {free_port()}\n[log]\nlevel = 'warning'\n[gc]\nevery_hours = 0\n"
        f"[storage]\nfolder = '{storage.folder}'\ndatabase = '{storage.database}'\n"
    )
    return path


def _served(settings: Path, variables: Mapping[str, str]) -> Started:
    port: int = tomllib.loads(settings.read_text())["server"]["port"]
    command = [str(installed(service=True).seal), "serve", "--config", str(settings)]
    process = _process(command, settings.parent, port, variables)
    return Started(Side("Sealwright", f"127.0.0.1:{port}", process.pid, _ACCEPT), process)


def _ours_without_fsync(folder: Path, *, auth: bool) -> Started:
    library = _eatmydata()
    assert library is not None
    return _ours(folder, auth=auth, LD_PRELOAD=library)


def _password() -> str:
    return hashlib.sha256(_USER.encode()).hexdigest()  # of an account that is thrown away


def renewed(side: Side, *, auth: bool = False) -> Side:
    """The same side with a fresh token: ours run out after some minutes. `auth`: although it has none yet."""
    if not side.ours or not (auth or "Authorization" in side.headers):
        return side
    scopes = "".join(f"&scope=repository:{name}:pull,push" for name in REPOSITORIES)
    login = base64.b64encode(f"{_USER}:{_password()}".encode()).decode()
    asked = urllib.request.Request(f"{side.url}/token?service=sealwright{scopes}")  # noqa: S310  # http
    asked.add_header("Authorization", f"Basic {login}")
    with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310  # the same
        token = json.load(answer)["token"]
    return side._replace(headers={**_ACCEPT, "Authorization": f"Bearer {token}"})


# theirs


_SETTINGS = """\
version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage:
  cache: {{blobdescriptor: inmemory}}
  filesystem: {{rootdirectory: {folder}/content}}
  delete: {{enabled: true}}
http: {{addr: "127.0.0.1:{port}"}}
"""
_AUTH = """\
auth:
  token: {{realm: "http://127.0.0.1/token", service: bench, issuer: {issuer}, rootcertbundle: {certificate}}}
"""


def _theirs(program: str) -> Start:
    def start(folder: Path, *, auth: bool) -> Started:
        port = free_port()
        text = _SETTINGS.format(folder=folder, port=port)
        headers = dict(_ACCEPT)
        if auth:
            key = rsa.generate_private_key(65537, 2048)
            certificate = folder / "issuer.pem"
            certificate.write_bytes(_certificate(key))
            text += _AUTH.format(issuer=_ISSUER, certificate=certificate)
            old = Path(program).name == "docker-registry"
            headers["Authorization"] = f"Bearer {_signed(key, _old_name(key) if old else _name(key))}"
        settings = folder / "config.yml"
        settings.write_text(text)
        process = _process([program, "serve", str(settings)], folder, port, {})
        name = Path(program).name
        return Started(Side(name, f"127.0.0.1:{port}", process.pid, headers), process)

    return start


def _certificate(key: rsa.RSAPrivateKey) -> bytes:
    """The key as a certificate: that is how the registries take it."""
    now = dt.datetime.now(dt.UTC)  # noqa: TID251  # a certificate for today
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _ISSUER)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def _old_name(key: rsa.RSAPrivateKey) -> str:
    """What 2.8 calls a key: 240 bits of the SHA-256 of the public key, in base32, in groups of four."""
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    text = base64.b32encode(hashlib.sha256(public).digest()[:30]).decode()
    return ":".join(text[first : first + 4] for first in range(0, len(text), 4))


def _name(key: rsa.RSAPrivateKey) -> str:
    """What 3.x calls it: the thumbprint (RFC 7638)."""
    return RSAKey.import_key(_pem(key)).thumbprint()


def _pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _signed(key: rsa.RSAPrivateKey, name: str) -> str:
    at = int(time.time())
    access = [
        {"type": "repository", "name": one, "actions": ["pull", "push", "delete"]} for one in REPOSITORIES
    ]
    claims = {
        "iss": _ISSUER, "sub": _USER, "aud": "bench", "jti": "1",
        "iat": at, "nbf": at - 60, "exp": at + 24 * 3600, "access": access,
    }  # fmt: skip
    return jwt.encode({"alg": "RS256", "kid": name}, claims, RSAKey.import_key(_pem(key)))


# both


def _process(command: Sequence[str], folder: Path, port: int, variables: Mapping[str, str]) -> Process:
    words = ["env", *(f"{name}={value}" for name, value in variables.items()), *command]
    return Process(words if variables else command, folder / "output", lambda: answers(port))


def answers(port: int) -> bool:
    """Whether a registry answers there, be it that it wants to know who asks."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/v2/", timeout=5):
            return True
    except urllib.error.HTTPError as error:
        return error.code == 401
    except OSError:
        return False


def _run(command: Sequence[str], given: str = "") -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    done = subprocess.run(command, input=given, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stdout}{done.stderr}")
