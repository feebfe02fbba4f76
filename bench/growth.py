"""What a request costs with a thousand, a hundred thousand and a million rows in each table.

    python bench/growth.py [--rows N ...] [--database sqlite|postgresql] [--spread one|many]

The tables are filled directly (`filled`), `seal serve` runs on them from the installed wheel, and in each
round each kind of request is made a hundred times, each time for something else. A figure is the processor
time of one request in microseconds, of the server and of PostgreSQL's processes, if there are any: the least
of all rounds. In brackets stands how many times as much that is as with the fewest rows; aim: 1.3 at most.
"""

import argparse
import random
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import sides
from filled import KINDS, Filling, fill, tag
from loads import processor
from machine import machine
from sides import Side

from peers import programs as peers
from sealwright.service.configuration.storage import Storage as Settings
from world.postgres import PostgresServer

ROWS = (1_000, 100_000, 1_000_000)
AIM = 1.3
REQUESTS = 100


Costs = dict[str, float]
"""Of each kind of request, by its name."""


class Store(NamedTuple):
    """Tables, and what is in them."""

    settings: Settings
    filling: Filling


class Asking(NamedTuple):
    """A kind of request: how a path for it is made up. `crowded` ones need one large repository."""

    name: str
    path: Callable[[Filling], str]
    method: str = "GET"
    crowded: bool = False


def _manifest(filling: Filling, reference: Callable[[int], str]) -> str:
    image = filling.any_image()
    return f"/v2/{filling.name(image)}/manifests/{reference(image)}"


def _blob(filling: Filling) -> str:
    image = filling.any_image()
    return f"/v2/{filling.name(image)}/blobs/{filling.digest(image)}"


def _tags(filling: Filling) -> str:
    image = filling.any_image()
    return f"/v2/{filling.name(image)}/tags/list?n=5&last={tag(image) if not filling.many else ''}"


def _referrers(filling: Filling) -> str:
    image = filling.any_image()
    return f"/v2/{filling.name(image)}/referrers/{filling.digest(image)}"


def _crowd(filling: Filling, kind: str = "") -> str:
    last = "" if kind else f"&last=sha256:{random.randrange(128):02x}"  # noqa: S311  # no secret
    asked = f"?n=20{last}" + (f"&artifactType={quote(kind, safe='')}" if kind else "")
    return f"/v2/{filling.name(0)}/referrers/{filling.digest(0)}{asked}"


def _extension(filling: Filling) -> str:
    image = filling.any_image()
    return f"/extensions/v2/{filling.name(image)}/signatures/{filling.digest(image)}"


def _lookaside(filling: Filling, name: Callable[[int], str]) -> str:
    image = filling.any_image()
    return f"/lookaside/{name(image)}{filling.digest(image).replace(':', '=')}/signature-1"


def _search(filling: Filling, by: Callable[[int], str]) -> str:
    return f"/api/v1/signatures?n=10&{by(filling.any_image())}"


def _records(filling: Filling, signature: int) -> str:
    return f"/api/v1/signatures/{filling.signature(signature)}/verifications?n=5"


