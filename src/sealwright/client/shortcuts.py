"""The calls of a client for those who make only one: each opens a client and closes it again."""

import datetime as dt
import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypedDict, Unpack

from sealwright import limits
from sealwright.client.client import Client
from sealwright.client.policies import PolicySource
from sealwright.client.signers import EnvelopeKind
from sealwright.client.surroundings import Credentials
from sealwright.client.trust import TrustSource
from sealwright.events import EventSink
from sealwright.homes.sealwright.settings import Timestamp
from sealwright.interfaces import Signer
from sealwright.verdict import Verdict
from sealwright.workflow.look import Inspected, Listing

if TYPE_CHECKING:
    from sealwright.workflow.sign import Signed

__all__ = ["ClientOptions", "inspect", "judge", "list_signatures", "sign", "verify"]


class ClientOptions(TypedDict, total=False):
    """What a `Client` takes beside policy and trust stores; see there."""

    folder: str | os.PathLike[str] | None
    credentials: Credentials | None
    plain_http: bool | None
    insecure_registries: Iterable[str]
    ca_file: str | os.PathLike[str] | None
    client_certificate: str | os.PathLike[str] | None
    client_key: str | os.PathLike[str] | None
    force_referrers_tag: bool
    verdict_cache: str | os.PathLike[str] | None
    verdict_cache_seconds: int
    timeout: float | None
    clock: Callable[[], dt.datetime] | None
    events: EventSink


def verify(
    image: str,
    *,
    policy: PolicySource | None = None,
    trust: TrustSource | None = None,
    metadata: Mapping[str, str] | None = None,
    scope: str = "",
    max_signatures: int = limits.MAX_SIGNATURES,
    recursive: bool = False,
    **options: Unpack[ClientOptions],
) -> Verdict:
    """Verify an image; the verdict that comes back is "accepted". See `Client.verify`.

    Args:
        image: its name.
        policy: a trust policy; None: that of notation's folder.
        trust: trust stores; None: those of notation's folder.
        metadata: user metadata that a signature must carry.
        scope: the name for policies of an image in a layout.
        max_signatures: how many signatures are downloaded at most.
        recursive: verify an index with every manifest in it.
        options: see `Client`.

    Raises:
        RefusedError: the verdict is another; it is the error's `verdict`.
        SealwrightError: no verdict was reached.
    """
    with Client(policy=policy, trust=trust, **options) as client:
        return client.verify(
            image, metadata=metadata, scope=scope, max_signatures=max_signatures, recursive=recursive
        )


def judge(
    image: str,
    *,
    policy: PolicySource | None = None,
    trust: TrustSource | None = None,
    metadata: Mapping[str, str] | None = None,
    scope: str = "",
    max_signatures: int = limits.MAX_SIGNATURES,
    thorough: bool = False,
    recursive: bool = False,
    **options: Unpack[ClientOptions],
) -> Verdict:
    """What a policy thinks of an image; the verdict comes back whatever it says. See `Client.judge`.

    Args:
        image: its name.
        policy: a trust policy; None: that of notation's folder.
        trust: trust stores; None: those of notation's folder.
        metadata: user metadata that a signature must carry.
        scope: the name for policies of an image in a layout.
        max_signatures: how many signatures are downloaded at most.
        thorough: judge every signature, also when one counts already.
        recursive: judge an index with every manifest in it.
        options: see `Client`.

    Raises:
        SealwrightError: no verdict was reached.
    """
    with Client(policy=policy, trust=trust, **options) as client:
        return client.judge(
            image,
            metadata=metadata,
            scope=scope,
            max_signatures=max_signatures,
            thorough=thorough,
            recursive=recursive,
        )


def sign(
    image: str,
    signer: Signer | str = "",
    *,
    envelope: EnvelopeKind | None = None,
    expires_in: dt.timedelta | None = None,
    metadata: Mapping[str, str] | None = None,
    passphrase: str | bytes | None = None,
    timestamp: Timestamp | None = None,
    legacy: bool = False,
    **options: Unpack[ClientOptions],
) -> "Signed":
    """Sign an image and keep the signature beside it. See `Client.sign`.

    Args:
        image: its name.
        signer: a signer, the name of a key in notation's `signingkeys.json`, or the id of an OpenPGP key such
            as `gpg:joe@example.com`; empty: the default key of that file.
        envelope: `jws` or `cose`; None: what notation's settings say, else `jws`.
        expires_in: for how long the signature is good; None: without end.
        metadata: what the signature says of the image.
        passphrase: of the named key; None: the variable `SEALWRIGHT_PASSPHRASE`.
        timestamp: the authority that timestamps the signature; None: what the settings say.
        legacy: write the form of manifest that notation 1.3 finds in image layouts.
        options: see `Client`.

    Raises:
        SealwrightError: nothing was signed.
    """
    with Client(**options) as client:
        return client.sign(
            image,
            signer,
            envelope=envelope,
            expires_in=expires_in,
            metadata=metadata,
            passphrase=passphrase,
            timestamp=timestamp,
            legacy=legacy,
        )


def list_signatures(image: str, **options: Unpack[ClientOptions]) -> Listing:
    """The signatures of an image, as its repository lists them. See `Client.list_signatures`.

    Args:
        image: its name.
        options: see `Client`.

    Raises:
        SealwrightError: the repository cannot be asked, or there is no such image.
    """
    with Client(**options) as client:
        return client.list_signatures(image)


def inspect(
    image: str, *, max_signatures: int = limits.MAX_SIGNATURES, **options: Unpack[ClientOptions]
) -> Inspected:
    """What the signatures of an image say of themselves; nothing is verified. See `Client.inspect`.

    Args:
        image: its name.
        max_signatures: how many signatures are downloaded at most.
        options: see `Client`.

    Raises:
        SealwrightError: the repository cannot be asked, or there is no such image.
    """
    with Client(**options) as client:
        return client.inspect(image, max_signatures=max_signatures)
