"""`notation plugin`, and keys that a plugin reaches."""

import io
import json
import platform
import tarfile
import zipfile
from collections.abc import Mapping
from typing import Any

from dialects.case import Case, File, Step
from dialects.cases.signing import SIGNED, root
from dialects.setting import Setting, place
from world import pki
from world.plugins import IDENTITY, RAW, Acting, shell_plugin

LINKS = "A plugin that is a symbolic link, or that everybody may change, is not run."
BARE = "`plugin install --file` takes the bare name of a program in this folder; notation looks for it on the PATH."
STRICT = "Answers of plugins are read strictly: a member twice or in another case is refused."
ENTRIES = "A link in an archive of a plugin is refused, and so are two files of one name."

_GO = f"linux/{ {'x86_64': 'amd64', 'aarch64': 'arm64'}.get(platform.machine(), platform.machine()) }"
_STARTABLE = f".\nPlease ensure that the plugin executable file is compatible with {_GO} and has appropriate permissions."
_INTACT = (
    f".\nPlease ensure that the plugin executable file is intact and compatible with {_GO}. "
    "Contact the plugin publisher for further assistance."
)
_PROGRAM = {"plugins/short/notation-short": File(mode=0o755)}
_NEW = "failed to get metadata of new plugin: "
_LIST = "NAME   DESCRIPTION   VERSION   CAPABILITIES   ERROR   \n"
_FAILED = "Error: plugin installation failed: "


def installed(name: str = "short", version: str = "1.0.0") -> Step:
    """A plugin of the shell that is installed."""
    return lambda setting: _keep(shell_plugin(setting.home, name, version))


def offered(version: str = "1.0.0", mode: int = 0o755, name: str = "short") -> Step:
    """The same as a program that is not installed, in the folder where notation is started."""

    def step(setting: Setting) -> None:
        shell_plugin(setting.home, name, version, where=setting.work).chmod(mode)

    return step


def _keep(_: object) -> None:
    """A step gives nothing back."""


def script(text: str, name: str = "short") -> Step:
    """A program that is not installed."""

    def step(setting: Setting) -> None:
        file = setting.work / f"notation-{name}"
        file.write_text(f"#!/bin/sh\ncat >/dev/null\n{text}\n")
        file.chmod(0o755)

    return step


def zipped(**modes: int) -> Step:
    """The program in `p.zip`, with other files of given modes; a name of `up` stands for one that leads up."""

    def step(setting: Setting) -> None:
        offered()(setting)
        program = (setting.work / "notation-short").read_bytes()
        with zipfile.ZipFile(setting.work / "p.zip", "w") as archive:
            for name, mode in {"notation-short": 0o755, **modes}.items():
                entry = zipfile.ZipInfo(_NAMES.get(name, name))
                entry.external_attr = (0o100000 | mode) << 16
                archive.writestr(entry, program)

    return step


_NAMES = {"up": "../up", "other": "notation-other", "readme": "README"}


def tarred(*names: str, kind: bytes = tarfile.REGTYPE) -> Step:
    """The program in `p.tar.gz`, with others, or links, of these names."""

    def step(setting: Setting) -> None:
        offered()(setting)
        program = (setting.work / "notation-short").read_bytes()
        with tarfile.open(setting.work / "p.tar.gz", "w:gz") as archive:
            for name in ("notation-short", *(_NAMES.get(each, each) for each in names)):
                entry = tarfile.TarInfo(name)
                entry.mode = 0o755
                if name == "notation-short" or kind == tarfile.REGTYPE:
                    entry.size = len(program)
                    archive.addfile(entry, io.BytesIO(program))
                else:
                    entry.type, entry.linkname = kind, "/etc/passwd"
                    archive.addfile(entry)

    return step


def acting(capabilities: tuple[str, ...] = (RAW,), **behaviour: Any) -> Step:
    """A plugin that does what is said, and signs with the key of `acme` if it is to sign."""

    def step(setting: Setting) -> None:
        Acting(setting.home, capabilities=capabilities, chain=pki.chain("ec256"), **behaviour)

    return step


def linked(setting: Setting) -> None:
    """An installed plugin whose file is a link."""
    program = shell_plugin(setting.home, "short")
    program.rename(setting.home.folder / "moved")
    program.symlink_to(setting.home.folder / "moved")


def failing(what: str, text: str, words: str, **more: object) -> Case:
    """A program whose metadata cannot be had is not installed."""
    return Case(
        f"plugin install of a program that {what}",
        "plugin install --file {work}/notation-short",
        err=f"{_FAILED}{'' if words.endswith(_INTACT) else _NEW}{words}\n",
        status=1,
        world=(script(text),),
        **more,  # type: ignore[arg-type]  # fields of a case
    )


