import os
import subprocess
import sys


def modules_after(statement: str) -> set[str]:
    program = f"import sys; {statement}; print(*sys.modules)"
    plain = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True, env=plain
    )
    return set(done.stdout.split())


UNWANTED = {
    "asyncio",
    "cbor2",
    "cryptography.hazmat.primitives.ciphers",
    "cryptography.hazmat.primitives.serialization",
    "cryptography.x509.ocsp",
    "dataclasses",
    "http",
    "logging",
    "sealwright.pki.issuing",
    "sealwright.pki.key_files",
    "ssl",
    "tempfile",
}


def test_verifying_loads_no_more_than_it_needs() -> None:
    assert set() == modules_after("import sealwright.formats.notary.signature") & UNWANTED


def test_cbor_is_loaded_for_cose_alone() -> None:
    use = "from sealwright.formats.notary.envelope import codec; codec('application/{}')"
    assert "cbor2" not in modules_after(use.format("jose+json"))
    assert "cbor2" in modules_after(use.format("cose"))
