"""Passwords: from standard input, from the terminal, or made."""

import sys

import click

from sealwright import limits
from sealwright.cli import here

__all__ = ["new_password", "password_stdin"]

password_stdin = click.option(
    "--password-stdin",
    is_flag=True,
    help="Read the password from standard input; else it is asked for or made.",
)


def new_password(*, from_stdin: bool) -> tuple[str, bool]:
    """A password for a user, and whether it was made here and has to be shown."""
    from sealwright.service.accounts import hashing  # noqa: PLC0415  # not for the help

    if from_stdin:
        return sys.stdin.readline(limits.PASSWORD_BYTES + 2).rstrip("\r\n"), False
    if here.at_terminal():
        typed: str = click.prompt(
            "Password (empty: make one)",
            default="",
            show_default=False,
            hide_input=True,
            confirmation_prompt=True,
            err=True,
        )
        if typed:
            return typed, False
    return hashing.make_password(), True
