"""What commands say in detail with `--debug` or `--verbose`, on standard error, as logrus writes it."""

from sealwright.dialects.cobra import Invocation
from sealwright.dialects.go_text import rfc3339
from sealwright.workflow.clock import now

__all__ = ["log"]


def log(invocation: Invocation, level: str, text: str) -> None:
    """Say something, if it was asked for.

    Args:
        invocation: the command that says it.
        level: `error`, `warning`, `info`; or `debug`, which only `--debug` shows.
        text: what is said.
    """
    if invocation.values.get("debug"):
        time = f"time={rfc3339(now().replace(microsecond=0))} "
    elif invocation.values.get("verbose") and level != "debug":
        time = ""
    else:
        return
    invocation.warn(f"{time}level={level} msg={text}")
