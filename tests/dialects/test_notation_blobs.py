"""`notation blob`: signatures that the reference made, keys behind plugins, timestamps."""

import datetime as dt
import hashlib
import json
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from sealwright import media_types
from sealwright.formats.table import parse
from sealwright.signature import StoredSignature
from world import pki
from world.home import Done, Home, pem
from world.plugins import ENVELOPE, RAW, Acting
from world.tsa import Tsa

VECTORS = Path(__file__).parents[1] / "producers" / "notation-2.0"
BLOB = VECTORS / "blobs" / "blob.txt"
ALGORITHMS = {"rsa2048": ("RSASSA-PSS-SHA-256", "sha256"), "ec384": ("ECDSA-SHA-384", "sha384")}
METADATA = {"io.example.build": "42", "text": "<a&b>"}
AGENT = "notation-go/1.3.0+unreleased"
KINDS = pytest.mark.parametrize("kind", ALGORITHMS)
FORMS = pytest.mark.parametrize("form", ["jws", "cose"])


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def notation(home: Home, *arguments: object) -> Done:
    """Run the dialect as a program of its own."""
    return home.seal_alone("notation", *arguments)


def certificate(name: str, kind: str) -> x509.Certificate:
    content = (VECTORS / "certs" / f"{name}-{kind}.crt").read_bytes()
    return x509.load_pem_x509_certificate(content)


def digest(kind: str) -> str:
    algorithm = ALGORITHMS[kind][1]
    return f"{algorithm}:{hashlib.new(algorithm, BLOB.read_bytes()).hexdigest()}"


def signing_time(kind: str, form: str) -> dt.datetime:
    """As the signature says; the manifest of the vectors does not."""
    path = VECTORS / "blobs" / kind / f"blob.txt.{form}.sig"
    envelope = media_types.NOTARY_ENVELOPES[form]
    made = parse(StoredSignature("notary", "", envelope, path.read_bytes())).summary.signing_time
    assert made is not None
    return made


@KINDS
@FORMS
def test_what_the_reference_signed_is_shown_as_the_reference_shows_it(
    home: Home, kind: str, form: str
) -> None:
    path = VECTORS / "blobs" / kind / f"blob.txt.{form}.sig"
    leaf, root = certificate("leaf", kind), certificate("root", kind)
    prints = [hashlib.sha256(one.public_bytes(Encoding.DER)).hexdigest() for one in (leaf, root)]
    place = "O=Vector,L=Seattle,ST=WA,C=US"
    names = [f"CN=Leaf {kind},OU=Signing,{place}", f"CN=Root {kind},{place}"]
    ends = [one.not_valid_after_utc for one in (leaf, root)]
    made = signing_time(kind, form)
    ansic = "%a %b %e %H:%M:%S %Y"
    expected = f"""{path}
├── signature algorithm: {ALGORITHMS[kind][0]}
├── signature envelope type: {media_types.NOTARY_ENVELOPES[form]}
├── signed attributes
│   ├── content type: application/vnd.cncf.notary.payload.v1+json
│   ├── signing scheme: notary.x509
│   └── signing time: {made:{ansic}}
├── user defined attributes
│   ├── io.example.build: 42
│   └── text: <a&b>
├── unsigned attributes
│   └── signing agent: {AGENT}
├── certificates
│   ├── SHA256 fingerprint: {prints[0]}
│   │   ├── issued to: {names[0]}
│   │   ├── issued by: {names[1]}
│   │   └── expiry: {ends[0]:{ansic}}
│   └── SHA256 fingerprint: {prints[1]}
│       ├── issued to: {names[1]}
│       ├── issued by: {names[1]}
│       └── expiry: {ends[1]:{ansic}}
└── signed artifact
    ├── media type: application/octet-stream
    ├── digest: {digest(kind)}
    └── size: {BLOB.stat().st_size}
"""
    assert (0, expected, "") == notation(home, "blob", "inspect", path)
    told = json.dumps(
        {
            "signatureAlgorithm": ALGORITHMS[kind][0],
            "signatureEnvelopeType": media_types.NOTARY_ENVELOPES[form],
            "signedAttributes": {
                "contentType": "application/vnd.cncf.notary.payload.v1+json",
                "signingScheme": "notary.x509",
                "signingTime": f"{made:%Y-%m-%dT%H:%M:%SZ}",
            },
            "userDefinedAttributes": METADATA,
            "unsignedAttributes": {"signingAgent": AGENT},
            "certificates": [
                {
                    "SHA256Fingerprint": prints[number],
                    "issuedTo": names[number],
                    "issuedBy": names[1],
                    "expiry": f"{ends[number]:%Y-%m-%dT%H:%M:%SZ}",
                }
                for number in (0, 1)
            ],
            "signedArtifact": {
                "mediaType": "application/octet-stream",
                "digest": digest(kind),
                "size": BLOB.stat().st_size,
            },
        },
        indent=2,
    )
    escaped = told.replace("<a&b>", "\\u003ca\\u0026b\\u003e") + "\n"
    assert (0, escaped, "") == notation(home, "blob", "inspect", "-o", "json", path)


