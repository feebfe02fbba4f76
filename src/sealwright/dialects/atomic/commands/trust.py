"""`atomic trust`: show, default, add, delete, reset."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from sealwright.dialects.atomic import trusted
from sealwright.dialects.atomic.call import Call
from sealwright.dialects.atomic.failed import Failed
from sealwright.dialects.atomic.names import transport_of
from sealwright.errors import SealwrightError, UsageError
from sealwright.homes.containers import policy_file
from sealwright.homes.containers.registries_d import RegistriesD
from sealwright.workflow import trust, trust_rows
from sealwright.workflow.trust import Requirement, TrustFiles
from sealwright.workflow.trust_rows import Row

__all__ = ["run"]

_DEFAULT = "* (default)"
_TRANSPORTS = ("docker", "atomic", "dir")
"""Those that atomic shows, in this order: of two with the same scope the last counts."""
_TYPES = {"insecureAcceptAnything": "accept", "signedBy": "signed", "reject": "reject"}


def run(call: Call) -> int:
    """Show or change what is trusted."""
    try:
        _VERBS[call.arguments.verb](call)
    except SealwrightError as error:
        raise Failed(str(error)) from None
    return 0


def _add(call: Call) -> None:
    given = call.arguments
    requirements: list[Requirement] = [
        trust.signed_by_data(trusted.key_data(call, key), given.keytype) for key in given.pubkeys
    ]
    for path in given.pubkeysfile:
        if not Path(path).exists():
            raise Failed(f"The public key file {path} was not found. This file must exist to proceed.")
        requirements.append(trust.signed_by_file(str(Path(path).absolute()), given.keytype))
    if given.trust_type != "signedBy":
        if requirements:
            raise Failed(f"Public keys are of no use for type '{given.trust_type}'")
        requirements = [{"type": given.trust_type}]
    if not requirements:
        raise Failed("At least one public key must be defined for type 'signedBy'")
    trusted.add(call, given.registry, given.sigstoretype, requirements, given.sigstore or "")


def _default(call: Call) -> None:
    chosen = {"accept": trust.ACCEPT, "reject": trust.REJECT}[call.arguments.default_policy]
    trust.change_default(trusted.places(call), [chosen])


def _delete(call: Call) -> None:
    given = call.arguments
    try:
        trust.remove(
            trusted.places(call),
            transport_of(given.sigstoretype),
            given.registry,
            keep_store=given.save_sigstore,
        )
    except UsageError:
        raise Failed(
            f"Could not find trust policy defined for {given.sigstoretype} transport {given.registry}"
        ) from None


def _reset(call: Call) -> None:
    if call.agrees(
        "Are you sure you want to destroy trust policy for this system? This cannot be undone! (y/N) "
    ):
        trust.reset(trusted.places(call))


def _show(call: Call) -> None:
    where = trusted.places(call)
    policy = trust.members(where)
    if policy is None:
        policy = dict(trust.BEGINNING)
        policy_file.write(where.policy, policy)
    if call.arguments.raw:
        call.say(json.dumps(policy, indent=4))
        return
    table = _table(where, trust_rows.registries(where, call.environment))
    if call.arguments.json:
        call.say(json.dumps({name: _record(rows) for name, rows in table.items()}, indent=4))
        return
    for rows in table.values():
        if rows[0].type not in _TYPES:
            raise Failed(f"Invalid trust type {rows[0].type}")
    for name, rows in table.items():
        call.say(_line(name, rows))


def _table(where: TrustFiles, configured: RegistriesD) -> dict[str, list[Row]]:
    """The requirements of each scope, by name. Transports that atomic does not know are left out."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in trust_rows.rows(where, lambda _, scope: _store(configured, scope)):
        found.setdefault((row.transport, row.scope), []).append(row)
    table = {
        scope: rows
        for wanted in _TRANSPORTS
        for (transport, scope), rows in found.items()
        if transport == wanted
    }
    if ("", "") in found:
        table[_DEFAULT] = found["", ""]
    return dict(sorted(table.items()))


def _store(configured: RegistriesD, scope: str) -> str:
    """The address that atomic shows: of the nearest section, never that for everything else."""
    nearest = (configured.sections[one] for one in trust_rows.above(scope) if one in configured.sections)
    addresses: Mapping[str, str] = next((section.addresses for section in nearest), {})
    return addresses.get("lookaside") or addresses.get("sigstore", "")


def _record(rows: list[Row]) -> dict[str, object]:
    """As JSON; the default has no keys and no store, whatever it asks for."""
    first = rows[0]
    keys = [key.path or key.data for row in rows for key in row.keys] if first.transport else None
    return {"type": first.type, "keys": keys, "sigstore": first.store if first.transport else ""}


def _line(name: str, rows: list[Row]) -> str:
    first = rows[0]
    ids = ",".join(mail for row in rows for key in row.keys for mail in key.mails) if first.transport else ""
    return f"{name:<35} {_TYPES[first.type]:<6} {ids:<29} {first.store if first.transport else ''}"


_VERBS: Mapping[str, Callable[[Call], None]] = {
    "add": _add,
    "default": _default,
    "delete": _delete,
    "reset": _reset,
    "show": _show,
}
