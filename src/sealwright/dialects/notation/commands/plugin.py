"""`notation plugin`: plugins installed, listed and taken away."""

import os
import stat
from pathlib import Path
from urllib.parse import urlsplit

from sealwright.dialects.cobra import Command, Fault, Invocation
from sealwright.dialects.go_text import os_error, quote
from sealwright.dialects.notation import flags, plugins
from sealwright.dialects.notation.confirmation import confirmed
from sealwright.dialects.pflag import Flag
from sealwright.dialects.tabwriter import table
from sealwright.errors import SealwrightError
from sealwright.plugins import archives, installing, places
from sealwright.plugins.host import Plugin

__all__ = ["command"]

_FAILED = "plugin installation failed: "
_HEAD_BYTES = 512


def command(line: str) -> Command:
    """The command in a line of notation."""
    more = flags.logging(line)
    install = Command(
        "install [flags] <--file|--url> <plugin_source>",
        "Install a plugin",
        aliases=("add",),
        flags=(
            *more,
            Flag("file", "bool", "the source is a file: a program, a .zip or a .tar.gz"),
            Flag("url", "bool", "the source is an https URL of such a file; it is downloaded within 10m0s"),
            Flag("sha256sum", "string", "SHA-256 that the file must have; needed with --url"),
            Flag("force", "bool", "also if it is not later than what is there"),
        ),
        before=_one_source,
        one_required=(("file", "url"),),
        mutually_exclusive=(("file", "url"),),
        run=_install,
    )
    listing = Command("list [flags]", "List the plugins", aliases=("ls",), run=_list)
    uninstall = Command(
        "uninstall [flags] <plugin_name>",
        "Take a plugin away",
        aliases=("remove", "rm"),
        flags=(*more, Flag("yes", "bool", "do not ask", "y")),
        arguments=_one_name,
        run=_uninstall,
    )
    return Command(
        "plugin",
        "Keep the plugins",
        long=(
            "Keep the plugins: programs that reach keys and verify signatures.\n\n"
            "Example - Install one from an archive:\n"
            "  notation plugin install --file acme-plugin.tar.gz\n\n"
            "Example - See which there are:\n"
            "  notation plugin ls"
        ),
        subcommands=(listing, install, uninstall),
    )


def _one_source(invocation: Invocation) -> None:
    arguments = invocation.arguments
    if not arguments:
        if invocation.values["file"]:
            raise Fault("missing plugin file path")
        raise Fault("missing plugin URL" if invocation.values["url"] else "missing plugin source location")
    if len(arguments) > 1:
        raise Fault(f"can only install one plugin at a time, but got [{' '.join(arguments)}]")


def _one_name(arguments: tuple[str, ...]) -> None:
    if not arguments:
        raise Fault("plugin name is required")
    if len(arguments) > 1:
        raise Fault("only one plugin can be removed at a time")


def _install(invocation: Invocation) -> None:
    source = invocation.arguments[0]
    checksum = str(invocation.values["sha256sum"])
    if invocation.values["url"]:
        _check_url(source, checksum)
        invocation.say(f"Downloading plugin from {source}")
        invocation.out.flush()
    elif not invocation.values["file"]:
        raise Fault(f"{_FAILED}unknown plugin source type")
    else:
        _check_file(source)
    try:
        found = installing.read(_path(source, invocation), invocation.environment, checksum)
    except SealwrightError as error:
        raise Fault(plugins.unreadable(error, source, checksum, invocation.line)) from None
    if invocation.values["url"]:
        invocation.say("Download completed")
    try:
        done = installing.install(found, source, invocation.environment, force=invocation.values["force"])
    except SealwrightError as error:
        raise Fault(f"{_FAILED}{plugins.uninstallable(error, invocation.line)}") from None
    name, version = done.metadata.name, done.metadata.version
    if done.before is not None:
        invocation.say(f"Successfully updated plugin {name} from version {done.before} to {version}")
    else:
        invocation.say(f"Successfully installed plugin {name}, version {version}")


def _path(source: str, invocation: Invocation) -> str:
    """A source as `installing.read` takes it: a file by a path that cannot be taken for anything else."""
    return source if invocation.values["url"] else os.path.abspath(source)  # noqa: PTH100  # the path as typed


def _check_url(url: str, checksum: str) -> None:
    if not checksum:
        raise Fault("installing from URL requires non-empty SHA256 checksum of the plugin source")
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        scheme = ""
    if scheme != "https":
        raise Fault(
            f"failed to download plugin from URL: only the HTTPS scheme is supported, but got {scheme}"
        )


def _check_file(source: str) -> None:
    """What notation asks of a file before it opens it; of a program, also its name and permissions."""
    path = Path(source)
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise Fault(f"{_FAILED}{source} is not a valid file")
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        operation = "stat" if isinstance(error, FileNotFoundError) else "open"
        raise Fault(f"{_FAILED}{os_error(operation, source, error)}") from None
    if archives.is_zip(head) or archives.is_gzip(head):
        return
    if not path.name.removeprefix(places.PREFIX) or not path.name.startswith(places.PREFIX):
        form = "Plugin file name requires format notation-{plugin-name}"
        raise Fault(
            f"{_FAILED}failed to read plugin name from input file {path.name}: invalid plugin executable "
            f"file name. {form}, but got {path.name}"
        )
    if not mode & stat.S_IXUSR:
        raise Fault(f"{_FAILED}input file {path.name} is not executable")


def _list(invocation: Invocation) -> None:
    rows = [("NAME", "DESCRIPTION", "VERSION", "CAPABILITIES", "ERROR")]
    for name in places.installed(invocation.environment):
        try:
            said = Plugin(name, invocation.environment).metadata()
        except SealwrightError as error:
            rows.append((name, "", "", "[]", plugins.listed(error, name, invocation.line)))
        else:
            capabilities = f"[{' '.join(said.capabilities)}]"
            rows.append((name, said.description, said.version, capabilities, "<nil>"))
    invocation.out.write(table(rows))


def _uninstall(invocation: Invocation) -> None:
    name, environment = invocation.arguments[0], invocation.environment
    program = plugins.program_of(environment, name)
    try:
        mode = program.stat().st_mode
    except (FileNotFoundError, ValueError):
        raise _unknown(name) from None
    except OSError as error:
        problem = (
            f"plugin executable file is either not found or inaccessible: {os_error('stat', program, error)}"
        )
        raise Fault(f"failed to check plugin existence: {problem}") from None
    if not stat.S_ISREG(mode):
        raise Fault("failed to check plugin existence: plugin executable file is not a regular file")
    question = f"Are you sure you want to uninstall plugin {quote(name)}?"
    if not confirmed(invocation, question, already=invocation.values["yes"]):
        return
    try:
        installing.uninstall(name, environment)
    except SealwrightError as error:
        if (
            error.code == "plugin.name-invalid"
        ):  # a path, which notation takes: it would remove what it leads to
            raise _unknown(name) from None
        raise Fault(f"failed to uninstall plugin {name}: {error}") from None
    invocation.say(f"Successfully uninstalled plugin {name}")


def _unknown(name: str) -> Fault:
    return Fault(
        f"unable to find plugin {name}.\nTo view a list of installed plugins, use `notation plugin list`"
    )
