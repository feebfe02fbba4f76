"""`seal serve`."""

from pathlib import Path

import click

from sealwright.cli import options, service_settings
from sealwright.cli.examples import Command
from sealwright.errors import DocumentError, SealwrightError, UsageError

__all__ = ["command"]


@click.command(
    "serve",
    cls=Command,
    examples=(
        "seal serve",
        "seal serve --folder /srv/registry --port 5001",
        "seal serve --config /etc/sealwright/serve.toml --check-config",
        "seal serve --lookaside-only /srv/signatures --host 0.0.0.0",
    ),
)
@click.option(
    "--config",
    type=options.path_type,
    help="File of settings; sealwright/serve.toml in XDG_CONFIG_HOME, else in /etc, if there and not given.",
)
@click.option(
    "--folder",
    type=options.path_type,
    help="Where everything is kept; sealwright/registry in XDG_DATA_HOME if given nowhere.",
)
@click.option("--host", help="Address to listen on; 127.0.0.1 if given nowhere.")
@click.option("--port", type=click.IntRange(0, 65535), help="0: any free port; 5000 if given nowhere.")
@click.option("--read-only", is_flag=True, help="Refuse every change.")
@click.option(
    "--lookaside-only",
    type=options.path_type,
    help="Give out the signatures of this folder for podman and skopeo, read-only, and nothing else.",
)
@click.option("--check-config", is_flag=True, help="Say whether the service could start, and end.")
def command(
    config: Path | None,
    folder: Path | None,
    host: str | None,
    port: int | None,
    *,
    read_only: bool,
    lookaside_only: Path | None,
    check_config: bool,
) -> int:
    """Run an OCI registry on one folder.

    While there are no accounts, whoever reaches it may do everything. On an address that others can reach it
    therefore makes the administrator admin at its first start, and prints the password once. Flags go before
    the environment (SEALWRIGHT_SERVE_...), which goes before the file.
    """
    shared = str(lookaside_only) if lookaside_only else None
    given = {"host": host, "port": port, "read_only": read_only or None, "lookaside_only": shared}
    try:
        configuration = service_settings.load(config, folder, given)
    except SealwrightError as error:
        if check_config:
            return _tell_problems(_parted(error))
        raise
    try:
        if check_config:
            from sealwright.service import checking  # noqa: PLC0415  # an extra, and slow to load

            return _tell_problems(checking.problems(configuration, click.echo))
        from sealwright.service.serving import serve  # noqa: PLC0415  # the same
        from sealwright.service.web import lines  # noqa: PLC0415  # the same
    except ModuleNotFoundError as error:
        raise UsageError("service.not-installed", module=error.name) from None
    serve(configuration, click.echo, lines.begin(configuration.log))
    return 0


def _parted(error: SealwrightError) -> list[SealwrightError]:
    """An error and those that came with it."""
    return [error, *error.others] if isinstance(error, DocumentError) else [error]


def _tell_problems(problems: list[SealwrightError]) -> int:
    """Print one line for each problem; gives the exit code."""
    from sealwright.cli.plain import plain  # noqa: PLC0415  # only here

    for problem in problems:
        click.echo(plain(f"error: {problem} [{problem.code}]"), err=True)
    return 2 if problems else 0
