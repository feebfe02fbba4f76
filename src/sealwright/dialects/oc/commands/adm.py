"""`oc adm policy`: cluster roles of images, which are rights in all repositories."""

from collections.abc import Callable, Mapping
from contextlib import closing

from sealwright.dialects.cobra import Command, Entry, Fault, Invocation
from sealwright.dialects.go_text import quote
from sealwright.dialects.oc import flags
from sealwright.dialects.oc.current import UNAUTHORIZED, current
from sealwright.dialects.oc.program import absent
from sealwright.dialects.oc.server import Refused, Server

__all__ = ["ROLES", "command"]

ROLES: Mapping[str, tuple[str, ...]] = {
    "system:image-signer": ("sign",),
    "system:image-auditor": ("audit",),
    "image-auditor": ("audit",),
    "system:image-puller": ("pull",),
    "system:image-pusher": ("pull", "push"),
    "system:image-builder": ("pull", "push"),
    "cluster-admin": ("admin",),
}
"""Cluster role to the rights that it is here."""

_UNAUTHORIZED = 401
_FORBIDDEN = 403


def command(line: str) -> Command:
    """The command, with those below it."""
    del line
    return Command(
        "adm",
        "Tools for managing a cluster",
        arguments=_nothing_else("adm"),
        subcommands=(
            Command(
                "policy",
                "Manage cluster authorization",
                arguments=_nothing_else("adm policy"),
                subcommands=(
                    _changing(
                        "add-cluster-role-to-user", "Add a role to users for all projects", "POST", "added"
                    ),
                    _changing(
                        "remove-cluster-role-from-user",
                        "Remove a role from users for all projects",
                        "DELETE",
                        "removed",
                    ),
                ),
                run=_incomplete,
            ),
            Entry(
                "verify-image-signature",
                "Verify the image identity contained in the image signature",
                "sealwright.dialects.oc.commands.verify_image_signature",
            ),
        ),
        run=_incomplete,
    )


def _changing(name: str, short: str, method: str, said: str) -> Command:
    def run(invocation: Invocation) -> None:
        role, *users = invocation.arguments
        if role not in ROLES:
            raise Fault(f"role {quote(role)} is not one of {', '.join(ROLES)}")
        _, session = current(invocation)
        if not session.token:
            raise Fault(UNAUTHORIZED)
        try:
            with closing(Server(session)) as server:
                changed = [
                    sum(server.change_grant(method, user, right) for right in ROLES[role]) for user in users
                ]
        except Refused as refused:
            raise Fault(_words(refused)) from None
        if method == "DELETE" and not any(changed):
            raise Fault(f"unable to find target [{' '.join(users)}]")
        listed = quote(users[0]) if len(users) == 1 else f"[{' '.join(map(quote, users))}]"
        invocation.say(f"clusterrole.rbac.authorization.k8s.io/{role} {said}: {listed}")

    return Command(
        f"{name} <role> <user> [user]...", short, flags=flags.GLOBAL, arguments=_role_and_user, run=run
    )


def _role_and_user(arguments: tuple[str, ...]) -> None:
    if not arguments:
        raise Fault("you must specify a role")
    if len(arguments) == 1:
        raise Fault("you must specify at least one user")


def _words(refused: Refused) -> str:
    if refused.status == _UNAUTHORIZED:
        return UNAUTHORIZED
    if refused.status == _FORBIDDEN:
        return f"You must be a cluster administrator to do this (Forbidden): {refused}"
    return str(refused)


def _nothing_else(path: str) -> Callable[[tuple[str, ...]], None]:
    def check(arguments: tuple[str, ...]) -> None:
        if arguments:
            raise Fault(absent(f"{path} {arguments[0]}"))

    return check


def _incomplete(invocation: Invocation) -> None:
    raise Fault(absent(invocation.path.removeprefix("oc ")))
