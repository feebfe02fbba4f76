"""A PKCS #11 module at work: what the process that holds it does, question by question.

Source: PKCS #11 v2.40 (OASIS), through the library python-pkcs11. Runs in the process of `worker` only.

An object that tells nonsense about itself is passed over, or shown with what can be read of it: tokens hold
objects of many programs.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from sealwright import limits
from sealwright.keys.pkcs11.messages import (
    Certificates,
    Decrypt,
    Destroy,
    Encrypt,
    Generate,
    Keys,
    Load,
    Loaded,
    Login,
    Question,
    Sign,
    Store,
    StoredCertificate,
    TokenInfo,
    TokenKey,
    Tokens,
)

__all__ = ["MECHANISMS", "Cryptoki", "RefusedError"]

_HASHES = ("256", "384", "512")
MECHANISMS = frozenset(
    {
        *("RSA_PKCS", "RSA_PKCS_PSS", "ECDSA"),
        *(f"SHA{size}_RSA_PKCS" for size in _HASHES),
        *(f"SHA{size}_RSA_PKCS_PSS" for size in _HASHES),
        *(f"ECDSA_SHA{size}" for size in _HASHES),
        *("RSA_PKCS_KEY_PAIR_GEN", "EC_KEY_PAIR_GEN"),
    }
)
"""Those that we use, by their names without `CKM_`."""

_OAEP: Mapping[str, tuple[str, str]] = {"sha256": ("SHA256", "SHA256"), "sha1": ("SHA_1", "SHA1")}
"""Hash of OAEP by hashlib's name: the library's mechanism and mask."""

_ERRORS: Mapping[str, str] = {
    "PinIncorrect": "key.pin-wrong",
    "PinLocked": "key.pin-locked",
    "PinInvalid": "key.pin-refused",
    "PinLenRange": "key.pin-refused",
    "PinExpired": "key.pin-expired",
    "UserPinNotInitialized": "key.pin-unset",
    "SessionCount": "key.pkcs11-sessions",
    "DeviceMemory": "key.pkcs11-full",
    "TokenWriteProtected": "key.pkcs11-read-only",
    "SessionReadOnly": "key.pkcs11-read-only",
    "TokenNotPresent": "key.pkcs11-token-gone",
    "TokenNotRecognised": "key.pkcs11-token-gone",
    "DeviceRemoved": "key.pkcs11-token-gone",
    "SlotIDInvalid": "key.pkcs11-token-gone",
    "SessionClosed": "key.pkcs11-token-gone",
    "SessionHandleInvalid": "key.pkcs11-token-gone",
    "MechanismInvalid": "key.pkcs11-mechanism",
    "MechanismParamInvalid": "key.pkcs11-mechanism",
    "UserNotLoggedIn": "key.pkcs11-not-logged-in",
}
"""The library's exceptions, which are the CKR codes, to our reasons; all others: `key.pkcs11-failed`."""


class RefusedError(Exception):
    """The module did not do it.

    Args:
        code: a reason code.
        data: what its sentence names.
    """

    def __init__(self, code: str, **data: str) -> None:
        super().__init__(code)
        self.code = code
        self.data = data


