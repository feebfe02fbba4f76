"""Plugins from URLs, with `seal` and with the dialect."""

import hashlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest

from sealwright.dialects.notation import program as notation
from world.home import Home
from world.plugins import shell_plugin
from world.served import Served
from world.tls import Tls


class Site(NamedTuple):
    """A web server with a plugin: `/notation-short`, `/away` leads to plain HTTP, all else is not there."""

    address: str
    checksum: str


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def site(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    content = shell_plugin(home, "short", where=tmp_path / "made").read_bytes()
    tls = Tls(tmp_path)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/notation-short"
            self.send_response(200 if found else 302 if self.path == "/away" else 404)
            self.send_header("Location", "http://localhost/notation-short")
            self.send_header("Content-Length", str(len(content) if found else 0))
            self.end_headers()
            self.wfile.write(content if found else b"")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = tls.server().wrap_socket(server.socket, server_side=True)
    monkeypatch.setitem(home.environment, "SSL_CERT_FILE", tls.ca_file)
    with Served(server):
        yield Site(f"https://localhost:{server.server_address[1]}", hashlib.sha256(content).hexdigest())


def test_a_plugin_is_installed_from_a_url_with_its_checksum(home: Home, site: Site) -> None:
    url = f"{site.address}/notation-short"
    assert "[plugin.checksum-needed]" in home.seal("plugin", "install", url).err
    assert "[plugin.checksum-differs]" in home.seal("plugin", "install", url, "--sha256", "0" * 64).err
    assert [] == list(home.notation.rglob("notation-short"))
    assert "short: version 1.0.0 installed\n" == home.must(
        "plugin", "install", url, "--sha256", site.checksum
    )


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/nothing", "plugin.download-failed"), ("/away", "network.redirect-insecure")],
)
def test_what_is_not_given_out_by_tls_is_not_installed(
    home: Home, site: Site, path: str, reason: str
) -> None:
    done = home.seal("plugin", "install", f"{site.address}{path}", "--sha256", site.checksum)
    assert 3 == done.status
    assert f"[{reason}]" in done.err


@pytest.mark.parametrize("url", ["http://localhost/x", "ftp://localhost/x", "file:///etc/passwd"])
def test_other_kinds_of_urls_are_refused(home: Home, url: str) -> None:
    done = home.seal("plugin", "install", url, "--sha256", "0" * 64)
    assert "[plugin.url-not-https]" in done.err


def test_a_server_that_is_not_who_it_says_gives_nothing(home: Home, site: Site) -> None:
    url = f"{site.address}/notation-short"
    done = home.seal(
        "plugin", "install", url, "--sha256", site.checksum, SSL_CERT_FILE=Tls(home.folder, "other").ca_file
    )
    assert 3 == done.status
    assert [] == list(home.notation.rglob("notation-short"))


def test_the_dialect_installs_from_a_url_too(home: Home, site: Site) -> None:
    url = f"{site.address}/notation-short"
    words = ("plugin", "install", "--url", url, "--sha256sum", site.checksum)
    done = home.inside(notation.run, *words)
    assert (0, "") == (done.status, done.err)
    said = "Download completed\nSuccessfully installed plugin short, version 1.0.0\n"
    assert f"Downloading plugin from {url}\n{said}" == done.out
    missing = home.inside(
        notation.run, "plugin", "add", "--url", f"{site.address}/no", "--sha256sum", "00" * 32
    )
    failed = f'failed to download plugin from URL {site.address}/no with error: GET "{site.address}/no": '
    assert f"Error: {failed}https response bad status: 404 Not Found\n" == missing.err