def said(**changes: object) -> str:
    """A line of shell that prints metadata."""
    members: Mapping[str, object] = {
        "name": "short",
        "description": "d",
        "version": "1.0.0",
        "url": "u",
        "supportedContractVersions": ["1.0"],
        "capabilities": [RAW],
        **changes,
    }
    return f"echo '{json.dumps(members)}'"


def complaint(code: str, message: str) -> str:
    """A line of shell that fails as the contract says."""
    return f"echo '{json.dumps({'errorCode': code, 'errorMessage': message})}' >&2; exit 1"


_ASKED = {"~/acting-acme/asked.jsonl": File()}
_BY_PLUGIN = "--plugin acme --id the-key"


def refused(what: str, behaviour: Mapping[str, object], words: str, **more: object) -> Case:
    """A plugin that fails while it signs; notation's words for it."""
    return Case(
        f"sign by a plugin that {what}",
        f"sign {{own}}@{{image}} {_BY_PLUGIN}",
        err=f"Error: {words}\n",
        status=1,
        world=(acting(**behaviour),),  # type: ignore[arg-type]  # capabilities are among it
        files=_ASKED,
        **more,  # type: ignore[arg-type]  # fields of a case
    )


_SIGNING = "failed to sign with the plugin acme: "

CASES = (
    # list
    Case("plugin lists no plugins", "plugin list", out=_LIST),
    Case(
        "plugin lists those that are there",
        "plugin ls",
        out=(
            "NAME    DESCRIPTION                   VERSION   CAPABILITIES                ERROR   \n"
            "other   in a few lines of shell       2.0.0     [SIGNATURE_GENERATOR.RAW]   <nil>   \n"
            "short   in a few lines of shell       1.0.0     [SIGNATURE_GENERATOR.RAW]   <nil>   \n"
        )
        .replace("       2.0", "   2.0")
        .replace("       1.0", "   1.0")
        .replace("                   VER", "               VER"),
        world=(installed(), installed("other", "2.0.0")),
    ),
    Case(
        "plugin lists why a plugin cannot be asked",
        "plugin ls",
        out=(
            "NAME    DESCRIPTION   VERSION   CAPABILITIES   ERROR                                            "
            "                                                                                          \n"
            "short                           []             plugin executable file `notation-short` not found. "
            "Use `notation plugin install` command to install the plugin⟨…⟩\n"
        ).replace(
            "                                            "
            "                                                                                          \n",
            "⟨…⟩\n",
        ),
        world=(place("plugins/short/README", ""),),
    ),
    Case(
        "plugin lists a plugin that is no program of this machine",
        "plugin ls",
        out=(
            "NAME    DESCRIPTION   VERSION   CAPABILITIES   ERROR⟨…⟩\n"
            "short                           []             plugin file `notation-short` is not executable. Use "
            "`notation plugin install` command to install the plugin. Please ensure that the plugin executable "
            f"file is compatible with {_GO}⟨…⟩\n"
        ),
        world=(place("plugins/short/notation-short", "no program", 0o755),),
    ),
    Case(
        "plugin lists no link",
        "plugin ls",
        out="NAME    DESCRIPTION⟨…⟩\nshort   in a few lines of shell   1.0.0     [SIGNATURE_GENERATOR.RAW]   <nil>   \n",
        world=(linked,),
        differs=LINKS,
        our_out=(
            "NAME    DESCRIPTION⟨…⟩\n"
            "short                           []             plugin executable file is not a regular file   \n"
        ),
    ),
    # install
    Case(
        "plugin install wants a source",
        "plugin install",
        err="Error: missing plugin source location\n",
        status=1,
    ),
    Case(
        "plugin install wants a path",
        "plugin install --file",
        err="Error: missing plugin file path\n",
        status=1,
    ),
    Case("plugin install wants a URL", "plugin add --url", err="Error: missing plugin URL\n", status=1),
    Case(
        "plugin install takes one source",
        "plugin install --file a b",
        err="Error: can only install one plugin at a time, but got [a b]\n",
        status=1,
    ),
    Case(
        "plugin install wants to know what the source is",
        "plugin install {work}/notation-short",
        err="Error: at least one of the flags in the group [file url] is required\n",
        status=1,
    ),
    Case(
        "plugin install takes a file or a URL",
        "plugin install --file --url a",
        err="Error: if any flags in the group [file url] are set none of the others can be; [file url] were all set\n",
        status=1,
    ),
    Case(
        "plugin install of a file that is not there",
        "plugin install --file a",
        err=f"{_FAILED}stat a: no such file or directory\n",
        status=1,
    ),
    Case(
        "plugin install of a folder",
        "plugin install --file {work}",
        err=f"{_FAILED}{{work}} is not a valid file\n",
        status=1,
    ),
    Case(
        "plugin install of a file with another name",
        "plugin install --file a",
        err=(
            f"{_FAILED}failed to read plugin name from input file a: invalid plugin executable file name. Plugin "
            "file name requires format notation-{plugin-name}, but got a\n"
        ),
        status=1,
        world=(place("~/work/a", "x", 0o755),),
    ),
    Case(
        "plugin install of a file that is not executable",
        "plugin install --file {work}/notation-short",
        err=f"{_FAILED}input file notation-short is not executable\n",
        status=1,
        world=(offered(mode=0o644),),
    ),
    Case(
        "plugin install of a program",
        "plugin install --file {work}/notation-short",
        out="Successfully installed plugin short, version 1.0.0\n",
        world=(offered(),),
        files=_PROGRAM,
    ),
    Case(
        "plugin install of a program by its bare name",
        "plugin install --file notation-short",
        err=(
            f'{_FAILED}failed to get metadata of new plugin: exec: "notation-short": executable file not found in '
            f"$PATH{_STARTABLE}\n"
        ),
        status=1,
        world=(offered(),),
        differs=BARE,
        our_out="Successfully installed plugin short, version 1.0.0\n",
        our_err="",
        our_status=0,
        our_files=_PROGRAM,
    ),
    Case(
        "plugin install goes where NOTATION_LIBEXEC says",
        "plugin install --file {work}/notation-short",
        out="Successfully installed plugin short, version 1.0.0\n",
        world=(offered(),),
        environment={"NOTATION_LIBEXEC": "{home}/libexec"},
        files={"~/libexec/plugins/short/notation-short": File(same_as="~/work/notation-short")},
    ),
    Case(
        "plugin install of a zip archive",
        "plugin install --file p.zip",
        out="Successfully installed plugin short, version 1.0.0\n",
        world=(zipped(readme=0o644),),
        files={**_PROGRAM, "plugins/short/README": File(mode=0o644)},
    ),
    Case(
        "plugin install of a zip archive whose program is not executable",
        "plugin install --file p.zip",
        out="Successfully installed plugin short, version 1.0.0\n",
        err="",
        world=(zipped(**{"notation-short": 0o644}),),
        files={"plugins/short/notation-short": File()},
    ),
    Case(
        "plugin install of a tar archive",
        "plugin install --file p.tar.gz --debug",
        out="Successfully installed plugin short, version 1.0.0\n",
        err="⟨⋮⟩",
        world=(tarred("readme"),),
        files={**_PROGRAM, "plugins/short/README": File(mode=0o755)},
    ),
    Case(
        "plugin install of a zip archive that leads elsewhere",
        "plugin install --file p.zip",
        err=f"{_FAILED}file name in zip cannot contain '..', but found \"../up\"\n",
        status=1,
        world=(zipped(up=0o644),),
    ),
    Case(
        "plugin install of a tar archive that leads elsewhere",
        "plugin install --file p.tar.gz",
        err=f"{_FAILED}file name in tar.gz cannot contain '..', but found \"../up\"\n",
        status=1,
        world=(tarred("up"),),
    ),
    Case(
        "plugin install of an archive with two programs",
        "plugin install --file p.zip",
        err=f"{_FAILED}failed to read plugin from input directory: found more than one plugin executable files\n",
        status=1,
        world=(zipped(other=0o755),),
    ),
    Case(
        "plugin install of an archive with a link",
        "plugin install --file p.tar.gz",
        out="Successfully installed plugin short, version 1.0.0\n",
        world=(tarred("link", kind=tarfile.SYMTYPE),),
        files=_PROGRAM,
        differs=ENTRIES,
        our_out="",
        our_err=f"{_FAILED}the archive has an entry that is neither a file nor a folder: 'link' (link)\n",
        our_status=1,
        our_files={},
    ),
    Case(
        "plugin install of a file with another SHA-256",
        "plugin install --file {work}/notation-short --sha256sum 00",
        err=f"{_FAILED}plugin SHA-256 checksum does not match user input. Expecting 00\n",
        status=1,
        world=(offered(),),
    ),
    Case(
        "plugin install from a URL wants its SHA-256",
        "plugin install --url https://localhost/p.zip",
        err="Error: installing from URL requires non-empty SHA256 checksum of the plugin source\n",
        status=1,
    ),
    Case(
        "plugin install from a URL wants TLS",
        "plugin install --url http://localhost/p.zip --sha256sum 00",
        err="Error: failed to download plugin from URL: only the HTTPS scheme is supported, but got http\n",
        status=1,
    ),
    Case(
        "plugin install of a later version",
        "plugin install --file {work}/notation-short",
        out="Successfully updated plugin short from version 1.0.0 to 1.0.1\n",
        world=(installed(), offered("1.0.1")),
        files=_PROGRAM,
    ),
    Case(
        "plugin install of the same version",
        "plugin install --file {work}/notation-short",
        err=f"{_FAILED}plugin short with version 1.0.0 already exists\n",
        status=1,
        world=(installed(), offered()),
    ),
    Case(
        "plugin install of an earlier version",
        "plugin install --file {work}/notation-short",
        err=(
            f"{_FAILED}failed to install plugin short. The installing plugin version 1.0.0-rc.1 is lower than the "
            "existing plugin version 1.0.0.\nIt is not recommended to install an older version. To force the "
            'installation, use the "--force" option\n'
        ),
        status=1,
        world=(installed(), offered("1.0.0-rc.1")),
    ),
    Case(
        "plugin install of an earlier version by force",
        "plugin install --force --file {work}/notation-short",
        out="Successfully updated plugin short from version 1.0.0 to 0.9.0\n",
        world=(installed(), offered("0.9.0")),
        files=_PROGRAM,
    ),
    Case(
        "plugin install over something broken",
        "plugin install --file {work}/notation-short",
        err=f"{_FAILED}failed to get metadata of existing plugin: exit status 7{_STARTABLE}\n",
        status=1,
        world=(offered(), place("plugins/short/notation-short", "#!/bin/sh\nexit 7\n", 0o755)),
    ),
    Case(
        "plugin install over something broken by force",
        "plugin install --file {work}/notation-short --force",
        out="Successfully installed plugin short, version 1.0.0\n",
        world=(offered(), place("plugins/short/notation-short", "#!/bin/sh\nexit 7\n", 0o755)),
        files=_PROGRAM,
    ),
    failing("ends without a word", "exit 3", f"exit status 3{_STARTABLE}"),
    failing(
        "complains in words",
        "echo panic >&2; exit 3",
        f"invalid character 'p' looking for beginning of value{_INTACT}",
    ),
    failing("complains", complaint("ERROR", "not today"), "not today"),
    failing(
        "prints no JSON",
        "echo no",
        f"failed to unmarshal the response of get-plugin-metadata command for plugin short{_INTACT}",
    ),
    failing(
        "has another name",
        said(name="other"),
        'plugin executable file name must be "notation-other" instead of "notation-short"',
    ),
    failing(
        "has no name", said(name=""), f"metadata validation failed for plugin short: empty name{_INTACT}"
    ),
    failing("has no URL", said(url=""), f"metadata validation failed for plugin short: empty url{_INTACT}"),
    failing(
        "has no capability",
        said(capabilities=[]),
        f"metadata validation failed for plugin short: empty capabilities{_INTACT}",
    ),
    failing(
        "names no contract",
        said(supportedContractVersions=[]),
        f"metadata validation failed for plugin short: supported contract versions not specified{_INTACT}",
    ),
    failing(
        "has another contract",
        said(supportedContractVersions=["2.0", "3.0"]),
        'metadata validation failed for plugin short: contract version "1.0" is not in the list of the plugin '
        f"supported versions [2.0 3.0]{_INTACT}",
    ),
    Case(
        "plugin install of a program that answers twice",
        "plugin install --file {work}/notation-short",
        out="Successfully installed plugin short, version 1.0.0\n",
        world=(script(said().replace('{"name"', '{"name": "other", "name"')),),
        files=_PROGRAM,
        differs=STRICT,
        our_out="",
        our_err=(
            f"{_FAILED}failed to unmarshal the response of "
            f"get-plugin-metadata command for plugin short{_INTACT}\n"
        ),
        our_status=1,
        our_files={},
    ),
    # uninstall
    Case(
        "plugin uninstall wants a name", "plugin uninstall", err="Error: plugin name is required\n", status=1
    ),
    Case(
        "plugin uninstall takes one name",
        "plugin rm a b",
        err="Error: only one plugin can be removed at a time\n",
        status=1,
    ),
    Case(
        "plugin uninstall of what is not there",
        "plugin remove a",
        err=(
            "Error: unable to find plugin a.\n"
            "To view a list of installed plugins, use `notation plugin list`\n"
        ),
        status=1,
    ),
    Case(
        "plugin uninstall asks",
        "plugin uninstall short",
        out='Are you sure you want to uninstall plugin "short"? [y/N] Successfully uninstalled plugin short\n',
        stdin="y\n",
        world=(installed(), place("plugins/short/README", "")),
        files={"plugins/short/notation-short": None, "plugins/short/README": None},
    ),
    Case(
        "plugin uninstall obeys a no",
        "plugin uninstall short",
        out='Are you sure you want to uninstall plugin "short"? [y/N] Operation cancelled.\n',
        stdin="n\n",
        world=(installed(),),
    ),
    Case(
        "plugin uninstall need not ask",
        "plugin uninstall -y short",
        out="Successfully uninstalled plugin short\n",
        world=(installed(),),
        files={"plugins/short/notation-short": None},
    ),
    # sign
    Case(
        "sign by a plugin",
        f"sign {{own}}@{{image}} {_BY_PLUGIN} --plugin-config a=b",
        out=SIGNED,
        world=(acting(),),
        files=_ASKED,
    ),
    Case(
        "sign by a plugin's key of the list",
        "sign {own}@{image} --key away --plugin-config a=c",
        out=SIGNED,
        world=(
            acting(),
            place(
                "signingkeys.json",
                {"keys": [{"name": "away", "id": "x", "pluginName": "acme", "pluginConfig": {"a": "b"}}]},
            ),
        ),
        files=_ASKED,
        after=lambda setting: _told(setting, {"a": "c"}),
    ),
    Case(
        "sign by a plugin that makes envelopes asks no timestamp authority",
        f"sign {{own}}@{{image}} {_BY_PLUGIN} --timestamp-url http://{{nobody}}/ --timestamp-root-cert root.pem",
        out=SIGNED,
        world=(acting(("SIGNATURE_GENERATOR.ENVELOPE",)), root),
        files=_ASKED,
    ),
    Case(
        "sign by a plugin that is not there",
        f"sign {{own}}@{{image}} {_BY_PLUGIN}",
        err=(
            "Error: plugin executable file is either not found or inaccessible: "
            "stat {config}/plugins/acme/notation-acme: no such file or directory\n"
        ),
        status=1,
    ),
    Case(
        "sign by a plugin that ends without a word",
        "sign {own}@{image} --plugin p --id x",
        world=(place("plugins/p/notation-p", "#!/bin/sh\nexit 1\n", 0o755),),
        err="Error: exit status 1\n",
        status=1,
    ),
    refused("cannot sign", {"capabilities": (IDENTITY,)}, "plugin does not have signing capabilities"),
    refused(
        "knows no such key",
        {"errors": {"describe-key": {"errorCode": "VALIDATION_ERROR", "errorMessage": "no such key"}}},
        f"{_SIGNING}no such key",
    ),
    refused(
        "is denied the key",
        {"errors": {"generate-signature": {"errorCode": "ACCESS_DENIED", "errorMessage": "denied"}}},
        f"{_SIGNING}denied",
    ),
    refused(
        "answers about another key",
        {"members": {"describe-key": {"keyId": "other"}}},
        f'{_SIGNING}keyID in describeKey response "other" does not match request "the-key"',
    ),
    refused(
        "signs with another key",
        {"members": {"generate-signature": {"keyId": "other"}}},
        f'{_SIGNING}keyID in generateSignature response "other" does not match request "the-key"',
    ),
    refused(
        "makes another kind of envelope",
        {
            "capabilities": ("SIGNATURE_GENERATOR.ENVELOPE",),
            "members": {"generate-envelope": {"signatureEnvelopeType": "application/cose"}},
        },
        f'{_SIGNING}signatureEnvelopeType in generateEnvelope response "application/cose" does not match request '
        '"application/jose+json"',
    ),
    refused(
        "makes no envelope",
        {
            "capabilities": ("SIGNATURE_GENERATOR.ENVELOPE",),
            "errors": {"generate-envelope": {"errorCode": "THROTTLED", "errorMessage": "slow down"}},
        },
        f"{_SIGNING}plugin failed to sign with following error: slow down",
    ),
)


def _told(setting: Setting, config: Mapping[str, str]) -> None:
    """That the plugin was given these settings each time."""
    lines = (setting.home.folder / "acting-acme" / "asked.jsonl").read_text().splitlines()
    assert [config] * len(lines) == [json.loads(line)["request"]["pluginConfig"] for line in lines]
