"""A PKI in a folder, as `seal pki` makes one, with what a verifier needs of it."""

import datetime as dt
from pathlib import Path

from sealwright.events import ignore
from sealwright.homes.environment import Environment
from sealwright.keys.passphrases import Passphrases
from sealwright.pki import names
from sealwright.workflow.authority.addresses import Given
from sealwright.workflow.certify import INTERMEDIATE, Pki

__all__ = ["PASSPHRASES", "SUBJECT", "AuthorityFolder"]

PASSPHRASES = Passphrases(Environment({}, Path("/")), known=b"only for tests")
SUBJECT = names.parse("O=Acme,ST=WA,C=US")


class AuthorityFolder:
    """A root, an intermediate and the leaf `build`.

    Args:
        folder: where it is made.
        url: where it will be published; empty: nowhere.
        key_type: of all keys.
        ocsp: whether certificates say that OCSP is answered there.
        crl: whether they say that a list is there.
        at: from when it is valid.
    """

    def __init__(
        self,
        folder: Path,
        url: str = "",
        *,
        key_type: str = "EC-256",
        ocsp: bool = True,
        crl: bool = True,
        at: dt.datetime | None = None,
    ) -> None:
        given = Given(
            f"{url}/ocsp" if url and ocsp else None,
            f"{url}/{{ca}}.crl" if url and crl else None,
            f"{url}/{{ca}}.cer" if url else None,
        )
        self.folder = folder
        self.at = at or dt.datetime.now(dt.UTC) - dt.timedelta(minutes=5)  # noqa: TID251  # a test's own clock
        self.pki = Pki(folder, self.at, PASSPHRASES, ignore, given=given)
        self.pki.root((("CN", "Root"), *SUBJECT), key_type, 7300)
        self.pki.intermediate((("CN", "Signing CA"), *SUBJECT), key_type, 3650)
        self.pki.remember(INTERMEDIATE)
        self.pki.issue("build", None, key_type, 365)

    def file(self, name: str) -> Path:
        """A file of the folder."""
        return self.folder / name

    @property
    def passphrase_file(self) -> Path:
        """A file with the passphrase of all keys, beside the folder."""
        file = self.folder.with_name(f"{self.folder.name}.passphrase")
        file.write_bytes(b"only for tests\n")
        return file
