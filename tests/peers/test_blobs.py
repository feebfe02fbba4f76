"""Signatures of files, both ways between `seal blob` and the reference library (see go_blobs/)."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from peers import programs
from sealwright.digest import Digest
from world import pki
from world.home import Done, Home

pytestmark = pytest.mark.peer("go-blobs")

CONTENT = b"net-monitor\n"
METADATA = {"io.example.build": "42", "text": "<a&b>"}
KINDS = pytest.mark.parametrize("kind", pki.KINDS)
FORMS = pytest.mark.parametrize("form", ["jws", "cose"])


class Stage:
    """A home that trusts one chain, for our program and for the reference, and a file."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.home = Home(folder / "home")
        self.chain = pki.chain(kind)
        self.home.add_key("build", self.chain)
        self.home.trust("acme", self.chain.root)
        self.home.must("blob", "policy", "init", "--global", "--trust-store", "ca:acme")
        self.blob = folder / "net-monitor.tar"
        self.blob.write_bytes(CONTENT)
        self.folder = folder

    def descriptor(self, metadata: Mapping[str, str], content: bytes = CONTENT, **changes: object) -> Path:
        """The descriptor of the file, as the reference takes it."""
        members = {
            "mediaType": "application/octet-stream",
            "digest": str(Digest.of(content, self.chain.algorithm.hash_name)),
            "size": len(content),
            "annotations": dict(metadata),
            **changes,
        }
        path = self.folder / "descriptor.json"
        path.write_text(json.dumps(members))
        return path

    def reference(self, *arguments: object) -> Done:
        """Run the reference library."""
        program = programs.find("go-blobs")
        assert program is not None
        command = [program, *map(str, arguments)]
        done = subprocess.run(command, env=self.home.environment, capture_output=True, check=False)
        return Done(done.returncode, done.stdout.decode(errors="surrogateescape"), done.stderr.decode())

    def verified(self, form: str, descriptor: Path) -> Done:
        """What the reference thinks of the signature beside the file."""
        return self.reference(
            "verify", self.home.notation, form, f"{self.blob}.{form}.sig", "strict", descriptor
        )

    def signed(self, form: str, descriptor: Path, seconds: int = 0) -> None:
        """Let the reference sign a descriptor, and keep the signature beside the file."""
        key = self.home.notation / "localkeys" / "build.key"
        done = self.reference("sign", key, key.with_suffix(".crt"), form, descriptor, seconds)
        assert 0 == done.status, done.err
        Path(f"{self.blob}.{form}.sig").write_bytes(done.out.encode(errors="surrogateescape"))


@KINDS
@FORMS
def test_the_reference_verifies_what_we_sign(tmp_path: Path, kind: str, form: str) -> None:
    stage = Stage(tmp_path, kind)
    pairs = [word for pair in METADATA.items() for word in ("-m", "=".join(pair))]
    stage.home.must("blob", "sign", "--signature-format", form, "--expiry", "1h", *pairs, stage.blob)
    done = stage.verified(form, stage.descriptor(METADATA))
    assert 0 == done.status, done.err
    assert METADATA == json.loads(done.out)["targetArtifact"]["annotations"]
    for wrong in (
        stage.descriptor({"io.example.build": "43"}),
        stage.descriptor({}, b"another"),
        stage.descriptor({}, mediaType="text/plain"),
        stage.descriptor({}, size=len(CONTENT) + 1),
    ):
        assert 1 == stage.verified(form, wrong).status


@KINDS
@FORMS
def test_we_verify_what_the_reference_signs(tmp_path: Path, kind: str, form: str) -> None:
    stage = Stage(tmp_path, kind)
    stage.signed(form, stage.descriptor(METADATA), 3600)
    signature = f"{stage.blob}.{form}.sig"
    told = json.loads(
        stage.home.must("blob", "verify", "-m", "text=<a&b>", "-o", "json", "-s", signature, stage.blob)
    )
    (report,) = told["signatures"]
    assert (METADATA, True) == (report["metadata"], report["expiry"] is not None)
    stage.blob.write_bytes(b"another")
    assert 1 == stage.home.seal("blob", "verify", "-s", signature, stage.blob).status


def test_the_reference_refuses_ours_by_a_signer_whom_it_does_not_trust(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "ec256")
    stage.home.add_key("other", pki.chain("ec384", 2))
    stage.home.must("blob", "sign", "--key", "other", stage.blob)
    digest = str(Digest.of(CONTENT, "sha384"))
    done = stage.verified("jws", stage.descriptor({}, digest=digest))
    assert 1 == done.status
    assert "does not contain any trusted certificate" in done.err


def test_we_refuse_a_digest_that_the_reference_signed_by_another_hash_than_the_keys(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "ec384")
    stage.signed("jws", stage.descriptor({}, digest=str(Digest.of(CONTENT))))
    done = stage.home.seal("blob", "verify", "-s", f"{stage.blob}.jws.sig", stage.blob)
    assert 1 == done.status
    assert "names the file by its sha256 digest" in done.out


def test_a_dialect_verifies_what_the_reference_signs(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "rsa2048")
    stage.signed("cose", stage.descriptor(METADATA))
    signature = f"{stage.blob}.cose.sig"
    done = stage.home.seal_alone("notation", "blob", "verify", "--signature", signature, stage.blob)
    assert (0, "") == (done.status, done.err)
    assert done.out.startswith(f"Successfully verified signature for {stage.blob}\n")
