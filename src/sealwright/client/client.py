"""The client: one object for all calls of a program that signs, lists, inspects and verifies.

It is safe to share between threads. Connections, tokens and what is known of registries are kept from call
to call. Policies and trust stores in files are read anew for each call, so that a change counts at once;
those given in memory stay as they were given.
"""

import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from sealwright import limits
from sealwright.client.envelopes import require_aware
from sealwright.client.policies import PolicySource, in_memory, read_policy
from sealwright.client.signers import EnvelopeKind, envelope_type, named_signer
from sealwright.client.surroundings import Credentials, environment_of, kept, looked_up, require_within
from sealwright.client.trust import Trusting, TrustSource, stores_of
from sealwright.errors import UsageError
from sealwright.events import EventSink, ignore
from sealwright.homes.notation.folder import config_folder
from sealwright.homes.pending import PendingFolder
from sealwright.homes.sealwright.settings import Timestamp
from sealwright.interfaces import Gatherer, Policy, Signer
from sealwright.transport.deadline import Deadline
from sealwright.verdict import Verdict
from sealwright.workflow import look, policies
from sealwright.workflow.authorities import AskedAuthorities, Source
from sealwright.workflow.bulk import Bulk
from sealwright.workflow.clock import now
from sealwright.workflow.context import Context
from sealwright.workflow.gather import HomeGatherer
from sealwright.workflow.look import Inspected, Listing
from sealwright.workflow.naming import Named, registry_of
from sealwright.workflow.opening import Reach, Registries, image_opener
from sealwright.workflow.openpgp import OpenPgp
from sealwright.workflow.outcome import Outcome
from sealwright.workflow.patience import Patience
from sealwright.workflow.plugins import InstalledPlugins
from sealwright.workflow.simple_stores import SimpleStores
from sealwright.workflow.vault_keys import VaultKeys
from sealwright.workflow.verify import decider
from sealwright.workflow.verifying import Question, Verifying

if TYPE_CHECKING:
    from sealwright.formats.notary.manifest import Form
    from sealwright.repositories.registry import RegistryClient
    from sealwright.workflow.sign import Signed

__all__ = ["Client"]


