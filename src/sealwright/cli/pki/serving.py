"""`--request FILE --out FILE` for one answer, `--listen ADDRESS` for as many as are asked for."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from sealwright.cli import options
from sealwright.errors import UsageError
from sealwright.homes import files

if TYPE_CHECKING:
    from sealwright.service.authority.office import Office

__all__ = ["answered", "flags", "listen"]

Function = TypeVar("Function", bound=Callable[..., object])

_STANDARD = "-"


def flags(function: Function) -> Function:
    """`--request`, `--out` and `--listen`."""
    function = click.option(
        "--listen", metavar="HOST:PORT", help="Answer over HTTP until stopped; needs the extra service."
    )(function)
    function = click.option(
        "--out", type=options.path_type, metavar="FILE", help="Where the answer goes; -: standard output."
    )(function)
    return click.option(
        "--request", type=options.path_type, metavar="FILE", help="Answer this request; -: standard input."
    )(function)


def answered(request: Path, out: Path | None, most: int, answer: Callable[[bytes], bytes]) -> None:
    """Answer the request in a file into another.

    Args:
        request: the file, or `-`.
        out: the same for the answer; None is `-`.
        most: bytes of a request.
        answer: to the request.

    Raises:
        StorageError: a file cannot be read or written.
    """
    asked = sys.stdin.buffer.read(most + 1) if str(request) == _STANDARD else files.read(request, most)
    content = answer(asked)
    if out is None or str(out) == _STANDARD:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        files.write(out, content)


def listen(address: str, alone: str, opened: "Callable[[], Office]") -> None:
    """Answer over HTTP until stopped.

    Args:
        address: `HOST:PORT`.
        alone: `ocsp` or `tsa`.
        opened: opens the PKI.

    Raises:
        UsageError: `service.not-installed`.
        CallerError: as `serve`.
    """
    host, colon, port = address.rpartition(":")
    if not colon or not port.isascii() or not port.isdecimal() or int(port) > 65535:  # noqa: PLR2004  # a port
        raise click.UsageError(f"{address!r} is not HOST:PORT")
    try:
        from sealwright.service import app  # noqa: PLC0415  # an extra, and slow to load
        from sealwright.service.configuration import Configuration  # noqa: PLC0415  # the same
        from sealwright.service.configuration.server import Server  # noqa: PLC0415  # the same
        from sealwright.service.serving import serve  # noqa: PLC0415  # the same
        from sealwright.service.web import lines  # noqa: PLC0415  # the same
    except ModuleNotFoundError as error:
        raise UsageError("service.not-installed", module=error.name) from None
    configuration = Configuration(server=Server(host.strip("[]") or "127.0.0.1", int(port)))
    office = opened()
    serve(
        configuration,
        click.echo,
        lines.begin(configuration.log),
        lambda settings, tell: app.create_authority(settings, office, alone, tell),
    )