@KINDS
@FORMS
def test_what_the_reference_signed_verifies(home: Home, kind: str, form: str) -> None:
    root = certificate("root", kind).public_bytes(Encoding.DER)
    home.trust("vectors", root)
    init = ("--name", "all", "--global", "--trust-store", "ca:vectors", "--trusted-identity", "*")
    assert 0 == notation(home, "blob", "policy", "init", *init).status
    path = VECTORS / "blobs" / kind / f"blob.txt.{form}.sig"
    done = notation(home, "blob", "verify", "-m", "text=<a&b>", "--signature", path, BLOB)
    expected = (
        f"Successfully verified signature for {BLOB}\n\n"
        "The artifact was signed with the following user metadata.\n\n"
        "KEY                VALUE   \nio.example.build   42      \ntext               <a&b>   \n"
    )
    assert (0, expected, "") == done


def test_a_plugin_that_signs_bytes_signs_files(home: Home, tmp_path: Path) -> None:
    chain = pki.chain("ec384")
    plugin = Acting(home, capabilities=[RAW], chain=chain)
    blob = tmp_path / "b.tar"
    blob.write_text("net-monitor")
    flags = ("--plugin", "acme", "--id", "key-1", "--plugin-config", "a=b", "--signature-directory", tmp_path)
    done = notation(home, "blob", "sign", *flags, blob)
    assert (0, "") == (done.status, done.err), done.err
    summary = parse(
        StoredSignature("notary", "", media_types.NOTARY_JWS, Path(f"{blob}.jws.sig").read_bytes())
    ).summary
    assert "sha384" == summary.payload.digest.algorithm
    assert [{"a": "b"}] == [one["pluginConfig"] for one in plugin.asked("generate-signature")]
    home.trust("acme", chain.root)
    home.must("blob", "policy", "init", "--global", "--trust-store", "ca:acme")
    assert 0 == notation(home, "blob", "verify", "--signature", f"{blob}.jws.sig", blob).status


def test_a_plugin_that_makes_envelopes_signs_no_files(home: Home, tmp_path: Path) -> None:
    plugin = Acting(home, capabilities=[ENVELOPE], chain=pki.chain("ec256"))
    blob = tmp_path / "b.tar"
    blob.write_text("net-monitor")
    done = notation(home, "blob", "sign", "--plugin", "acme", "--id", "key-1", blob)
    words = 'the plugin "acme" lacks the signature generator capability required for blob signing'
    assert (1, "", f"Error: {words}\n") == done
    done = home.seal("blob", "sign", "--plugin", "acme", "--id", "key-1", blob)
    assert 2 == done.status
    assert "[signing.not-for-files]" in done.err
    assert [] == plugin.asked("generate-envelope")
    assert [blob] == [one for one in tmp_path.iterdir() if one.is_file()]


@FORMS
def test_a_file_is_timestamped_and_outlives_its_certificates(home: Home, tmp_path: Path, form: str) -> None:
    chain = pki.chain("ec256")
    home.add_key("build", chain)
    home.trust("acme", chain.root)
    blob = tmp_path / "b.tar"
    blob.write_text("net-monitor")
    root = tmp_path / "tsa.pem"
    with Tsa() as tsa:
        home.trust("clock", tsa.chain.root, kind="tsa")
        root.write_bytes(pem(tsa.chain.root))
        flags = ("--timestamp-url", f"{tsa.url}/", "--timestamp-root-cert", root, "--signature-format", form)
        done = notation(home, "blob", "sign", *flags, "--signature-directory", tmp_path, blob)
        assert (0, "", 1) == (done.status, done.err, len(tsa.requests))
    signature = f"{blob}.{form}.sig"
    home.must("blob", "policy", "init", "--global", "--trust-store", "ca:acme", "--trust-store", "tsa:clock")
    assert 0 == notation(home, "blob", "verify", "--signature", signature, blob).status
    told = json.loads(home.must("blob", "verify", "-o", "json", "-s", signature, blob))
    assert "timestamp" == told["signatures"][0]["signingTimes"]["source"]
    assert "timestamp signature" in notation(home, "blob", "inspect", signature).out
