"""The files of a folder with which Oracle's unmodified client works with our service.

| file            | what it says                                          | who names it to the client |
|-----------------|-------------------------------------------------------|----------------------------|
| config          | who asks: tenancy, user, key; the region              | the environment            |
| oci_cli_rc      | the proxy, and the certificates to trust              | the environment            |
| devtool.json    | our region and realm, of which it makes host names    | the environment            |
| oci_api_key.pem | the private key that requests are signed with         | config                     |
| token           | a session token, where it stands for the user         | config                     |
| ca.pem          | the CA of our host names                              | oci_cli_rc, environment    |
| environment.sh  | the lines that a shell reads                          |                            |

Sources: Oracle's documentation, "SDK and CLI Configuration File", "CLI Environment Variables" and "Adding
Regions"; the client's own code (oci-cli 3.95.1), which loads `devtool.json` before any command, unlike
`OCI_REGION_METADATA`. REQUESTS_CA_BUNDLE goes before what `oci_cli_rc` says, so it has to say the same.
"""

import configparser
import json
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.errors import DocumentError, UsageError
from sealwright.homes import files

__all__ = ["AUTHORITY", "ENVIRONMENT", "ClientSetup", "environment", "read", "require_place", "write"]

CONFIG, RC, REGIONS = "config", "oci_cli_rc", "devtool.json"
KEY, TOKEN, AUTHORITY, ENVIRONMENT = "oci_api_key.pem", "token", "ca.pem", "environment.sh"

_NAMES = (CONFIG, RC, REGIONS, KEY, TOKEN, AUTHORITY, ENVIRONMENT)
_SETTINGS = "OCI_CLI_SETTINGS"
_MOST = limits.CONFIG_FILE_BYTES
_KEY_LABEL = b"OCI_API_KEY\n"
_LABEL_LENGTH = 3


class ClientSetup(msgspec.Struct, frozen=True):
    """What the client has to know.

    Attributes:
        tenancy: OCID.
        user: OCID.
        region: its identifier.
        realm: its key, the third part of OCIDs.
        domain: of the realm.
        key: the private key of requests, in PEM.
        fingerprint: of its public key, as sixteen pairs of hexadecimal digits.
        token: a session token that stands for the user; empty: the key itself is known to the service.
        tunnel: the proxy that leads to the service; empty: the names resolve to it.
        authority: PEM of the CA to trust for them; empty: that of the machine is trusted.
    """

    tenancy: str
    user: str
    region: str
    realm: str
    domain: str
    key: bytes
    fingerprint: str
    token: str = ""
    tunnel: str = ""
    authority: bytes = b""


def require_place(folder: Path, *, replace: bool) -> None:
    """Return if the files may be written to a folder.

    Args:
        folder: may not be there yet.
        replace: whether files that are there are replaced.

    Raises:
        UsageError: `oracle.setup-exists`.
    """
    there = [] if replace else [name for name in _NAMES if (folder / name).exists()]
    if there:
        raise UsageError("oracle.setup-exists", folder=str(folder), names=", ".join(there))


def write(setup: ClientSetup, folder: Path, *, replace: bool) -> list[Path]:
    """Write the files, and give their paths. Of an older setup, none is left.

    Args:
        setup: what they say.
        folder: made if it is not there.
        replace: whether files that are there are replaced; otherwise nothing is written.

    Raises:
        UsageError: `oracle.setup-exists`.
        StorageError: `file.unwritable`.
    """
    require_place(folder, replace=replace)
    contents = _contents(setup, folder)
    files.make_folder(folder, 0o700)
    for name, (content, mode) in contents.items():
        files.write(folder / name, content, mode)
    for name in _NAMES:
        if name not in contents:
            (folder / name).unlink(missing_ok=True)
    return [folder / name for name in contents]


