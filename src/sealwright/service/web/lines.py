"""The log on standard error: lines of JSON, or of text for people. Both show control characters escaped."""

import logging
import os
import sys
import traceback
from collections.abc import Callable

import msgspec

from sealwright.service.configuration.log import Log
from sealwright.service.web.origin import current
from sealwright.service.web.request_lines import RequestLine, Tell, stamp

__all__ = ["begin"]

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
_encode = msgspec.json.Encoder().encode


class _Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line that is not about the end of a request."""

    time: str
    level: str
    logger: str
    message: str
    request: str = ""
    exception: str = ""

    def text(self) -> str:
        request = f" request {self.request}" if self.request else ""
        exception = f" {self.exception!r}" if self.exception else ""
        return f"{self.time} {self.level} {self.message!r}{request}{exception}"


Line = RequestLine | _Said


class _Handler(logging.Handler):
    """Writes what Python's logging is told, with the identifier of the request that it is about."""

    def __init__(self, write: Callable[[Line], None]) -> None:
        super().__init__()
        self._write = write

    def emit(self, record: logging.LogRecord) -> None:
        told = record.exc_info
        self._write(
            _Said(
                stamp(record.created),
                record.levelname.lower(),
                record.name,
                record.getMessage(),
                current.get().request,
                "".join(traceback.format_exception(*told)) if told else "",
            )
        )


def begin(settings: Log) -> Tell:
    """Let the whole process log as the settings say, and give the function that logs requests."""
    as_json = settings.format == "json"
    least = _LEVELS[settings.level]

    def write(line: Line) -> None:
        content = _encode(line) if as_json else line.text().encode(errors="backslashreplace")
        try:
            os.write(sys.stderr.fileno(), content + b"\n")
        except OSError:
            return  # nobody reads it any more; the service goes on

    def tell(line: RequestLine) -> None:
        if _LEVELS[line.level] >= least:
            write(line)

    root = logging.getLogger()
    root.handlers[:] = [_Handler(write)]
    root.setLevel(least)
    return tell
