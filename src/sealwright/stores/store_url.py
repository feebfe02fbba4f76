"""The address of a signature store, as registries.d names it (containers-registries.d(5), "lookaside").

`file:`, `http:` and `https:` are known. A path is added to that of the address and a query string stays
behind it. A user name and password in it are sent as Basic authentication, and neither they nor the query
string, which often is a password as well, are ever shown.
"""

from base64 import b64encode
from pathlib import Path
from typing import Self
from urllib.parse import quote, unquote, urlsplit

import msgspec

__all__ = ["StoreUrl"]

_SAFE = "/%:@!$&'()*+,;=~"
"""What stays as it is in a path (RFC 3986, 3.3), with percent signs of what is escaped already."""


class StoreUrl(msgspec.Struct, frozen=True):
    """An address taken apart. `scheme` is in lower case, and empty for what is no address at all.

    `path` is of the file system for `file:`, else as it stands in the address, escaped. `authority` is host
    and port. `authorization` is the value of that header, or empty.
    """

    scheme: str
    authority: str = ""
    path: str = ""
    query: str = ""
    authorization: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an address. Whether it can be used shows when it is used."""
        try:
            parts = urlsplit(text)
        except ValueError:  # brackets that hold no address
            return cls("")
        if parts.scheme == "file":
            return cls("file" if parts.path.startswith("/") else "", path=unquote(parts.path))
        user, at, authority = parts.netloc.rpartition("@")
        name, _, password = user.partition(":")
        secret = b64encode(f"{unquote(name)}:{unquote(password)}".encode()).decode()
        authorization = f"Basic {secret}" if at else ""
        return cls(parts.scheme, authority, quote(parts.path, safe=_SAFE), parts.query, authorization)

    @property
    def is_web(self) -> bool:
        """Whether it is reached over HTTP."""
        return self.scheme in ("http", "https")

    @property
    def shown(self) -> str:
        """For people: without secrets."""
        if self.scheme == "file":
            return self.path
        return f"{self.scheme}://{self.authority}{self.path}" if self.scheme else self.path or "nowhere"

    @property
    def folder(self) -> Path:
        """The folder of a `file:` address."""
        return Path(self.path)

    def below(self, path: str) -> "StoreUrl":
        """The address of something below, by plain concatenation, as containers/image does it."""
        return msgspec.structs.replace(self, path=f"{self.path}/{path}")

    def request(self) -> str:
        """What is asked for over HTTP."""
        query = f"?{self.query}" if self.query else ""
        return f"{self.scheme}://{self.authority}{self.path}{query}"