def read(folder: Path) -> ClientSetup:
    """What the files of a folder say.

    Raises:
        StorageError: a file is missing, or cannot be read.
        DocumentError: `oracle.setup-unusable`.
    """
    config, rc = (_ini(folder / name) for name in (CONFIG, RC))
    regions = folder / REGIONS
    try:
        region = json.loads(_text(regions))["regions"][0]
        token = _text(folder / TOKEN) if "security_token_file" in config["DEFAULT"] else ""
        authority = files.read(folder / AUTHORITY, _MOST) if "cert-bundle" in rc["DEFAULT"] else b""
        return ClientSetup(
            config["DEFAULT"]["tenancy"],
            config["DEFAULT"]["user"],
            config["DEFAULT"]["region"],
            str(region["realmKey"]),
            str(region["realmDomainComponent"]),
            files.read(folder / KEY, _MOST),
            config["DEFAULT"]["fingerprint"],
            token,
            rc.get(_SETTINGS, "proxy", fallback=""),
            authority,
        )
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        problem = f"{type(error).__name__}: {error}"
        raise DocumentError("oracle.setup-unusable", file=str(folder), problem=problem) from None


def _ini(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(_text(path))
    except configparser.Error as error:
        problem = str(error).replace("\n", " ")
        raise DocumentError("oracle.setup-unusable", file=str(path), problem=problem) from None
    return parser


def _text(path: Path) -> str:
    try:
        return files.read(path, _MOST).decode()
    except UnicodeDecodeError:
        raise DocumentError("oracle.setup-unusable", file=str(path), problem="it is not UTF-8") from None


def environment(setup: ClientSetup, folder: Path) -> Iterator[str]:
    """The lines that a shell reads, so that the client reads the files."""
    variables = {
        "OCI_CLI_CONFIG_FILE": folder / CONFIG,
        "OCI_CONFIG_FILE": folder / CONFIG,
        "OCI_CLI_RC_FILE": folder / RC,
        "OCI_DEVELOPER_TOOL_CONFIGURATION_FILE_PATH": folder / REGIONS,
    }
    for name, path in variables.items():
        yield f"export {name}={shlex.quote(str(path))}"
    if setup.authority:
        yield f"export REQUESTS_CA_BUNDLE={shlex.quote(str(folder / AUTHORITY))}"
        yield "unset CURL_CA_BUNDLE"
    if setup.token:
        yield "export OCI_CLI_AUTH=security_token"


def _contents(setup: ClientSetup, folder: Path) -> Mapping[str, tuple[bytes, int]]:
    """The files with their permissions, the private key first."""
    contents = {KEY: (setup.key.rstrip(b"\n") + b"\n" + _KEY_LABEL, files.PRIVATE)}
    if setup.token:
        contents[TOKEN] = (setup.token.encode(), files.PRIVATE)
    if setup.authority:
        contents[AUTHORITY] = (setup.authority, files.PUBLIC)
    return contents | {
        CONFIG: (_config(setup, folder).encode(), files.PRIVATE),
        RC: (_rc(setup, folder).encode(), files.PRIVATE),
        REGIONS: (_regions(setup), files.PUBLIC),
        ENVIRONMENT: ("".join(f"{line}\n" for line in environment(setup, folder)).encode(), files.PUBLIC),
    }


def _config(setup: ClientSetup, folder: Path) -> str:
    lines = [
        "[DEFAULT]",
        f"user={setup.user}",
        f"fingerprint={setup.fingerprint}",
        f"tenancy={setup.tenancy}",
        f"region={setup.region}",
        f"key_file={folder / KEY}",
    ]
    if setup.token:
        lines.append(f"security_token_file={folder / TOKEN}")
    return "\n".join(lines) + "\n"


def _rc(setup: ClientSetup, folder: Path) -> str:
    lines = []
    if setup.tunnel:
        lines += [f"[{_SETTINGS}]", f"proxy={setup.tunnel}"]
    lines += ["[DEFAULT]", f"region={setup.region}"]
    if setup.authority:
        lines.append(f"cert-bundle={folder / AUTHORITY}")
    return "\n".join(lines) + "\n"


def _regions(setup: ClientSetup) -> bytes:
    """Our region, and no other: so the client never turns to Oracle by mistake."""
    label = "".join(one for one in setup.region if one.isalnum())[:_LABEL_LENGTH].upper()
    region = {
        "realmKey": setup.realm,
        "realmDomainComponent": setup.domain,
        "regionKey": label,
        "regionIdentifier": setup.region,
    }
    document = {
        "services": [],
        "regions": [region],
        "developerToolConfigurationProvider": "sealwright",
        "allowOnlyDeveloperToolConfigurationRegions": True,
    }
    return json.dumps(document, indent=2).encode() + b"\n"