class Cryptoki:
    """One module and one session. Everything raises `RefusedError`, and nothing else."""

    def __init__(self) -> None:
        self._library: Any = None
        self._session: Any = None
        self._keys: list[Any] = []
        self._do: Mapping[type, Callable[[Any], object]] = {
            Load: self._load,
            Tokens: self._tokens,
            Login: self._login,
            Keys: self._list_keys,
            Certificates: self._list_certificates,
            Sign: self._sign,
            Decrypt: self._decrypt,
            Encrypt: self._encrypt,
            Generate: self._generate,
            Destroy: self._destroy,
            Store: self._store,
        }

    def answer(self, question: Question) -> object:
        """Do what is asked; gives the value of the answer.

        Raises:
            RefusedError: it cannot be done.
        """
        try:
            return self._do[type(question)](question)
        except RefusedError:
            raise
        except Exception as error:  # noqa: BLE001  # whatever a module makes of it is told, and ends nothing
            name = type(error).__name__
            raise RefusedError(_ERRORS.get(name, "key.pkcs11-failed"), problem=name) from None

    def close(self) -> None:
        """Log out and let go of the module."""
        if self._library is not None:
            self._library.finalize()

    def _load(self, question: Load) -> Loaded:
        try:
            import pkcs11  # noqa: PLC0415  # an extra, and only in this process
        except ImportError:
            raise RefusedError("key.pkcs11-missing") from None
        try:
            self._library = pkcs11.lib(question.module)
        except Exception as error:  # noqa: BLE001  # the dynamic loader, C_Initialize, C_GetInfo
            problem = str(error).partition("\n")[0][: limits.PKCS11_SAID] or type(error).__name__
            raise RefusedError("key.pkcs11-module", problem=problem) from None
        library = self._library
        return Loaded(library.manufacturer_id, library.library_description, library.library_version)

    def _tokens(self, _: Tokens) -> Sequence[TokenInfo]:
        found = []
        for slot in self._library.get_slots(token_present=True)[: limits.PKCS11_SLOTS]:
            try:
                token = slot.get_token()
                flags = {flag.name for flag in token.flags}
                mechanisms = slot.get_mechanisms()
            except Exception:  # noqa: BLE001, S112  # taken out, or not to be read: then it is not there
                continue
            if "TOKEN_INITIALIZED" not in flags:
                continue
            found.append(
                TokenInfo(
                    slot=slot.slot_id,
                    label=token.label,
                    manufacturer=token.manufacturer_id,
                    model=token.model,
                    serial=token.serial.decode(errors="replace"),
                    slot_description=slot.slot_description,
                    slot_manufacturer=slot.manufacturer_id,
                    login_required="LOGIN_REQUIRED" in flags,
                    protected="PROTECTED_AUTHENTICATION_PATH" in flags,
                    pin_set="USER_PIN_INITIALIZED" in flags,
                    left=_left(flags),
                    mechanisms=MECHANISMS & {getattr(mechanism, "name", "") for mechanism in mechanisms},
                )
            )
        return found

    def _login(self, question: Login) -> None:
        from pkcs11 import PROTECTED_AUTH  # noqa: PLC0415  # loaded already

        token = self._token(question)
        if self._session is not None:
            self._session.close()
        pin = PROTECTED_AUTH if question.protected else question.pin
        try:
            self._session = token.open(rw=question.writable, user_pin=pin)
        except Exception as error:
            name = type(error).__name__
            if name == "PinIncorrect":
                flags = {flag.name for flag in self._token(question).flags}
                left = _left(flags)
                code = "key.pin-locked" if left == "none" else "key.pin-wrong"
                raise RefusedError(code, left=left) from None
            raise

    def _token(self, question: Login) -> Any:
        for slot in self._library.get_slots(token_present=True):
            if slot.slot_id == question.slot:
                token = slot.get_token()
                if token.serial.decode(errors="replace") == question.serial:
                    return token
        raise RefusedError("key.pkcs11-token-gone", problem="another token is in its slot, or none")

    def _list_keys(self, question: Keys) -> Sequence[TokenKey]:
        from pkcs11 import Attribute, ObjectClass  # noqa: PLC0415  # loaded already

        kind = ObjectClass.PUBLIC_KEY if question.public else ObjectClass.PRIVATE_KEY
        wanted: dict[Attribute, object] = {
            Attribute.CLASS: ObjectClass.SECRET_KEY if question.secret else kind
        }
        if question.label:
            wanted[Attribute.LABEL] = question.label
        if question.id:
            wanted[Attribute.ID] = question.id
        found = list(self._objects(wanted))
        if not question.public:
            self._keys = found
        return [_key(one) for one in found]

    def _list_certificates(self, _: Certificates) -> Sequence[StoredCertificate]:
        from pkcs11 import Attribute, ObjectClass  # noqa: PLC0415  # loaded already

        found = []
        for one in self._objects({Attribute.CLASS: ObjectClass.CERTIFICATE}):
            der = _bytes(one, "VALUE")
            if 0 < len(der) <= limits.CERTIFICATE_BYTES:
                found.append(StoredCertificate(_text(one, "LABEL"), _bytes(one, "ID"), der))
        return found

    def _objects(self, wanted: Mapping[Any, object]) -> Iterator[Any]:
        for count, found in enumerate(self._session.get_objects(wanted)):
            if count >= limits.PKCS11_OBJECTS:
                raise RefusedError(
                    "key.pkcs11-failed", problem=f"it has over {limits.PKCS11_OBJECTS} objects"
                )
            yield found

    def _sign(self, question: Sign) -> bytes:
        from pkcs11 import MGF, Mechanism  # noqa: PLC0415  # loaded already

        parameters: object = None
        if question.mechanism.endswith("PSS"):
            size = question.hash_name.removeprefix("sha")
            parameters = (Mechanism[f"SHA{size}"], MGF[f"SHA{size}"], int(size) // 8)
        return cast(
            "bytes",
            self._keys[0].sign(
                question.content,
                mechanism=Mechanism[question.mechanism],
                mechanism_param=parameters,
                pin=question.pin,
                buffer_size=limits.PKCS11_SIGNATURE_BYTES,
            ),
        )

    def _decrypt(self, question: Decrypt) -> bytes:
        from pkcs11 import MGF, Mechanism  # noqa: PLC0415  # loaded already

        mechanism, mask = _OAEP[question.hash_name]
        return cast(
            "bytes",
            self._keys[0].decrypt(
                question.content,
                mechanism=Mechanism.RSA_PKCS_OAEP,
                mechanism_param=(Mechanism[mechanism], MGF[mask], None),
                buffer_size=limits.PKCS11_SIGNATURE_BYTES,
            ),
        )

    def _encrypt(self, question: Encrypt) -> bytes:
        from pkcs11 import Mechanism  # noqa: PLC0415  # loaded already

        made = self._keys[0].encrypt(question.content, mechanism=Mechanism.AES_ECB)
        return cast("bytes", made)

    def _destroy(self, question: Destroy) -> int:
        from pkcs11 import Attribute, ObjectClass  # noqa: PLC0415  # loaded already

        if not question.label or not question.id:
            raise RefusedError("key.pkcs11-failed", problem="no key is named")
        done = 0
        for kind in (ObjectClass.PRIVATE_KEY, ObjectClass.PUBLIC_KEY):
            wanted = {Attribute.CLASS: kind, Attribute.LABEL: question.label, Attribute.ID: question.id}
            for found in list(self._objects(wanted)):
                found.destroy()
                done += 1
        self._keys = []
        return done

    def _generate(self, question: Generate) -> TokenKey:
        from pkcs11 import Attribute, KeyType, MechanismFlag  # noqa: PLC0415  # loaded already

        secret = {Attribute.PRIVATE: True, Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}
        naming = {"id": question.id, "label": question.label, "store": True}
        capabilities = MechanismFlag.SIGN | MechanismFlag.VERIFY
        if question.curve:
            domain = self._session.create_domain_parameters(
                KeyType.EC, {Attribute.EC_PARAMS: question.curve}, local=True
            )
            public, _ = domain.generate_keypair(**naming, capabilities=capabilities, private_template=secret)
        else:
            public, _ = self._session.generate_keypair(
                KeyType.RSA, question.bits, **naming, capabilities=capabilities, private_template=secret
            )
        return _key(public)

    def _store(self, question: Store) -> None:
        from pkcs11 import Attribute, CertificateType, ObjectClass  # noqa: PLC0415  # loaded already

        for one in question.certificates:
            self._session.create_object(
                {
                    Attribute.CLASS: ObjectClass.CERTIFICATE,
                    Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
                    Attribute.TOKEN: True,
                    Attribute.PRIVATE: False,
                    Attribute.LABEL: one.label,
                    Attribute.ID: one.id,
                    Attribute.SUBJECT: one.subject,
                    Attribute.ISSUER: one.issuer,
                    Attribute.SERIAL_NUMBER: one.serial,
                    Attribute.VALUE: one.der,
                }
            )


def _left(flags: set[str]) -> str:
    """How often a PIN may still be tried, as far as the token says so."""
    for flag, left in (
        ("USER_PIN_LOCKED", "none"),
        ("USER_PIN_FINAL_TRY", "one"),
        ("USER_PIN_COUNT_LOW", "few"),
    ):
        if flag in flags:
            return left
    return ""


def _key(found: Any) -> TokenKey:
    from pkcs11 import KeyType  # noqa: PLC0415  # loaded already

    kind = _read(found, "KEY_TYPE")
    return TokenKey(
        label=_text(found, "LABEL"),
        id=_bytes(found, "ID"),
        kind=kind.name if isinstance(kind, KeyType) else "",
        signs=_read(found, "SIGN") is not False,
        always=_read(found, "ALWAYS_AUTHENTICATE") is True,
        modulus=_bytes(found, "MODULUS") if kind is KeyType.RSA else b"",
        exponent=_bytes(found, "PUBLIC_EXPONENT") if kind is KeyType.RSA else b"",
        curve=_bytes(found, "EC_PARAMS") if kind is KeyType.EC else b"",
        point=_bytes(found, "EC_POINT") if kind is KeyType.EC else b"",
    )


def _read(found: Any, attribute: str) -> Any:
    from pkcs11 import Attribute  # noqa: PLC0415  # loaded already

    try:
        return found[Attribute[attribute]]
    except Exception:  # noqa: BLE001  # it has no such attribute, or does not tell it, or tells nonsense
        return None


def _bytes(found: Any, attribute: str) -> bytes:
    value = _read(found, attribute)
    return value[: limits.CERTIFICATE_BYTES + 1] if isinstance(value, bytes) else b""


def _text(found: Any, attribute: str) -> str:
    value = _read(found, attribute)
    return value if isinstance(value, str) else ""
