"""An ID token of a CI system, exchanged (RFC 8693; OpenID Connect Core 1.0, section 3.1.3.7).

1. It is not longer than a limit, and signed by one of a few algorithms with public keys.
2. Its issuer is one that the settings name. Only then is anybody asked for a key.
3. The signature is by a key of that issuer.
4. It holds already and still, and says when it was made.
5. For each rule with that issuer: its audience is one of the token's; `azp`, where the token has it or is
   for several audiences, is that audience, unless the rule says what it must be; every claim is what the rule
   says.

What the rules that fit grant is granted. Which issuer and subject it was for is noted in the audit log.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec
from joserfc import jws, jwt
from joserfc.errors import JoseError

from sealwright import limits
from sealwright.errors import AccessDeniedError, NetworkError
from sealwright.service import audit
from sealwright.service.accounts.workloads.issuers import Issuer
from sealwright.service.configuration.accounts import Workload
from sealwright.service.configuration.patterns import matches
from sealwright.service.storage import Database
from sealwright.service.web.caller import Caller, Grant
from sealwright.transport.client import Transport

__all__ = ["Exchange"]

_ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
)
_THREADS = 4
_WAITING = 32


class _Named(msgspec.Struct, frozen=True):
    iss: str


class Exchange:
    """Finds out which workload an ID token speaks for.

    Args:
        workloads: the rules.
        database: takes the entries of the audit log.
        transport: reaches issuers.
    """

    def __init__(
        self, workloads: Sequence[Workload], database: Database, transport: Transport | None = None
    ) -> None:
        self._workloads = workloads
        self._database = database
        self._transport = transport or Transport()
        self._issuers = {(one.issuer, one.jwks): Issuer(one, self._transport) for one in workloads}
        self._threads = ThreadPoolExecutor(_THREADS, "workloads")
        self._waiting = 0

    async def caller(self, token: str) -> Caller:
        """The workload that an ID token speaks for.

        Raises:
            AccessDeniedError: `service.workload-refused`.
            NetworkError: `service.issuer-unreachable` or `service.busy`.
        """
        if self._waiting >= _WAITING:
            raise NetworkError("service.busy", most=_WAITING, what="token exchanges")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._caller, token)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Wait for what is running."""
        self._threads.shutdown()
        self._transport.close()

    def _caller(self, token: str) -> Caller:
        rules, headers = self._rules(token)
        claims = self._claims(token, rules, headers)
        fitting = [rule for rule in rules if _fits(rule, claims)]
        if not fitting:
            raise _refused("its claims fit none of the rules for its issuer")
        issuer, subject = fitting[0].issuer, claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= limits.WORKLOAD_SUBJECT_LENGTH:
            raise _refused("it has no subject")
        caller = Caller(
            f"{issuer}#{subject}",
            "workload",
            tuple(Grant(one.pattern, one.rights) for rule in fitting for one in rule.grants),
        )
        with self._database.write() as transaction:
            names = [rule.name for rule in fitting]
            audit.record(
                transaction,
                caller.name,
                "token.exchange",
                subject=subject,
                issuer=issuer,
                workloads=names,
            )
        return caller

    def _rules(self, token: str) -> tuple[list[Workload], Mapping[str, object]]:
        """The rules for the issuer that a token names, and its header; nothing of it is believed yet."""
        if len(token) > limits.ID_TOKEN_BYTES:  # 1
            raise _refused(f"it is longer than {limits.ID_TOKEN_BYTES} bytes")
        try:
            compact = jws.extract_compact(token.encode())
            headers: Mapping[str, object] = compact.headers()
            issuer = msgspec.json.decode(compact.payload, type=_Named).iss
        except (JoseError, ValueError, TypeError):
            raise _refused("it is not a signed JWT") from None
        if headers.get("alg") not in _ALGORITHMS:
            raise _refused("its algorithm is not one of " + ", ".join(_ALGORITHMS))
        rules = [rule for rule in self._workloads if rule.issuer == issuer]
        if not rules:  # 2
            raise _refused("its issuer is not known here")
        return rules, headers

    def _claims(
        self, token: str, rules: list[Workload], headers: Mapping[str, object]
    ) -> Mapping[str, object]:
        named = headers.get("kid")
        kid = named if isinstance(named, str) else None
        try:
            keys = self._issuers[rules[0].issuer, rules[0].jwks].keys(kid)
            key = keys.get_by_kid(kid)
            claims = jwt.decode(token, key, algorithms=[str(headers["alg"])]).claims  # 3
            jwt.JWTClaimsRegistry(  # 4
                now=int(time.time()),
                leeway=limits.ID_TOKEN_SKEW_SECONDS,
                iss={"essential": True, "value": rules[0].issuer},
                aud={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
            ).validate(claims)
        except JoseError as error:
            raise _refused(str(error)) from None
        except (ValueError, TypeError):
            raise _refused("it cannot be read") from None
        return claims


def _fits(rule: Workload, claims: Mapping[str, object]) -> bool:
    """Whether a verified token is what a rule is about (5)."""
    given = claims.get("aud")
    audiences = given if isinstance(given, list) else [given]
    if rule.audience not in audiences:
        return False
    if "azp" not in rule.claims:
        authorised = claims.get("azp")
        if (authorised is not None or len(audiences) > 1) and authorised != rule.audience:
            return False
    return all(_is(claims.get(name), wanted) for name, wanted in rule.claims.items())


def _is(value: object, wanted: str | list[str]) -> bool:
    """Whether a claim is one of what is wanted; of a list, whether one of its members is."""
    if isinstance(value, list):
        return any(_is(one, wanted) for one in value if not isinstance(one, list))
    if isinstance(value, bool):
        value = str(value).lower()
    if isinstance(value, int):
        value = str(value)
    patterns = [wanted] if isinstance(wanted, str) else wanted
    return isinstance(value, str) and any(matches(pattern, value) for pattern in patterns)


def _refused(problem: str) -> AccessDeniedError:
    return AccessDeniedError("service.workload-refused", problem=problem)
