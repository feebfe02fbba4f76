"""The flags that say how registries are reached, and the context that they make."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import click
import msgspec

from sealwright.cli import here, options
from sealwright.cli.flag_group import flag_group
from sealwright.cli.messages import tell
from sealwright.errors import UsageError
from sealwright.events import EventSink
from sealwright.homes.environment import Environment
from sealwright.workflow.authorities import Source
from sealwright.workflow.context import Context
from sealwright.workflow.opening import Reach, bind, domains

__all__ = ["RegistryFlags", "context_for", "reach_of", "registry_flags"]


class RegistryFlags(msgspec.Struct, frozen=True):
    """The values of the flags that `registry_flags` adds."""

    username: str | None
    password: str | None
    insecure_registry: bool
    plain_http: bool
    ca_file: Path | None
    client_cert: Path | None
    client_key: Path | None
    timeout: float | None


registry_flags = flag_group(
    "registry",
    RegistryFlags,
    click.option("-u", "--username", help="User name for the registry."),
    click.option("-p", "--password", help="Password for the registry; better is seal login."),
    click.option(
        "--insecure-registry", is_flag=True, help="Do not verify the registry's TLS; plain HTTP if need be."
    ),
    click.option("--plain-http", is_flag=True, help="Use plain HTTP."),
    click.option("--ca-file", type=options.path_type, metavar="FILE", help="Trust these certificates too."),
    click.option("--client-cert", type=options.path_type, metavar="FILE", help="Identify us by this one."),
    click.option("--client-key", type=options.path_type, metavar="FILE", help="Its private key."),
    click.option("--timeout", type=float, metavar="SECONDS", help="Give up after this long."),
)
"""Add the flags to a command, which gets their values together as `registry`."""


def context_for(
    flags: RegistryFlags,
    images: Iterable[str],
    *,
    events: EventSink = tell,
    scope: str = "",
    force_referrers_tag: bool = False,
    silence: float | None = None,
    reads_many: bool = False,
    both_backends: bool = False,
    revocation: Source = Source(),  # noqa: B008  # a constant
    vault_keys: tuple[Path, ...] = (),
) -> AbstractContextManager[Context]:
    """The context of a command.

    Args:
        flags: of the command line.
        images: the names that it was given; `--insecure-registry` is about their registries.
        events: takes notices and progress.
        scope: the name for policies of what is not in a registry.
        force_referrers_tag: write the fallback tag even where the registry has the referrers API.
        silence: the longest wait for a registry to say something, in seconds; None: the usual one.
        reads_many: many images are looked at and nothing is written.
        both_backends: both OpenPGP programs verify, whatever the settings say.
        revocation: where answers about the revocation of certificates come from.
        vault_keys: files of exported keys of vaults, which are then asked for nothing.
    """
    more: dict[str, Any] = {} if silence is None else {"silence": silence}
    if both_backends:
        more["openpgp"] = "both"
    more |= {"scope": scope, "force_referrers_tag": force_referrers_tag, "revocation": revocation}
    more["vault_keys"] = vault_keys
    reach = reach_of(flags, images, **more)
    return bind(reach, Environment.current(), here.now, events, reads_many=reads_many)


def reach_of(flags: RegistryFlags, images: Iterable[str], **more: Any) -> Reach:
    """How registries are reached, by the flags and by `more` fields of `Reach`.

    Raises:
        UsageError: `credentials.two-registries`: no registry is told the password of another.
    """
    images = tuple(images)
    if flags.username and len(domains(images)) > 1:
        raise UsageError("credentials.two-registries")
    given = {
        "username": flags.username or "",
        "password": flags.password or "",
        "insecure_registries": domains(images) if flags.insecure_registry else frozenset(),
        "plain_http": True if flags.plain_http else None,
        "ca_file": _text(flags.ca_file),
        "client_certificate": _text(flags.client_cert),
        "client_key": _text(flags.client_key),
        "seconds": flags.timeout,
    }
    return Reach(**{**given, **more})


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
