"""A table of policies by a table of signatures: the same decision as the real notation, cell by cell.

notation's exit code says whether it lets the image pass. We say which way it passes: `accepted` only if a
signer is proven, else `allowed`, which `seal verify` never ends with 0.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import pytest
from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from peers.notation import BOTH, Notation
from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.formats.notary import attributes as attribute
from sealwright.formats.notary import payload
from sealwright.formats.notary.jws import PAYLOAD_ORDER
from world import images, notary, pki
from world.home import Home, statement
from world.registry import Registry, free_port

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)  # noqa: TID251  # the peer has no other clock
HOUR = dt.timedelta(hours=1)
OLD = {"not_before": NOW - 48 * HOUR, "not_after": NOW - HOUR}

GOOD = pki.chain("ec256")
RETIRED = pki.chain("ec384", leaf=OLD)
FOREIGN = pki.chain("ec521")
TWO_UNITS = pki.chain(
    "ec256",
    subject=pki.name(
        "Leaf", (NameOID.ORGANIZATIONAL_UNIT_NAME, "Build"), (NameOID.ORGANIZATIONAL_UNIT_NAME, "Test")
    ),
)
NO_STATE = pki.chain(
    "ec256",
    subject=x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "US"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Acme"),
        ]
    ),
)
REVOCABLE = pki.chain(
    "ec256",
    leaf={
        "extensions": (
            (
                x509.AuthorityInformationAccess(
                    [
                        x509.AccessDescription(
                            AuthorityInformationAccessOID.OCSP,
                            x509.UniformResourceIdentifier(f"http://127.0.0.1:{free_port()}/"),
                        )
                    ]
                ),
                False,
            ),
        )
    },
)


class Case(NamedTuple):
    """A signature: whose, with which attributes, about which descriptor, changed how afterwards."""

    chain: pki.Chain = GOOD
    attributes: Mapping[str, Any] = {}
    about: Callable[[Descriptor], Descriptor] = lambda image: image
    change: Callable[[dict[str, Any]], None] = lambda members: None

    def make(self, image: Descriptor) -> bytes:
        said = notary.attributes(self.chain, **{"signing_time": NOW - HOUR, **self.attributes})
        target = payload.write(self.about(image), PAYLOAD_ORDER)
        members = json.loads(notary.crafted(self.chain, signed_attributes=said, target=target))
        self.change(members)
        return json.dumps(members).encode()


def another(image: Descriptor) -> Descriptor:
    return Descriptor(image.media_type, Digest.of(b"another"), image.size)


def change_signature(members: dict[str, Any]) -> None:
    value = members["signature"]
    members["signature"] = ("A" if value[0] != "A" else "B") + value[1:]


SIGNATURES: Mapping[str, Case] = {
    "good": Case(),
    "expired": Case(
        attributes={
            "signing_time": NOW - 3 * HOUR,
            "expiry": NOW - HOUR,
            "critical": (attribute.SCHEME, attribute.EXPIRY),
        }
    ),
    "of a certificate that has expired since": Case(RETIRED, {"signing_time": NOW - 3 * HOUR}),
    "of a certificate that had expired before": Case(RETIRED, {"signing_time": NOW - HOUR / 2}),
    "of a signer whom acme does not trust": Case(FOREIGN),
    "of a subject with two units": Case(TWO_UNITS),
    "of a subject without a state": Case(NO_STATE),
    "of a certificate whose OCSP responder is down": Case(REVOCABLE),
    "of a signing authority": Case(
        attributes={
            "scheme": attribute.SCHEME_AUTHORITY,
            "signing_time": None,
            "authentic_signing_time": NOW - HOUR,
            "critical": (attribute.SCHEME, attribute.AUTHENTIC_SIGNING_TIME),
        }
    ),
    "about another image": Case(about=another),
    "changed": Case(change=change_signature),
}

Statements = list[dict[str, object]]


def strict(**changes: Any) -> Callable[[str], Statements]:
    """A policy of one statement for all images."""
    return lambda repository: [statement(**changes)]


def identities(*words: str) -> Callable[[str], Statements]:
    return strict(identities=[f"x509.subject: {one}" for one in words])


def two_scopes(repository: str, exact: Sequence[str], wild: Sequence[str]) -> Statements:
    """Two statements with stores of their own: for this repository, and for all others."""
    return [statement("wild", stores=wild), statement("exact", scopes=[repository], stores=exact)]


POLICIES: Mapping[str, Callable[[str], Statements]] = {
    "strict": strict(),
    "permissive": strict(level="permissive"),
    "audit": strict(level="audit"),
    "skip": lambda repository: [statement(level="skip", scopes=[repository])],
    "strict, expiry logged": strict(override={"expiry": "log"}),
    "strict, authenticity logged": strict(override={"authenticity": "log"}),
    "strict, timestamps logged": strict(override={"authenticTimestamp": "log"}),
    "strict, revocation logged": strict(override={"revocation": "log"}),
    "strict, revocation skipped": strict(override={"revocation": "skip"}),
    "strict, all logged that can be": strict(
        override=dict.fromkeys(("expiry", "authenticity", "authenticTimestamp", "revocation"), "log")
    ),
    "permissive, expiry enforced": strict(level="permissive", override={"expiry": "enforce"}),
    "permissive, timestamps enforced": strict(level="permissive", override={"authenticTimestamp": "enforce"}),
    "permissive, revocation enforced": strict(level="permissive", override={"revocation": "enforce"}),
    "audit, authenticity enforced": strict(level="audit", override={"authenticity": "enforce"}),
    "strict, timestamps demanded": strict(stores=["ca:acme", "tsa:clock"]),
    "strict, timestamps demanded after expiry": strict(
        stores=["ca:acme", "tsa:clock"], verifyTimestamp="afterCertExpiry"
    ),
    "permissive, timestamps demanded": strict(level="permissive", stores=["ca:acme", "tsa:clock"]),
    "this repository before all": lambda repository: two_scopes(repository, ["ca:acme"], ["ca:other"]),
    "this repository before all, otherwise": lambda repository: two_scopes(
        repository, ["ca:other"], ["ca:acme"]
    ),
    "another repository only": lambda repository: [statement(scopes=[f"{repository}/below"])],
    "the repository above only": lambda repository: [statement(scopes=[repository.rpartition("/")[0]])],
    "another store": strict(stores=["ca:other"]),
    "two stores": strict(stores=["ca:other", "ca:acme"]),
    "a store of an intermediate": strict(stores=["ca:intermediate"]),
    "a store that is not there": strict(stores=["ca:missing"]),
    "a store with a bad file": strict(stores=["ca:broken"]),
    "a store that is not there and a good one": strict(stores=["ca:missing", "ca:acme"]),
    "a good store and one that is not there": strict(stores=["ca:acme", "ca:missing"]),
    "a store with a bad file and a good one": strict(stores=["ca:broken", "ca:acme"]),
    "a good store and one with a bad file": strict(stores=["ca:acme", "ca:broken"]),
    "a store of authorities": strict(stores=["signingAuthority:acme"]),
    "stores of both kinds": strict(stores=["ca:acme", "signingAuthority:acme"]),
    "permissive, a store that is not there": strict(level="permissive", stores=["ca:missing"]),
    "audit, a store that is not there": strict(level="audit", stores=["ca:missing"]),
    "the whole subject": identities("C=US, ST=WA, O=Acme, CN=Leaf ec256"),
    "a part of the subject": identities("C=US, ST=WA, O=Acme"),
    "the subject in another order": identities("CN=Leaf ec256,O=Acme,S=WA,C=US"),
    "another common name": identities("C=US, ST=WA, O=Acme, CN=Leaf"),
    "a value in capitals": identities("C=US, ST=WA, O=ACME"),
    "an attribute too many": identities("C=US, ST=WA, O=Acme, OU=Build"),
    "one identity of two": identities("C=US, ST=WA, O=Other", "C=US, ST=WA, O=Acme, CN=Leaf ec256"),
    "an identity for plugins only": strict(identities=["example.plugin: 4711"]),
    "audit, another common name": strict(level="audit", identities=["x509.subject: C=US, ST=WA, O=Other"]),
}

LATE = "of a certificate that had expired before"
UNPROVEN = frozenset({"of a signer whom acme does not trust", "of a signing authority"})

STRICTER: Mapping[str, frozenset[str]] = {
    # notation compares the claimed signing time with the chain only when it signs
    "permissive": frozenset({LATE}),
    "audit": frozenset({LATE}),
    "strict, timestamps logged": frozenset({LATE}),
    "strict, all logged that can be": frozenset({LATE}),
    "permissive, expiry enforced": frozenset({LATE}),
    "permissive, revocation enforced": frozenset({LATE}),
    "audit, authenticity enforced": frozenset({LATE}),
    "permissive, timestamps demanded": frozenset({LATE}),
    "audit, a store that is not there": frozenset({LATE}),
    "audit, another common name": frozenset({LATE}),
    # nothing that an unproven signature names is asked, so an enforced check of revocation cannot pass
    "strict, authenticity logged": UNPROVEN,
}
"""Which images notation lets pass and we do not, by policy; there is no case the other way round."""


class World:
    """A repository with an image for each signature, and one user."""

    def __init__(self, home: Home, repository: str) -> None:
        self.home = home
        self.repository = repository
        self.images: dict[str, str] = {}
        with images.repository_at(repository) as opened:
            for number, (what, case) in enumerate(SIGNATURES.items()):
                image = images.make(opened, what, f"v{number}")
                content = case.make(image)
                images.attach_signature(
                    opened, image, media_types.NOTARY_JWS, content, *case.chain.certificates
                )
                self.images[what] = f"{repository}@{image.digest}"
            self.images["none"] = f"{repository}@{images.make(opened, 'unsigned').digest}"

    def theirs(self, notation: Notation) -> dict[str, bool]:
        """Which images notation lets pass."""
        with ThreadPoolExecutor(3) as pool:
            return dict(zip(self.images, pool.map(notation.accepts, self.images.values()), strict=True))

    def ours(self) -> dict[str, str]:
        """What we decide about each image."""
        decisions = {}
        for what, image in self.images.items():
            done = self.home.seal("verify", "--output", "json", image)
            decisions[what] = json.loads(done.out)["decision"]
            assert (decisions[what] == "accepted") is (0 == done.status), done
        return decisions


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("policies")
    home = Home(folder / "home")
    home.trust("acme", GOOD.root)
    home.trust("acme", RETIRED.root)
    home.trust("acme", GOOD.root, kind="signingAuthority")
    home.trust("other", FOREIGN.root)
    home.trust("intermediate", GOOD.certificates[1])
    home.trust("clock", GOOD.root, kind="tsa")
    home.trust("broken", GOOD.root)
    (home.notation / "truststore" / "x509" / "ca" / "broken" / "note.txt").write_text("not a certificate")
    with Registry(folder / "registry") as registry:
        yield World(home, f"{registry.local}/acme/net-monitor")


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("name", BOTH)
def test_we_refuse_what_notation_refuses_and_a_few_listed_things_more(
    name: str, policy: str, world: World
) -> None:
    world.home.policy(*POLICIES[policy](world.repository))
    passing = {what for what, decision in world.ours().items() if decision != "refused"}
    theirs = world.theirs(Notation(name, world.home))
    assert {what for what, passes in theirs.items() if passes} == passing | STRICTER.get(policy, frozenset())
    assert passing.isdisjoint(STRICTER.get(policy, frozenset()))


def test_strict_lets_only_good_signatures_pass(world: World) -> None:
    world.home.policy(statement())
    passing = [what for what, decision in world.ours().items() if decision != "refused"]
    assert ["good", "of a subject with two units", "of a subject without a state"] == passing


def test_a_signature_of_an_expired_certificate_is_refused_for_its_chain(world: World) -> None:
    world.home.policy(statement(level="audit"))
    assert "was not valid at" in world.home.seal("verify", world.images[LATE]).out


def test_what_is_only_logged_or_skipped_is_allowed_and_not_accepted(world: World) -> None:
    world.home.policy(statement(level="audit"))
    audited = world.ours()
    assert "allowed" == audited["of a signer whom acme does not trust"]
    assert "accepted" == audited["good"]
    world.home.policy(statement(level="skip", scopes=[world.repository]))
    assert {"allowed"} == set(world.ours().values())