class Client:
    """Signs, lists, inspects and verifies images in registries and layouts.

    Images are named as on the command line: `registry.example/net-monitor:v1`, `…@sha256:…`, `oci:FOLDER:TAG`
    or `oci-archive:FILE:TAG`. Nothing is asked before the first call. End it with `close()`, or use it in a
    `with` block.

    Args:
        policy: the trust policy of every call that names none; None: that of notation's folder.
        trust: the trust stores of every call that gives none; None: those of notation's folder.
        folder: notation's folder: settings, keys, trust stores and policy; None: that of the user.
        credentials: user name and password for a registry, by its domain (such as `docker.io`), or as a
            function of a repository's domain and path; where there are none, the usual places are asked
            (environment, notation's, docker's and podman's files, credential helpers).
        plain_http: True or False settle the scheme for every registry; None: plain HTTP for this machine,
            https for all others.
        insecure_registries: domains of registries whose certificates are not verified.
        ca_file: a PEM file of certificates to trust for https, beside those of the system.
        client_certificate: a PEM file that identifies us to registries, leaf first.
        client_key: a PEM file with its private key, not encrypted.
        force_referrers_tag: write the fallback tag of signatures even where a registry has the referrers API.
        plugins: let a signature that names a verification plugin be verified by it, after the signature's
            chain has reached a trust anchor; False: no plugin runs, and such signatures do not count.
        verdict_cache: a folder of verdicts that may be used again for a short while, which nobody else may
            write to; None: each verdict is made anew.
        verdict_cache_seconds: how long at most, from 1 to 86400 seconds.
        revocation_bundle: a file with the answers of responders and CAs, from `seal revocation export`, in
            place of asking over the network.
        revocation_max_age: how old the answers in the bundle may be; None: as old as they say themselves.
        timeout: how long one call may take at registries, in seconds; None: each request has limits of its
            own.
        clock: gives the time, aware; None: that of this machine.
        events: takes notices; called from several threads, and must not raise.

    Raises:
        UsageError: what `TrustStores` raises, or `usage.out-of-range`.
        DocumentError: a `policy.` code of a policy in memory; `revocation.bundle-malformed` or
            `revocation.bundle-too-large`.
        StorageError: `file.folder-unsafe` or `file.unwritable`: verdicts cannot be kept there; the bundle
            cannot be read.
        MalformedContentError: a certificate of the trust stores cannot be read.
        KeyUnavailableError: a certificate is unfit for its trust store.
    """

    def __init__(
        self,
        *,
        policy: PolicySource | None = None,
        trust: TrustSource | None = None,
        folder: str | os.PathLike[str] | None = None,
        credentials: Credentials | None = None,
        plain_http: bool | None = None,
        insecure_registries: Iterable[str] = (),
        ca_file: str | os.PathLike[str] | None = None,
        client_certificate: str | os.PathLike[str] | None = None,
        client_key: str | os.PathLike[str] | None = None,
        force_referrers_tag: bool = False,
        plugins: bool = True,
        verdict_cache: str | os.PathLike[str] | None = None,
        verdict_cache_seconds: int = limits.VERDICT_CACHE_SECONDS,
        revocation_bundle: str | os.PathLike[str] | None = None,
        revocation_max_age: dt.timedelta | None = None,
        timeout: float | None = None,
        clock: Callable[[], dt.datetime] | None = None,
        events: EventSink = ignore,
    ) -> None:
        self._policy = (
            policy if policy is None or isinstance(policy, str | os.PathLike) else in_memory(policy)
        )
        self._trust = stores_of(trust)
        self._environment = environment_of(folder)
        self._timeout = timeout
        self._clock = clock or now
        self._openpgp = OpenPgp(self._environment)
        self._plugins = InstalledPlugins(self._environment) if plugins else None
        source = Source(None if revocation_bundle is None else Path(revocation_bundle), revocation_max_age)
        self._authorities = AskedAuthorities(self._environment, self._now, events, source)
        self._events = events
        reach = Reach(
            insecure_registries=frozenset(insecure_registries),
            plain_http=plain_http,
            ca_file=_text(ca_file),
            client_certificate=_text(client_certificate),
            client_key=_text(client_key),
            force_referrers_tag=force_referrers_tag,
            credentials=None if credentials is None else looked_up(credentials),
        )
        self._verdicts = None if verdict_cache is None else kept(verdict_cache, verdict_cache_seconds, events)
        self._registries = Registries(reach, self._environment, events)
        self._closed = False

    def verify(
        self,
        image: str,
        *,
        policy: PolicySource | None = None,
        trust: TrustSource | None = None,
        metadata: Mapping[str, str] | None = None,
        scope: str = "",
        max_signatures: int = limits.MAX_SIGNATURES,
        recursive: bool = False,
    ) -> Verdict:
        """Verify an image; the verdict that comes back is "accepted".

        `pinned` of the verdict is the name with the digest that was verified: use that from here on, because
        a tag may move.

        Args:
            image: its name.
            policy: see `judge`.
            trust: see `judge`.
            metadata: see `judge`.
            scope: see `judge`.
            max_signatures: see `judge`.
            recursive: see `judge`.

        Raises:
            RefusedError: the verdict is another; it is the error's `verdict`.
            SealwrightError: no verdict was reached, see `judge`.
        """
        verdict = self.judge(
            image,
            policy=policy,
            trust=trust,
            metadata=metadata,
            scope=scope,
            max_signatures=max_signatures,
            recursive=recursive,
        )
        verdict.require()
        return verdict

    def judge(
        self,
        image: str,
        *,
        policy: PolicySource | None = None,
        trust: TrustSource | None = None,
        metadata: Mapping[str, str] | None = None,
        scope: str = "",
        max_signatures: int = limits.MAX_SIGNATURES,
        thorough: bool = False,
        recursive: bool = False,
    ) -> Verdict:
        """What a policy thinks of an image. The verdict comes back whatever it says.

        Args:
            image: its name.
            policy: decides instead of the client's.
            trust: the trust stores instead of the client's.
            metadata: user metadata that a signature must carry, beside what the policy asks.
            scope: the name for policies of an image in a layout, such as `registry.example/net-monitor`.
            max_signatures: how many signatures are downloaded at most.
            thorough: judge every signature, also when one counts already.
            recursive: judge an index with every manifest in it; each has a verdict among the `platforms`.

        Raises:
            UsageError: the name cannot be read, `policy.none-present`, `policy.several-present`,
                `usage.out-of-range` or `usage.client-closed`.
            DocumentError: the policy cannot be used.
            NotFoundError: there is no such image.
            EnvironmentalError: the image or the list of its signatures cannot be asked for; `retryable` tells
                whether the same call may succeed later.
        """
        require_within("max_signatures", max_signatures, limits.MAX_SIGNATURES_ASKED)
        context, chosen = self._context(scope, trust), self._chosen(policy, metadata)
        decide = decider(chosen, recursive=recursive)
        with context.open_image(image) as place:
            return decide(
                context, place, place.subject(), chosen, max_signatures=max_signatures, thorough=thorough
            )

    def judge_all(
        self,
        images: Iterable[str],
        *,
        policy: PolicySource | None = None,
        trust: TrustSource | None = None,
        metadata: Mapping[str, str] | None = None,
        scope: str = "",
        max_signatures: int = limits.MAX_SIGNATURES,
        thorough: bool = False,
        recursive: bool = False,
        retries: int = 2,
    ) -> Iterator[Outcome]:
        """What a policy thinks of many images, side by side; what goes wrong with one is told of that one.

        The policy and the trust stores are read once for all. `timeout` is the time of each image.

        Args:
            images: their names, of any number; read as they are needed.
            policy: see `judge`, as for all others.
            trust: see `judge`.
            metadata: see `judge`.
            scope: see `judge`.
            max_signatures: see `judge`.
            thorough: see `judge`.
            recursive: see `judge`.
            retries: how often an image is tried again when its registry did not answer well or in time.

        Returns:
            For each image, in their order, an outcome with a `verdict` or a `failure`, as soon as it may be.
            An iteration that is left early gives up what is at work.

        Raises:
            UsageError: `usage.out-of-range`, `policy.absent`, or `usage.client-closed`.
            DocumentError: the policy cannot be used.
        """
        require_within("max_signatures", max_signatures, limits.MAX_SIGNATURES_ASKED)
        question = Question(self._chosen(policy, metadata), max_signatures, thorough, recursive)
        context = self._context(scope, trust, each=True)
        bulk = Bulk(Verifying(context, question, Patience(retries)), lambda named: named.registry)
        return bulk.results(Named(image, registry_of(image)) for image in images)

    def sign(
        self,
        image: str,
        signer: Signer | str = "",
        *,
        envelope: EnvelopeKind | None = None,
        expires_in: dt.timedelta | None = None,
        metadata: Mapping[str, str] | None = None,
        passphrase: str | bytes | None = None,
        timestamp: Timestamp | None = None,
        legacy: bool = False,
    ) -> "Signed":
        """Sign an image and keep the signature beside it.

        Args:
            image: its name; a digest is safer than a tag, and a tag is told by the notice `signing.by-tag`.
            signer: from `load_signer`, an object of your own that meets `Signer`, the name of a key in
                notation's `signingkeys.json`, the id of an OpenPGP key such as `gpg:joe@example.com`
                (it makes a GPG signature) or of one elsewhere, such as `pkcs11:token=signing;object=build`
                or `vault:build`; empty: the default key of that file.
            envelope: `jws` or `cose`; None: what notation's settings say, else `jws`.
            expires_in: for how long the signature is good, from now; None: without end.
            metadata: what the signature says of the image.
            passphrase: of the named key, if it is encrypted, or the PIN of its token; None: the variable
                `SEALWRIGHT_PASSPHRASE`, or `SEALWRIGHT_PIN`.
            timestamp: the authority that timestamps the signature; None: what the settings say, which
                `Timestamp()` overrules.
            legacy: write the form of manifest that notation 1.3 finds in image layouts.

        Raises:
            UsageError: the name cannot be read, `signing.metadata-…`, `signing.expiry-…`.
            KeyUnavailableError: the key or its certificates cannot be used.
            DocumentError: a file of settings or keys cannot be used.
            NotFoundError: there is no such image.
            EnvironmentalError: the repository cannot be read or written; a `timestamp.` code.
        """
        return self._made(
            image, signer, passphrase, envelope, expires_in, metadata, timestamp, legacy=legacy
        )[-1]

    def sign_recursively(
        self,
        image: str,
        signer: Signer | str = "",
        *,
        envelope: EnvelopeKind | None = None,
        expires_in: dt.timedelta | None = None,
        metadata: Mapping[str, str] | None = None,
        passphrase: str | bytes | None = None,
        timestamp: Timestamp | None = None,
        legacy: bool = False,
    ) -> "tuple[Signed, ...]":
        """Sign an index and every manifest in it, the innermost first, the image itself last.

        Args:
            image: its name; what is no index is signed alone.
            signer: see `sign`, as for all others.
            envelope: see `sign`.
            expires_in: see `sign`.
            metadata: see `sign`.
            passphrase: see `sign`.
            timestamp: see `sign`.
            legacy: see `sign`.

        Raises:
            SealwrightError: as `sign`; signatures that were kept before stay.
        """
        return self._made(
            image,
            signer,
            passphrase,
            envelope,
            expires_in,
            metadata,
            timestamp,
            legacy=legacy,
            recursive=True,
        )

    def list_signatures(self, image: str) -> Listing:
        """The signatures of an image, as its repository lists them. Nothing is downloaded, nothing verified.

        Args:
            image: its name.

        Raises:
            UsageError: the name cannot be read.
            NotFoundError: there is no such image.
            EnvironmentalError: the repository cannot be asked.
        """
        return look.list_signatures(self._context(), image)

    def inspect(self, image: str, *, max_signatures: int = limits.MAX_SIGNATURES) -> Inspected:
        """What the signatures of an image say of themselves. Nothing is verified.

        Args:
            image: its name.
            max_signatures: how many signatures are downloaded at most.

        Raises:
            UsageError: the name cannot be read, or `usage.out-of-range`.
            NotFoundError: there is no such image.
            EnvironmentalError: the repository cannot be asked.
        """
        require_within("max_signatures", max_signatures, limits.MAX_SIGNATURES_ASKED)
        return look.inspect(self._context(), image, max_signatures)

    def close(self) -> None:
        """Close the connections. Further calls raise `usage.client-closed`."""
        self._closed = True
        self._registries.close()
        self._openpgp.close()
        self._authorities.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _context(self, scope: str = "", trust: TrustSource | None = None, *, each: bool = False) -> Context:
        """The outside for one call, whose time begins now, or for each image when it is opened."""
        if self._closed:
            raise UsageError("usage.client-closed")
        deadline = Deadline(self._timeout)

        def registries() -> "RegistryClient":
            return self._registries().within(Deadline(self._timeout) if each else deadline)

        stores = self._trust if trust is None else stores_of(trust)
        vault_keys = VaultKeys(self._environment, registries)
        home = HomeGatherer(self._folder, self._openpgp, self._authorities, self._plugins, vault_keys)
        gather: Gatherer = home if stores is None else Trusting(stores, home)
        opener = image_opener(registries, self._events, SimpleStores(self._environment, registries), scope)
        pending = PendingFolder.of(self._environment)
        return Context(self._now, opener, gather, self._events, self._verdicts, pending)

    def _now(self) -> dt.datetime:
        return require_aware(self._clock())

    def _chosen(self, policy: PolicySource | None, metadata: Mapping[str, str] | None) -> Policy:
        wanted = self._policy if policy is None else policy
        if wanted is None:
            return policies.load(self._environment, metadata=metadata)
        return read_policy(wanted, metadata=metadata)

    def _made(
        self,
        image: str,
        signer: Signer | str,
        passphrase: str | bytes | None,
        envelope: EnvelopeKind | None,
        expires_in: dt.timedelta | None,
        metadata: Mapping[str, str] | None,
        timestamp: Timestamp | None,
        *,
        legacy: bool,
        recursive: bool = False,
    ) -> "tuple[Signed, ...]":
        from sealwright.workflow.make import Key, make, stamping_for  # noqa: PLC0415  # X.509, which listing does without
        from sealwright.workflow.sign import Wish  # noqa: PLC0415  # the same

        context = self._context()
        kind = envelope_type(self._environment, envelope)
        key: Key = (
            signer if not isinstance(signer, str) else named_signer(self._environment, signer, passphrase)
        )
        stamping = stamping_for(self._environment, key, timestamp)
        form: Form = "legacy" if legacy else "artifact"
        wish = Wish(kind, expires_in, dict(metadata or {}), form, recursive, stamping)
        return tuple(make(context, image, key, wish))

    @property
    def _folder(self) -> Path:
        return config_folder(self._environment)


def _text(path: str | os.PathLike[str] | None) -> str | None:
    return None if path is None else os.fspath(path)
