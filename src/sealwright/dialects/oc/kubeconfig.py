"""The file in which oc keeps its sessions: clusters, users, and contexts that join them (kubeconfig, `v1`).

What is in it that is not ours stays. It is YAML; where the module for that is missing it can still be read if
it is JSON, which is YAML too, and is written as such.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from sealwright import limits
from sealwright.dialects.cobra import Invocation
from sealwright.dialects.fault import Fault
from sealwright.errors import SealwrightError
from sealwright.homes import files
from sealwright.transport.origin import Origin

__all__ = ["Kubeconfig", "Session", "opened"]

_NAMESPACE = "default"
_LISTS = {"clusters": "cluster", "contexts": "context", "users": "user"}


class Session(msgspec.Struct, frozen=True):
    """One server and who we are there.

    Attributes:
        server: `https://host:port`.
        user: the name of the account.
        token: that speaks for it, or an empty string.
        certificate_authority: a file, or an empty string.
        insecure: whether the server's certificate is not verified.
    """

    server: str
    user: str
    token: str
    certificate_authority: str = ""
    insecure: bool = False

    @property
    def cluster(self) -> str:
        """What oc calls the server: its address with dashes for dots."""
        origin = Origin.of(self.server)
        return f"{origin.host.replace('.', '-')}:{origin.port}"

    @property
    def context(self) -> str:
        """What oc calls the session."""
        return f"{_NAMESPACE}/{self.cluster}/{self.user}"


class Kubeconfig:
    """One file. Nothing is written before `write`."""

    def __init__(self, path: Path, members: dict[str, Any]) -> None:
        self.path = path
        self._members = members

    @property
    def context(self) -> str:
        """The name of the current context, or an empty string."""
        return str(self._members.get("current-context") or "")

    def session(self) -> Session | None:
        """The current session, or None if there is none."""
        context = self._named("contexts", self.context)
        cluster = self._named("clusters", str(context.get("cluster", "")))
        server = cluster.get("server")
        if not isinstance(server, str):
            return None
        user = str(context.get("user", ""))
        return Session(
            server,
            user.rpartition("/")[0] or user,
            str(self._named("users", user).get("token") or ""),
            str(cluster.get("certificate-authority") or ""),
            bool(cluster.get("insecure-skip-tls-verify")),
        )

    def token_for(self, server: str, user: str) -> str:
        """The token that is kept for a user of a server, or an empty string."""
        session = Session(server, user, "")
        return str(self._named("users", f"{user}/{session.cluster}").get("token") or "")

    def add(self, session: Session) -> None:
        """Keep a session, and make it the current one."""
        cluster: dict[str, object] = {"server": session.server}
        if session.insecure:
            cluster["insecure-skip-tls-verify"] = True
        if session.certificate_authority:
            cluster["certificate-authority"] = session.certificate_authority
        user = f"{session.user}/{session.cluster}"
        self._set("clusters", session.cluster, cluster)
        self._set("users", user, {"token": session.token})
        context = {"cluster": session.cluster, "namespace": _NAMESPACE, "user": user}
        self._set("contexts", session.context, context)
        self._members["current-context"] = session.context

    def forget_token(self) -> None:
        """Let go of the token of the current session."""
        user = str(self._named("contexts", self.context).get("user", ""))
        self._named("users", user).pop("token", None)

    def write(self) -> None:
        """Put the file in place, readable by its owner only."""
        members = {"apiVersion": "v1", "kind": "Config", "preferences": {}} | self._members
        for name in _LISTS:
            members.setdefault(name, [])
        try:
            files.write(self.path, _text(members).encode(), files.PRIVATE)
        except SealwrightError as error:
            raise Fault(str(error)) from None

    def _entries(self, kind: str) -> Iterator[dict[str, Any]]:
        listed = self._members.get(kind)
        return (one for one in (listed if isinstance(listed, list) else []) if isinstance(one, dict))

    def _named(self, kind: str, name: str) -> dict[str, Any]:
        found = next((one for one in self._entries(kind) if one.get("name") == name), {})
        inner = found.get(_LISTS[kind])
        return inner if isinstance(inner, dict) else {}

    def _set(self, kind: str, name: str, value: dict[str, Any]) -> None:
        others = [one for one in self._entries(kind) if one.get("name") != name]
        self._members[kind] = [*others, {_LISTS[kind]: value, "name": name}]


def opened(invocation: Invocation) -> Kubeconfig:
    """The file that a command works on: that of the flag, of KUBECONFIG, or `~/.kube/config`.

    Raises:
        Fault: it cannot be read.
    """
    flag = invocation.values.get("kubeconfig") or invocation.values.get("config")
    listed = [part for part in invocation.environment.get("KUBECONFIG").split(os.pathsep) if part]
    if flag:
        path = Path(flag)
    elif listed:
        path = next((Path(part) for part in listed if Path(part).exists()), Path(listed[-1]))
    else:
        path = invocation.environment.home / ".kube" / "config"
    try:
        content = files.read_optional(path, limits.CONFIG_FILE_BYTES)
    except SealwrightError as error:
        raise Fault(f"error loading config file {str(path)!a}: {error}") from None
    members = _members(content.decode(errors="replace"), path) if content and content.strip() else {}
    return Kubeconfig(path, members)


def _members(text: str, path: Path) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = _yaml_members(text, path)
    if not isinstance(found, dict):
        raise Fault(f"error loading config file {str(path)!a}: it is not a mapping")
    return found


def _yaml_members(text: str, path: Path) -> object:
    try:
        import yaml  # noqa: PLC0415  # takes long, and may be missing
    except ModuleNotFoundError:
        raise Fault(f"{str(path)!a} is YAML, for which the module PyYAML is needed: install it") from None
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise Fault(f"error loading config file {str(path)!a}: {error}") from None


def _text(members: dict[str, Any]) -> str:
    try:
        import yaml  # noqa: PLC0415  # as above
    except ModuleNotFoundError:
        return json.dumps(members, indent=2) + "\n"
    text: str = yaml.safe_dump(members, default_flow_style=False, sort_keys=True)
    return text
