"""People who approve, with keys of every kind, and the rules that name them.

    ada, bob = Person.ed25519("ada"), Person.p256("bob")
    rules = rules_of(use=rule(group("release", 2, ada, bob)))
    vote = ada.vote(request, "approve")

Keys are made from the name, so that they are the same in every run but for those of P-256 and RSA, which are
made once.
"""

import base64
import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sealwright.approval.keys import ApproverKey
from sealwright.approval.orders import Order
from sealwright.approval.records import Alternative, Approver, Group, Rule, Rules
from sealwright.approval.requests import NONCE_BYTES, Decision, Request
from sealwright.approval.votes import Vote
from world.openpgp_keys import Key

__all__ = ["AT", "KEY", "Person", "group", "people", "request", "rule", "rules_of", "vote_order"]

AT = 1_780_000_000_000_000
"""When requests are made, in microseconds since 1970."""
KEY = "ocid1.key.oclocal.local-1.abcdefgh." + "a" * 60

_PSS = padding.PSS(padding.MGF1(SHA256()), 32)


class Person:
    """Somebody who approves.

    Args:
        name: what rules call them.
        public: the key, as people have it.
        sign: signs a statement.
    """

    def __init__(self, name: str, public: bytes, sign: Callable[[bytes], bytes]) -> None:
        self.name = name
        self.public = public
        self.sign = sign
        self.key = ApproverKey.of(public)

    @classmethod
    def ed25519(cls, name: str) -> "Person":
        """With a key of Ed25519."""
        private = ed25519.Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())
        return cls(name, _pem(private.public_key()), private.sign)

    @classmethod
    def p256(cls, name: str) -> "Person":
        """With a key of P-256."""
        private = _p256(name)
        return cls(name, _pem(private.public_key()), lambda said: private.sign(said, ec.ECDSA(SHA256())))

    @classmethod
    def rsa(cls, name: str, scheme: padding.AsymmetricPadding = _PSS) -> "Person":
        """With a key of RSA."""
        private = _rsa(name)
        return cls(name, _pem(private.public_key()), lambda said: private.sign(said, scheme, SHA256()))

    @classmethod
    def openpgp(cls, name: str) -> "Person":
        """With a key of OpenPGP, without any program."""
        key = Key.ed25519(f"{name} <{name}@example.com>")
        return cls(name, key.public(), key.signed)

    @property
    def also(self) -> "Person":
        """The same person under another key."""
        return Person.ed25519(f"{self.name}, again").called(self.name)

    def called(self, name: str) -> "Person":
        """The same keys under another name."""
        return Person(name, self.public, self.sign)

    @property
    def approver(self) -> Approver:
        """As rules have them."""
        return Approver(self.name, (self.key,))

    def vote(self, request: Request, decision: Decision = "approve") -> Vote:
        """What they say of a request."""
        return Vote(self.name, self.key.fingerprint, decision, self.sign(request.statement(decision)))


def people(*names: str) -> tuple[Person, ...]:
    """Some people, with keys of Ed25519."""
    return tuple(Person.ed25519(name) for name in names)


def group(name: str, quorum: int, *members: Person | str) -> Group:
    """A group of people."""
    return Group(name, quorum, tuple(one if isinstance(one, str) else one.name for one in members))


def rule(*groups: Group, **more: Any) -> Rule:
    """A rule of one alternative."""
    return Rule((Alternative(groups),), **more)


def rules_of(*everybody: Person, **by_operation: Rule) -> Rules:
    """Rules that name some people."""
    return Rules(tuple(one.approver for one in everybody), **by_operation)


def request(rules: Rules, order: Order | None = None, *, nonce: bytes = bytes(NONCE_BYTES)) -> Request:
    """A request under rules."""
    order = order or Order("use", KEY, "version", "ECDSA_SHA_256", message=b"what is signed")
    return Request("0" * 40, order, rules.digest, "joe", AT, nonce)


def vote_order(vote: Vote) -> dict[str, str]:
    """A vote as `/api/v1` takes it."""
    return {
        "person": vote.person,
        "fingerprint": vote.fingerprint,
        "decision": vote.decision,
        "signature": base64.b64encode(vote.signature).decode(),
    }


@cache
def _p256(_name: str) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@cache
def _rsa(_name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def _pem(public: Any) -> bytes:
    content: bytes = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return content