def _catalog(filling: Filling) -> str:
    last = filling.name(random.randrange(filling.images // 2))  # noqa: S311  # no secret
    return f"/v2/_catalog?n=20&last={quote(last, safe='')}"


ASKED = (
    Asking("manifest by tag", lambda f: _manifest(f, tag)),
    Asking("manifest by digest", lambda f: _manifest(f, f.digest)),
    Asking("HEAD of a blob", _blob, "HEAD"),
    Asking("tags, page of 5", _tags),
    Asking("referrers of an image with one", _referrers),
    Asking("referrers, page of 20 of a quarter", _crowd, crowded=True),
    Asking("the same of a rare type", lambda f: _crowd(f, KINDS[1]), crowded=True),
    Asking("signatures of an image, extension", _extension),
    Asking("signature, lookaside", lambda f: _lookaside(f, lambda image: f"{f.name(image)}@")),
    Asking("signature, lookaside without a name", lambda f: _lookaside(f, lambda _image: "")),
    Asking("search by image", lambda f: _search(f, lambda i: f"image={f.name(i)}@{f.digest(i)}")),
    Asking("search by key", lambda f: _search(f, lambda i: f"key={f.key(i % 10)}")),
    Asking("search by a key of one image", lambda f: _search(f, lambda _i: f"key={f.key(f.images - 1)}")),
    Asking("search by repository", lambda f: _search(f, lambda i: f"repository={f.name(i)}")),
    Asking("search for the latest", lambda f: _search(f, lambda _i: "")),
    Asking("search for revoked ones", lambda f: _search(f, lambda _i: "revoked=yes")),
    Asking("records of a signature", lambda f: _records(f, f.any_image())),
    Asking("the last of half of all records", lambda f: _records(f, 0)),
    Asking("image by its digest alone", lambda f: f"/api/v1/images/{f.digest(f.any_image())}"),
    Asking("catalog, page of 20", _catalog),
)


def measure(stores: Mapping[int, Store], servers: Sequence[int], rounds: int) -> Mapping[int, Costs]:
    """Seconds of processor for one request of each kind, ours and that of other servers that it asks.

    The services run side by side and take turns, so that what else the machine does falls on all of them.
    """
    found: dict[int, Costs] = {count: {} for count in stores}
    with ExitStack() as stack:
        running = {
            count: stack.enter_context(sides.serving(store.settings)) for count, store in stores.items()
        }
        for asking in ASKED * rounds:
            for count, side in running.items():
                filling = stores[count].filling
                if asking.crowded and filling.many:
                    continue
                taken = _taken(side, servers, asking.method, [asking.path(filling) for _ in range(REQUESTS)])
                found[count][asking.name] = min(found[count].get(asking.name, taken), taken)
    return found


def _taken(side: Side, servers: Sequence[int], method: str, paths: Sequence[str]) -> float:
    """Seconds of processor that one request took, after some that do not count."""
    with closing(HTTPConnection(side.address)) as connection:
        _ask(connection, method, paths[: REQUESTS // 5])
        before = sum(map(processor, (side.pid, *servers)))
        _ask(connection, method, paths)
        return (sum(map(processor, (side.pid, *servers))) - before) / len(paths)


def _ask(connection: HTTPConnection, method: str, paths: Sequence[str]) -> None:
    for path in paths:
        connection.request(method, path)
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, (path, answer.status, body)
        assert body or method == "HEAD", path


def table(found: Mapping[int, Costs]) -> str:
    """Microseconds for each kind of request, and how many times as much as with the fewest rows."""
    fewest, *others = found
    rows = [
        f"| rows in each table | {' | '.join(f'{count:,}' for count in found)} |",
        "|---|" + "---:|" * len(found),
    ]
    for name, base in found[fewest].items():
        cells = [f"{base * 1e6:.0f}"]
        for count in others:
            times = found[count][name] / base
            cells.append(f"{found[count][name] * 1e6:.0f} ({times:.2f}{'' if times <= AIM else ': MISSED'})")
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(rows)


def report(counts: Sequence[int], rounds: int, databases: Sequence[str], spreads: Sequence[str]) -> None:
    """Measure and print, one table for each database and each way to spread the rows."""
    with tempfile.TemporaryDirectory(prefix="sealwright-bench-") as name, ExitStack() as stack:
        server = stack.enter_context(PostgresServer()) if "postgresql" in databases else None
        for database in databases:
            for many in (spread == "many" for spread in spreads):
                stores = {}
                for count in counts:
                    folder = Path(name) / f"{database}-{many}-{count}"
                    url = server.database() if server is not None and database == "postgresql" else ""
                    stores[count] = Store(Settings(str(folder), url), Filling(count, many=many))
                    fill(*stores[count])
                servers = (server.pid,) if server is not None and database == "postgresql" else ()
                found = measure(stores, servers, rounds)
                spread = "ten in each repository" if many else "all in one repository"
                print(f"### {database}, {spread}\n\n{table(found)}\n", flush=True)
                for store in stores.values():
                    shutil.rmtree(store.settings.folder)


def main() -> None:
    databases = ["sqlite"] + ["postgresql"] * (peers.find("postgres") is not None)
    parser = argparse.ArgumentParser(description="Measure what a request costs in a database that grows.")
    parser.add_argument("--rows", type=int, nargs="+", default=ROWS, metavar="N")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--database", nargs="+", choices=databases, default=databases)
    parser.add_argument("--spread", nargs="+", choices=["one", "many"], default=["one", "many"])
    asked = parser.parse_args()
    print(f"{machine()}\n", flush=True)
    report(asked.rows, asked.rounds, asked.database, asked.spread)


if __name__ == "__main__":
    main()
