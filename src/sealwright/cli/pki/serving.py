"""`--request FILE --out FILE` for one answer, `--listen ADDRESS` for as many as are asked for."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from sealwright import limits
from sealwright.cli import options
from sealwright.errors import UsageError
from sealwright.homes import files

if TYPE_CHECKING:
    from sealwright.service.authority.office import Office

__all__ = ["answer", "asked", "days", "flags", "listen"]

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


def days(default: int) -> Callable[[Function], Function]:
    """`--days N`, of the certificate of whoever answers."""
    return click.option(
        "--days",
        type=click.IntRange(1, limits.CERTIFICATE_DAYS),
        default=default,
        show_default=True,
        help="How long a certificate lasts that is made for answering.",
    )


def asked(request: Path, most: int) -> bytes:
    """The request in a file, or, where that is `-`, on standard input.

    Args:
        request: the file.
        most: bytes of a request; of standard input, one more is read.

    Raises:
        StorageError: the file cannot be read.
    """
    return sys.stdin.buffer.read(most + 1) if str(request) == _STANDARD else files.read(request, most)


def answer(content: bytes, out: Path | None) -> None:
    """Write an answer into a file, or to standard output.

    Args:
        content: of the answer.
        out: the file; None and `-` are standard output.

    Raises:
        StorageError: the file cannot be written.
    """
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
