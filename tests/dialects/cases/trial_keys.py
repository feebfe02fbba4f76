"""`notation certificate generate-test` and `cleanup-test`: keys to try things with."""

from collections.abc import Mapping

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID

from dialects.case import NEW, OLD, Case, File
from dialects.setting import Setting, place

_LOCAL = "{config}/localkeys"
_STORED = "truststore/x509/ca/trial/trial.crt"
_SURE = 'Are you sure you want to clean up test key "trial" and its certificate? [y/N] '
_BITS = (
    "`cert generate-test` makes RSA keys of 2048, 3072 or 4096 bits, for no other can sign; notation makes "
    "any."
)


def entry(name: str, *, default: bool) -> str:
    """The list with one local key."""
    first = f'    "default": "{name}",\n' if default else ""
    return (
        f'{{\n{first}    "keys": [\n        {{\n            "name": "{name}",\n'
        f'            "keyPath": "{_LOCAL}/{name}.key",\n            "certPath": "{_LOCAL}/{name}.crt"\n'
        "        }\n    ]\n}\n"
    )


def made(name: str, *, default: bool) -> Mapping[str, File]:
    """What is written for a name."""
    return {
        f"localkeys/{name}.key": File(mode=0o600),
        f"localkeys/{name}.crt": File(mode=0o644),
        f"truststore/x509/ca/{name}/{name}.crt": File(same_as=f"localkeys/{name}.crt", mode=0o600),
        "signingkeys.json": File(entry(name, default=default), mode=0o600),
    }


def said(name: str, *more: str, bits: int = 2048) -> str:
    """What is printed for a name."""
    lines = (
        f"generating RSA Key with {bits} bits",
        "generated certificate expiring on ⟨rfc3339⟩",
        f"wrote key: {_LOCAL}/{name}.key",
        f"wrote certificate: {_LOCAL}/{name}.crt",
        f"Successfully added {name}.crt to named store {name} of type ca",
        f"{name}: added to the key list",
        *more,
    )
    return "".join(f"{line}\n" for line in lines)


def fits(setting: Setting) -> None:
    """The certificate is the key's, for a day, and for signing code only."""
    local = setting.config / "localkeys"
    certificate = x509.load_pem_x509_certificate((local / "trial.crt").read_bytes())
    key = load_pem_private_key((local / "trial.key").read_bytes(), None)
    assert key.public_key() == certificate.public_key()
    assert "CN=trial,O=Notary,L=Seattle,ST=WA,C=US" == certificate.subject.rfc4514_string()
    assert certificate.subject == certificate.issuer
    assert 86400 == (certificate.not_valid_after_utc - certificate.not_valid_before_utc).total_seconds()
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    assert (True, True, False) == (usage.critical, usage.value.digital_signature, usage.value.key_cert_sign)
    extended = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [ExtendedKeyUsageOID.CODE_SIGNING] == list(extended)


_THERE = (
    place("localkeys/trial.key", "key"),
    place("localkeys/trial.crt", "certificate"),
    place(_STORED, "certificate"),
    place("signingkeys.json", entry("trial", default=True)),
)

CASES = (
    Case(
        "cert generate-test makes a key, a certificate and trust in it",
        "cert generate-test trial",
        out=said("trial"),
        files=made("trial", default=False),
        after=fits,
    ),
    Case(
        "cert generate-test makes the key the default",
        "cert generate-test --default trial more",
        out=said("trial", "trial: mark as default signing key"),
        files=made("trial", default=True),
    ),
    Case(
        "cert generate-test leaves a key that is there",
        "cert generate-test trial",
        out="generating RSA Key with 2048 bits\ngenerated certificate expiring on ⟨rfc3339⟩\n",
        err=f"Error: failed to write key file: open {_LOCAL}/trial.key: file exists\n",
        status=1,
        world=_THERE[:1],
    ),
    Case(
        "cert generate-test leaves a certificate that is there",
        "cert generate-test trial",
        out=(
            "generating RSA Key with 2048 bits\ngenerated certificate expiring on ⟨rfc3339⟩\n"
            f"wrote key: {_LOCAL}/trial.key\n"
        ),
        err=f"Error: failed to write certificate file: open {_LOCAL}/trial.crt: file exists\n",
        status=1,
        world=_THERE[1:2],
        files={"localkeys/trial.key": File(mode=0o600)},
    ),
    Case(
        "cert generate-test makes a small key",
        "cert generate-test -b 1024 trial",
        out=said("trial", bits=1024),
        lines=(OLD,),
        files=made("trial", default=False),
        differs=_BITS,
        our_out="generating RSA Key with 1024 bits\n",
        our_err="Error: rsa key size 1024 bits is not supported\n",
        our_status=1,
        our_files={},
    ),
    Case(
        "cert generate-test wants a name",
        "cert generate-test",
        err="Error: missing certificate common_name\n",
        status=1,
    ),
    Case(
        "cert generate-test wants a name of few letters",
        "cert generate-test 'a b'",
        err="Error: name needs to follow [a-zA-Z0-9_.-]+ format\n",
        status=1,
    ),
    Case(
        "cert generate-test wants a number of bits",
        "cert generate-test -b many trial",
        err=(
            'Error: invalid argument "many" for "-b, --bits" flag: strconv.ParseInt: parsing "many": '
            "invalid syntax\n"
        ),
        status=1,
    ),
    Case(
        "cert cleanup-test takes all of it away",
        "cert cleanup-test trial",
        out=(
            f"{_SURE}Successfully deleted trial.crt\nSuccessfully deleted trial.key and trial.crt\n"
            'Successfully removed "trial" from signingkeys.json\n'
        ),
        lines=(NEW,),
        world=_THERE,
        stdin="y\n",
        files={
            "localkeys/trial.key": None,
            "localkeys/trial.crt": None,
            _STORED: None,
            "signingkeys.json": File('{\n    "keys": []\n}\n'),
        },
    ),
    Case(
        "cert cleanup-test leaves all of it where it is told so",
        "cert cleanup-test trial",
        out=f"{_SURE}Operation cancelled.\n",
        lines=(NEW,),
        world=_THERE,
        stdin="n\n",
    ),
    Case(
        "cert cleanup-test finds nothing",
        "cert cleanup-test --yes trial",
        err="Error: stat {config}/truststore/x509/ca/trial/trial.crt: no such file or directory\n",
        status=1,
        lines=(NEW,),
    ),
    Case(
        "cert cleanup-test finds no key",
        "cert cleanup-test --yes trial",
        out="Successfully deleted trial.crt\n",
        err=f"Error: remove {_LOCAL}/trial.key: no such file or directory\n",
        status=1,
        lines=(NEW,),
        world=_THERE[2:3],
        files={_STORED: None},
    ),
    Case(
        "cert cleanup-test wants a name",
        "cert cleanup-test",
        err="Error: missing certificate common_name\n",
        status=1,
        lines=(NEW,),
    ),
)
