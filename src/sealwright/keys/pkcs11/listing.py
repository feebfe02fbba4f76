"""What is there: the tokens of a module and the keys on them, for `seal key tokens`."""

from collections.abc import Mapping

import msgspec

from sealwright.errors import MalformedContentError
from sealwright.homes.environment import Environment
from sealwright.keys.passphrases import Passphrases
from sealwright.keys.pkcs11 import choosing, modules, public_keys, sessions
from sealwright.keys.pkcs11.messages import Certificates, StoredCertificate, TokenInfo, TokenKey, Tokens
from sealwright.keys.pkcs11.modules import Module
from sealwright.keys.pkcs11.process import ModuleProcess
from sealwright.keys.pkcs11.sessions import Place
from sealwright.keys.pkcs11.uri import TokenUri
from sealwright.pki import certificate, keys

__all__ = ["ListedKey", "ListedToken", "listed", "modules_to_list"]


class ListedKey(msgspec.Struct, frozen=True):
    """A key: the URI that names it, its type (empty: unknown), and the subject of its certificate, if any."""

    uri: str
    type: str
    certificate: str


class ListedToken(msgspec.Struct, frozen=True):
    """A token: the URI that names it, what it says of itself, and its keys.

    `can_sign` are the types of keys that it has a mechanism for. `pin`: `unset`, `locked`, `one try left`,
    `few tries left`, or empty where there is nothing to tell.
    """

    uri: str
    label: str
    manufacturer: str
    model: str
    serial: str
    pin: str
    can_sign: tuple[str, ...]
    keys: tuple[ListedKey, ...]


_MECHANISMS: Mapping[str, tuple[str, ...]] = {
    "RSA": ("RSA_PKCS_PSS", "SHA256_RSA_PKCS_PSS"),
    "EC": ("ECDSA", "ECDSA_SHA256"),
}
_LEFT = {"none": "locked", "one": "one try left", "few": "few tries left"}


def modules_to_list(uri: TokenUri, environment: Environment) -> tuple[Module, ...]:
    """The module that a URI or the settings name, else all that p11-kit is told of.

    Args:
        uri: `pkcs11:` alone names none.
        environment: variables, and where settings are.

    Raises:
        KeyUnavailableError: `key.pkcs11-no-module`: not one is named; or the module that is cannot be used.
        DocumentError: the settings cannot be used.
        StorageError: a file of settings cannot be read.
    """
    chosen = modules.chosen(uri, environment)
    if chosen is not None:
        return (chosen,)
    return modules.all_configured(environment)


def listed(
    uri: TokenUri, module: Module, passphrases: Passphrases, *, login: bool
) -> tuple[ListedToken, ...]:
    """The tokens of a module that fit a URI, with their keys.

    Args:
        uri: `pkcs11:` alone fits all.
        module: which one.
        passphrases: where a PIN comes from, if there is a login.
        login: look also at what only the owner may see; exactly one token has to fit.

    Raises:
        KeyUnavailableError: the module cannot be loaded; with a login: a `key.pin-` code,
        `key.pkcs11-tokens`.
        EnvironmentalError: the module failed.
    """
    process = Place(uri, module, passphrases.environment.variables).process()
    try:
        present = process.ask(Tokens(), tuple[TokenInfo, ...], "looking for tokens")
        if login:
            token = choosing.token(uri, process.about, present)
            pin = sessions.pin_of(uri, token, passphrases)
            sessions.login(process, token, pin)
            return (_listed(process, token),)
        found = []
        for token in choosing.tokens(uri, process.about, present):
            sessions.look(process, token)
            found.append(_listed(process, token))
        return tuple(found)
    finally:
        process.close()


def _listed(process: ModuleProcess, token: TokenInfo) -> ListedToken:
    """A token with which the process has a session."""
    public = {(one.label, one.id): one for one in sessions.keys(process, public=True)}
    private = {(one.label, one.id): one for one in sessions.keys(process)}
    stored = process.ask(Certificates(), tuple[StoredCertificate, ...], "looking for certificates")
    return ListedToken(
        uri=TokenUri(token=token.label, serial=token.serial).text,
        label=token.label,
        manufacturer=token.manufacturer,
        model=token.model,
        serial=token.serial,
        pin="unset" if not token.pin_set else _LEFT.get(token.left, ""),
        can_sign=tuple(kind for kind, names in _MECHANISMS.items() if token.mechanisms.intersection(names)),
        keys=tuple(
            ListedKey(
                TokenUri(token=token.label, object=one.label, id=one.id).text,
                _type(public.get(place, one)),
                _subject(one, stored),
            )
            for place, one in sorted({**public, **private}.items())
        ),
    )


def _type(key: TokenKey) -> str:
    known = public_keys.of(key)
    if known is None:
        return key.kind
    algorithm = keys.algorithm_of(known)
    return keys.describe(known) if algorithm is None else algorithm.key_spec


def _subject(key: TokenKey, stored: tuple[StoredCertificate, ...]) -> str:
    for one in stored:
        if key.id and one.id == key.id:
            try:
                return certificate.parse(one.der).subject_text
            except MalformedContentError:
                return "cannot be read"
    return ""
