"""Trust stores that a caller holds in memory.

Source: trust-store-trust-policy.md, "Trust Store": stores are named `type:name`, and each certificate in one
is a CA or self-signed; in `tsa` stores, a self-issued root.
"""

from collections.abc import Iterable, Mapping
from typing import overload

from sealwright.errors import UsageError
from sealwright.evidence import Keyring, Need, OpenPgpResult, TrustStore, Unavailable
from sealwright.interfaces import Gatherer
from sealwright.policy.notation.document import STORE_KINDS, is_store_name

__all__ = ["TrustSource", "TrustStores", "Trusting", "stores_of"]

Certificates = bytes | Iterable[bytes]


class TrustStores:
    """Named trust stores in memory, checked once and safe to share between threads.

    A policy that names a store which is not among them refuses, as it does for a folder that is missing.

    Args:
        stores: names such as `ca:acme` to certificates: one in DER, any number in PEM, or several of such.

    Raises:
        UsageError: `truststore.kind-unknown`, `truststore.name-invalid` or `truststore.empty`.
        MalformedContentError: a `certificate.` code: bytes that are no certificate.
        KeyUnavailableError: `certificate.not-an-anchor` or `certificate.not-a-root`: unfit for its store.
    """

    def __init__(self, stores: Mapping[str, Certificates]) -> None:
        self._stores = {_named(name): _checked(name, held) for name, held in stores.items()}

    def __call__(self, needs: frozenset[Need]) -> Mapping[Need, object]:
        """The certificates of each store that is asked for, in DER; see `interfaces.Gatherer`."""
        return {need: self._answer(need) for need in needs}

    def _answer(self, need: Need) -> object:
        if not isinstance(need, TrustStore):
            return Unavailable("truststore.x509-only", retryable=False)
        return self._stores.get(need) or _absent(need)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the stores, such as `ca:acme`, in their order."""
        return tuple(f"{store.kind}:{store.name}" for store in self._stores)


class Trusting:
    """Trust stores in memory; all that is not about keys is answered by somebody else.

    Args:
        stores: what is trusted.
        others: answers the rest: whether certificates were revoked, and what plugins say.
    """

    def __init__(self, stores: TrustStores, others: Gatherer) -> None:
        self._stores = stores
        self._others = others

    def __call__(self, needs: frozenset[Need]) -> Mapping[Need, object]:
        """An answer for each need; see `interfaces.Gatherer`."""
        about_keys = frozenset(
            need for need in needs if isinstance(need, TrustStore | Keyring | OpenPgpResult)
        )
        rest = needs - about_keys
        return {**self._stores(about_keys), **(self._others(rest) if rest else {})}


TrustSource = TrustStores | Mapping[str, Certificates]
"""What is taken in the place of trust stores: the stores, or what they are made of."""


@overload
def stores_of(trust: TrustSource) -> TrustStores: ...
@overload
def stores_of(trust: None) -> None: ...
def stores_of(trust: TrustSource | None) -> TrustStores | None:
    """Trust stores as a caller gave them, made if they are not; None stays None.

    Args:
        trust: the stores, what they are made of, or None.

    Raises:
        SealwrightError: what `TrustStores` raises.
    """
    return trust if trust is None or isinstance(trust, TrustStores) else TrustStores(trust)


def _named(text: str) -> TrustStore:
    kind, _, name = text.partition(":")
    if kind not in STORE_KINDS:
        raise UsageError("truststore.kind-unknown", kind=kind, known=", ".join(STORE_KINDS))
    if not is_store_name(name):
        raise UsageError("truststore.name-invalid", name=name)
    return TrustStore(kind, name)


def _checked(text: str, held: Certificates) -> tuple[bytes, ...]:
    from sealwright.pki import certificate  # noqa: PLC0415  # not for those who read trust stores from files

    kind, _, name = text.partition(":")
    contents = (held,) if isinstance(held, bytes) else tuple(held)
    found = tuple(der for content in contents for der in certificate.trust_anchors(content, kind))
    if not found:
        raise UsageError("truststore.empty", kind=kind, name=name)
    return found


def _absent(need: TrustStore) -> Unavailable:
    data = {"kind": need.kind, "name": need.name}
    return Unavailable("truststore.not-given", retryable=False, data=data)
