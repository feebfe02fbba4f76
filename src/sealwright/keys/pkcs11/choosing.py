"""Which token and which key a URI means, among those that are there: one, or an error that names them.

Source: RFC 7512, section 2.5: an attribute that the URI has must be equal; what it lacks is not asked.
"""

from collections.abc import Callable, Iterable, Sequence

from sealwright.errors import KeyUnavailableError
from sealwright.keys.pkcs11.messages import Loaded, TokenInfo, TokenKey
from sealwright.keys.pkcs11.uri import TokenUri

__all__ = ["key", "key_words", "token", "token_words", "tokens"]

_SHOWN = 10

Others = Callable[[], Iterable[TokenKey]]


def tokens(uri: TokenUri, about: Loaded, present: Iterable[TokenInfo]) -> Sequence[TokenInfo]:
    """The tokens that fit a URI.

    Args:
        uri: what is said.
        about: what the module says of itself.
        present: all that are there.
    """
    if (
        uri.library_manufacturer not in ("", about.manufacturer)
        or uri.library_description not in ("", about.description)
        or uri.library_version not in (None, about.version)
    ):
        return ()
    return [one for one in present if _fits(uri, one)]


def token(uri: TokenUri, about: Loaded, present: Sequence[TokenInfo]) -> TokenInfo:
    """The one token that fits.

    Raises:
        KeyUnavailableError: `key.pkcs11-no-token`, `key.pkcs11-tokens`.
    """
    fitting = tokens(uri, about, present)
    if not fitting:
        raise KeyUnavailableError(
            "key.pkcs11-no-token", wanted=uri.token_words, found=_list(map(token_words, present))
        )
    if len(fitting) > 1:
        raise KeyUnavailableError(
            "key.pkcs11-tokens", wanted=uri.token_words, found=_list(map(token_words, fitting))
        )
    return fitting[0]


def key(uri: TokenUri, found: Sequence[TokenKey], where: TokenInfo, others: Others) -> TokenKey:
    """The one key that fits.

    Args:
        uri: what is said.
        found: the private keys with its label and id.
        where: the token.
        others: gives all private keys of the token, if there is nothing better to tell.

    Raises:
        KeyUnavailableError: `key.pkcs11-type`, `key.pkcs11-no-key`, `key.pkcs11-keys`,
            `key.pkcs11-may-not-sign`.
    """
    if uri.type not in ("", "private"):
        raise KeyUnavailableError("key.pkcs11-type", type=uri.type)
    if not found:
        raise KeyUnavailableError(
            "key.pkcs11-no-key",
            wanted=uri.object_words,
            token=where.label,
            found=_list(map(key_words, others())),
        )
    if len(found) > 1:
        raise KeyUnavailableError(
            "key.pkcs11-keys",
            wanted=uri.object_words,
            token=where.label,
            found=_list(map(key_words, found)),
        )
    if not found[0].signs:
        raise KeyUnavailableError("key.pkcs11-may-not-sign", key=key_words(found[0]))
    return found[0]


def token_words(one: TokenInfo) -> str:
    """A token, as the part of a URI that names it."""
    return TokenUri(token=one.label, serial=one.serial).token_words


def key_words(one: TokenKey) -> str:
    """A key, in the same way."""
    return TokenUri(object=one.label, id=one.id).object_words


def _fits(uri: TokenUri, one: TokenInfo) -> bool:
    return all(
        wanted in ("", there)
        for wanted, there in (
            (uri.token, one.label),
            (uri.manufacturer, one.manufacturer),
            (uri.serial, one.serial),
            (uri.model, one.model),
            (uri.slot_description, one.slot_description),
            (uri.slot_manufacturer, one.slot_manufacturer),
        )
    ) and uri.slot_id in (None, one.slot)


def _list(words: Iterable[str]) -> str:
    """Some of them, in one order whatever the token's; a blank between, since a URI has none."""
    found = sorted(set(words))
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return (" ".join(found[:_SHOWN]) or "none") + more
