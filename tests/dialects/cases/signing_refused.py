"""What `notation sign` refuses."""

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from dialects.case import Case, Step
from dialects.cases.signing import CHAIN, ENCRYPTED, root
from dialects.setting import Setting, default_key, key, place, remove
from dialects.shelf import acme, lapsed, stranger
from world.home import pem


def other_key(setting: Setting) -> None:
    """The key file of `acme` replaced by a key that is not that of its certificate."""
    default_key(setting)
    private = stranger().signer.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (setting.config / "localkeys" / "acme.key").write_bytes(private)


def refused(name: str, problem: str, *world: Step, flags: str = "") -> Case:
    """A signature that is not made."""
    return Case(
        f"sign refuses {name}",
        f"sign {{own}}@{{image}} {flags}",
        world=world,
        err=f"Error: {problem}\n",
        status=1,
    )


EXPECTED = ". Expecting single x509 root certificate in PEM or DER format from the file"


def work_file(name: str, content: bytes) -> Step:
    """A file where the program is started."""

    def write(setting: Setting) -> None:
        (setting.work / name).write_bytes(content)

    return write


CASES = (
    refused(
        "a form of signature in the settings that nobody knows",
        'signature format "foo" not supported\nSupported signature envelope formats are "jws" and "cose"',
        default_key,
        place("config.json", {"signatureFormat": "Foo"}),
    ),
    refused("a key that is not in the list", "signing key nobody not found", default_key, flags="-k nobody"),
    refused(
        "a key without anything",
        "unsupported key, either provide a local key and certificate file paths, or a key name in config.json, check [DOC_PLACEHOLDER] for details",
        place("signingkeys.json", {"default": "x", "keys": [{"name": "x"}]}),
    ),
    refused(
        "a list whose default is not in it",
        "malformed signingkeys.json: default key 'x' not found",
        place("signingkeys.json", {"default": "x", "keys": []}),
    ),
    refused(
        "a list with a name twice",
        "malformed signingkeys.json: multiple keys with name 'x' found",
        place(
            "signingkeys.json",
            {
                "keys": [
                    {"name": "x", "keyPath": "a", "certPath": "b"},
                    {"name": "x", "keyPath": "a", "certPath": "b"},
                ]
            },
        ),
    ),
    refused(
        "a list of keys that is not JSON",
        "invalid character 'o' in literal null (expecting 'u')",
        place("signingkeys.json", "nonsense"),
    ),
    refused("an empty list of keys", "EOF", place("signingkeys.json", " ")),
    refused("half a list of keys", "unexpected EOF", place("signingkeys.json", '{"keys": [')),
    refused(
        "a key file that is not there",
        "open {config}/localkeys/acme.key: no such file or directory",
        default_key,
        remove("localkeys/acme.key"),
    ),
    refused(
        "a certificate file that is not there",
        "open {config}/localkeys/acme.crt: no such file or directory",
        default_key,
        remove("localkeys/acme.crt"),
    ),
    refused(
        "a key file without a key",
        "tls: failed to find any PEM data in key input",
        default_key,
        place("localkeys/acme.key", "nonsense"),
    ),
    refused(
        "a certificate file without a certificate",
        "tls: failed to find any PEM data in certificate input",
        default_key,
        place("localkeys/acme.crt", "nonsense"),
    ),
    refused("a key of another certificate", "tls: private key does not match public key", other_key),
    Case(
        "sign refuses a certificate that has expired",
        "sign {own}@{image}",
        world=(key("lapsed", lapsed()),),
        err=f"Error: {CHAIN}was invalid at signing time of ⟨…⟩ +0000 UTC. Certificate is valid from [2026-01-01 00:00:00 +0000 UTC] to [2026-04-01 00:00:00 +0000 UTC]\n",
        status=1,
    ),
    Case(
        "sign refuses an encrypted key without a passphrase",
        "sign {own}@{image}",
        world=(key(passphrase=b"open sesame"),),
        err="Error: tls: failed to parse private key\n",
        status=1,
        differs=ENCRYPTED,
        our_err="Error: a passphrase is needed, and none was given\n",
    ),
    refused(
        "an expiry in the past",
        "expiry duration cannot be a negative value",
        default_key,
        flags="--expiry=-1h",
    ),
    refused(
        "an expiry finer than seconds",
        "expiry duration supports minimum granularity of seconds",
        default_key,
        flags="-e 1500ms",
    ),
    refused(
        "an expiry that is no duration",
        'invalid argument "soon" for "-e, --expiry" flag: time: invalid duration "soon"',
        flags="-e soon",
    ),
    refused(
        "reserved user metadata",
        "error adding user metadata: metadata key io.cncf.notary.x has reserved prefix io.cncf.notary",
        default_key,
        flags="-m io.cncf.notary.x=1",
    ),
    refused(
        "user metadata without a sign between",
        'could not parse flag user-metadata: key-value pair requires "=" as separator',
        default_key,
        flags="-m ab",
    ),
    refused(
        "plugin settings without a sign between",
        'could not parse flag plugin-config: key-value pair requires "=" as separator',
        default_key,
        flags="--plugin-config ab",
    ),
    refused(
        "a form of signature that nobody knows",
        'signature format "foo" not supported\nSupported signature envelope formats are "jws" and "cose"',
        default_key,
        flags="--signature-format foo",
    ),
    refused(
        "an id without a plugin",
        "if any flags in the group [id plugin] are set they must all be set; missing [plugin]",
        flags="--id x",
    ),
    refused(
        "a plugin without an id",
        "if any flags in the group [id plugin] are set they must all be set; missing [id]",
        flags="--plugin x",
    ),
    refused(
        "a key beside an id",
        "if any flags in the group [key id] are set none of the others can be; [id key] were all set",
        flags="--plugin p --id x --key k",
    ),
    refused(
        "a plugin that is not there",
        "plugin executable file is either not found or inaccessible: stat {config}/plugins/p/notation-p: no such file or directory",
        flags="--plugin p --id x",
    ),
    refused(
        "a key of a plugin that is not there",
        "plugin executable file is either not found or inaccessible: stat {config}/plugins/p/notation-p: no such file or directory",
        place("signingkeys.json", {"default": "x", "keys": [{"name": "x", "id": "a", "pluginName": "p"}]}),
    ),
    refused(
        "the URL of a timestamp authority without its root",
        "if any flags in the group [timestamp-url timestamp-root-cert] are set they must all be set; missing [timestamp-root-cert]",
        default_key,
        flags="--timestamp-url http://localhost:1",
    ),
    refused(
        "an empty URL of a timestamp authority",
        "timestamping: tsa url cannot be empty",
        default_key,
        flags="--timestamp-url '' --timestamp-root-cert x",
    ),
    refused(
        "an empty root of a timestamp authority",
        "timestamping: tsa root certificate path cannot be empty",
        default_key,
        flags="--timestamp-url x --timestamp-root-cert ''",
    ),
    refused(
        "a root of a timestamp authority that is not there",
        "open nofile: no such file or directory",
        default_key,
        flags="--timestamp-url http://localhost:1/ --timestamp-root-cert nofile",
    ),
    *(
        refused(
            f"a timestamp authority at {url}",
            f"cannot get http timestamper for timestamping: {problem}",
            default_key,
            root,
            flags=f"--timestamp-url {url} --timestamp-root-cert root.pem",
        )
        for url, problem in (
            ("tsa.example", 'endpoint "tsa.example": scheme must be http or https, but got ""'),
            (
                "ftp://tsa.example",
                'endpoint "ftp://tsa.example": scheme must be http or https, but got "ftp"',
            ),
            ("http://", 'endpoint "http://": host cannot be empty'),
            ("://x", 'parse "://x": missing protocol scheme'),
        )
    ),
    *(
        refused(
            f"{what} for the root of a timestamp authority",
            problem,
            default_key,
            work_file("other.pem", content),
            flags="--timestamp-url http://{nobody}/ --timestamp-root-cert other.pem",
        )
        for what, content, problem in (
            ("an empty file", b"", f'cannot find any certificate from "other.pem"{EXPECTED}'),
            (
                "two certificates",
                pem(acme().root, stranger().root),
                f'found more than one certificates from "other.pem"{EXPECTED}',
            ),
            (
                "a leaf",
                pem(acme().certificates[0]),
                (
                    "failed to check root certificate with error: "
                    "x509: invalid signature: parent certificate cannot sign this kind of certificate"
                ),
            ),
        )
    ),
)
