"""The files of a folder with which Oracle's unmodified client works with our service.

| file             | what it says                                             | how the client finds it          |
|------------------|----------------------------------------------------------|----------------------------------|
| config           | who asks: tenancy, user, key; the region                 | OCI_CLI_CONFIG_FILE, OCI_CONFIG_FILE |
| oci_cli_rc       | the proxy, the certificates to trust                     | OCI_CLI_RC_FILE                  |
| devtool.json     | our region and realm, so that it makes our host names    | OCI_DEVELOPER_TOOL_CONFIGURATION_FILE_PATH |
| oci_api_key.pem  | the private key that requests are signed with            | config                           |
| token            | a session token, where it stands for the user            | config                           |
| ca.pem           | the CA of our host names                                 | oci_cli_rc, REQUESTS_CA_BUNDLE   |
| environment.sh   | the lines that a shell reads                             |                                  |

Sources: Oracle's documentation, "SDK and CLI Configuration File", "CLI Environment Variables" and "Adding
Regions"; the client's own code (oci-cli 3.95.1), which loads `devtool.json` before any command, unlike
`OCI_REGION_METADATA`. REQUESTS_CA_BUNDLE goes before what `oci_cli_rc` says, so it has to say the same.
"""

import json
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from sealwright.errors import UsageError
from sealwright.homes import files

__all__ = ["KEY", "ClientSetup", "environment", "write"]

CONFIG, RC, REGIONS = "config", "oci_cli_rc", "devtool.json"
KEY, TOKEN, AUTHORITY, ENVIRONMENT = "oci_api_key.pem", "token", "ca.pem", "environment.sh"

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


def write(setup: ClientSetup, folder: Path, *, replace: bool) -> list[Path]:
    """Write the files, and give their paths.

    Args:
        setup: what they say.
        folder: made if it is not there.
        replace: what stands there already; otherwise nothing is written.

    Raises:
        UsageError: `oracle.setup-exists`.
        StorageError: `file.unwritable`.
    """
    contents = _contents(setup, folder)
    there = [name for name in contents if (folder / name).exists()]
    if there and not replace:
        raise UsageError("oracle.setup-exists", folder=str(folder), names=", ".join(there))
    files.make_folder(folder, 0o700)
    for name, (content, mode) in contents.items():
        files.write(folder / name, content, mode)
    return [folder / name for name in contents]


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
        lines += ["[OCI_CLI_SETTINGS]", f"proxy={setup.tunnel}"]
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
