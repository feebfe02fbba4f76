"""`oc`: logging in to our service, and giving the rights that OpenShift calls cluster roles."""

import contextlib
import re
import socket
import ssl
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from sealwright.dialects.oc.commands.adm import ROLES
from sealwright.service.accounts.actions import grants
from world.accounts import ACTOR, Guarded, basic
from world.home import Done, Home
from world.oc import oc
from world.registry import Registry, free_port
from world.served import Served, connections
from world.tls import Tls

ADMIN = ("-u", "admin", "-p", "adminadmin")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with Guarded(tmp_path_factory.mktemp("oc")) as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "user")


def config(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def logged_in(home: Home, guarded: Guarded, *how: str) -> Done:
    done = oc(home, "login", f"http://{guarded.registry.address}", *(how or ADMIN))
    assert 0 == done.status, done
    return done


def test_logging_in_keeps_a_session_as_oc_does(home: Home, guarded: Guarded) -> None:
    done = logged_in(home, guarded, "--username=alice", "--password=wonderland")
    assert Done(0, "Login successful.\n\nWelcome! See 'oc help' to get started.\n", "") == done
    path = home.folder / ".kube" / "config"
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    kept = config(path)
    port = guarded.registry.port
    cluster, user = f"127-0-0-1:{port}", f"alice/127-0-0-1:{port}"
    context = f"default/{cluster}/alice"
    assert ("v1", "Config", context) == (kept["apiVersion"], kept["kind"], kept["current-context"])
    assert [{"name": cluster, "cluster": {"server": f"http://127.0.0.1:{port}"}}] == kept["clusters"]
    inner = {"cluster": cluster, "namespace": "default", "user": user}
    assert [{"name": context, "context": inner}] == kept["contexts"]
    (entry,) = kept["users"]
    token = entry["user"]["token"]
    assert (user, True) == (entry["name"], token.startswith("seal_"))
    assert "wonderland" not in path.read_text()
    assert Done(0, "alice\n", "") == oc(home, "whoami")
    assert Done(0, f"{token}\n", "") == oc(home, "whoami", "-t") == oc(home, "whoami", "--show-token")
    assert f"http://127.0.0.1:{port}\n" == oc(home, "whoami", "--show-server").out
    assert f"{context}\n" == oc(home, "whoami", "-c").out
    assert 200 == guarded.wire.ask("GET", "/v2/", headers=basic("alice", token)).status


def test_what_is_missing_is_asked_for(home: Home, guarded: Guarded) -> None:
    server = f"http://{guarded.registry.address}"
    done = oc(home, "login", server, typed="alice\nwonderland\n")
    assert 0 == done.status, done
    assert done.out.startswith(
        f"Authentication required for {server} (openshift)\nUsername: Password: \nLogin successful.\n"
    )
    again = oc(home, "login", "-u", "alice")
    assert f'Logged into "{server}" as "alice" using existing credentials.\n\n' == again.out


def test_a_token_may_be_given(home: Home, guarded: Guarded) -> None:
    token = guarded.token("alice")
    done = logged_in(home, guarded, f"--token={token}")
    said = f'Logged into "http://{guarded.registry.address}" as "alice" using the token provided.'
    assert said == done.out.splitlines()[0]
    assert f"{token}\n" == oc(home, "whoami", "-t").out
    bad = oc(home, "login", f"http://{guarded.registry.address}", "--token=seal_wrong")
    assert Done(1, "", "error: The token provided is invalid or expired.\n") == bad


def test_a_wrong_password_is_told_and_nothing_kept(home: Home, guarded: Guarded) -> None:
    done = oc(home, "login", f"http://{guarded.registry.address}", "-u", "alice", "-p", "wrong")
    told = "Login failed (401 Unauthorized)\nVerify you have provided correct credentials.\n"
    assert Done(1, told, "") == done
    assert not (home.folder / ".kube").exists()


def test_logging_out_revokes_the_token(home: Home, guarded: Guarded) -> None:
    logged_in(home, guarded, "-u", "alice", "-p", "wonderland")
    token = oc(home, "whoami", "-t").out.strip()
    done = oc(home, "logout")
    assert Done(0, f'Logged "alice" out on "http://{guarded.registry.address}"\n', "") == done
    guarded.settle()
    assert 401 == guarded.wire.ask("GET", "/v2/", headers=basic("alice", token)).status
    unauthorized = "error: You must be logged in to the server (Unauthorized)\n"
    assert Done(1, "", unauthorized) == oc(home, "whoami")
    assert "error: no token is currently in use for this session\n" == oc(home, "whoami", "-t").err
    assert "error: You need to have a token in order to logout.\n" == oc(home, "logout").err


def test_without_a_session_oc_says_what_is_missing(home: Home) -> None:
    for words in (
        ("whoami",),
        ("logout",),
        ("adm", "policy", "add-cluster-role-to-user", "cluster-admin", "a"),
    ):
        done = oc(home, *words)
        assert (1, "") == (done.status, done.out)
        assert done.err.startswith("error: Missing or incomplete configuration info.")


@pytest.mark.parametrize(("role", "rights"), ROLES.items())
def test_a_cluster_role_is_rights_in_all_repositories(
    home: Home, guarded: Guarded, role: str, rights: tuple[str, ...]
) -> None:
    logged_in(home, guarded)
    name = f"clusterrole.rbac.authorization.k8s.io/{role}"
    added = oc(home, "adm", "policy", "add-cluster-role-to-user", role, "alice")
    assert Done(0, f'{name} added: "alice"\n', "") == added
    held = guarded.database.rows(
        "SELECT held FROM grants JOIN accounts ON accounts.id = account WHERE name = 'alice' ORDER BY held"
    )
    assert sorted(rights) == [row[0] for row in held]
    removed = oc(home, "adm", "policy", "remove-cluster-role-from-user", role, "alice")
    assert Done(0, f'{name} removed: "alice"\n', "") == removed
    again = oc(home, "adm", "policy", "remove-cluster-role-from-user", role, "alice")
    assert Done(1, "", "error: unable to find target [alice]\n") == again


def test_several_users_get_a_role_at_once(home: Home, guarded: Guarded) -> None:
    logged_in(home, guarded)
    done = oc(home, "adm", "policy", "add-cluster-role-to-user", "system:image-signer", "alice", "admin")
    assert 'clusterrole.rbac.authorization.k8s.io/system:image-signer added: ["alice" "admin"]\n' == done.out
    grants.revoke(guarded.database, ACTOR, "alice", "*", {"sign"})
    grants.revoke(guarded.database, ACTOR, "admin", "*", {"sign"})


def test_only_administrators_give_roles(home: Home, guarded: Guarded) -> None:
    logged_in(home, guarded, "-u", "alice", "-p", "wonderland")
    done = oc(home, "adm", "policy", "add-cluster-role-to-user", "cluster-admin", "alice")
    assert (1, "") == (done.status, done.out)
    assert "Forbidden" in done.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("adm", "policy", "add-cluster-role-to-user"), "you must specify a role"),
        (("adm", "policy", "add-cluster-role-to-user", "edit"), "you must specify at least one user"),
        (("adm", "policy", "add-cluster-role-to-user", "edit", "a"), 'role "edit" is not one of '),
        (("adm", "policy", "add-role-to-user", "edit", "a"), "does not have the command"),
        (("adm", "policy"), "does not have the command 'adm policy' of oc"),
        (("project", "x"), "does not have the command 'project' of oc; it has login, "),
        (("login", "--bogus"), "unknown flag: --bogus"),
        (("login", "a", "b"), "Only the server URL may be specified as an argument"),
        (("login", "ftp://a"), 'invalid server URL "ftp://a": '),
        (("logout", "now"), "No arguments are allowed"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(home: Home, words: tuple[str, ...], told: str) -> None:
    done = oc(home, *words)
    assert (1, "") == (done.status, done.out)
    assert done.err.startswith("error: ")
    assert told in done.err
    assert 1 == done.err.count("\n")


def test_help_names_the_commands(home: Home) -> None:
    for words in ((), ("help",), ("--help",)):
        assert re.search(r"^  login +Log in to a server$", oc(home, *words).out, re.MULTILINE)
    assert "--certificate-authority" in oc(home, "login", "--help").out


def test_a_server_that_is_not_there_is_told(home: Home) -> None:
    done = oc(home, "login", f"http://127.0.0.1:{free_port()}", *ADMIN)
    assert 1 == done.status
    assert (
        "verify you have provided the correct host and port and that the server is currently running."
        in done.err
    )


def test_a_service_without_accounts_is_told(home: Home, tmp_path: Path) -> None:
    with Registry(tmp_path / "open") as registry:
        done = oc(home, "login", f"http://{registry.address}", *ADMIN)
    assert (1, True) == (done.status, "the service has no accounts" in done.err)


def test_other_sessions_of_the_file_stay(home: Home, guarded: Guarded) -> None:
    path = home.folder / "other" / "config"
    path.parent.mkdir()
    path.write_text(
        "apiVersion: v1\nkind: Config\ncurrent-context: kept\nextensions: []\n"
        "clusters:\n- {name: kept, cluster: {server: 'https://kept.example:6443'}}\n"
        "contexts:\n- {name: kept, context: {cluster: kept, user: me}}\n"
        "users:\n- {name: me, user: {client-certificate-data: AAAA}}\n"
    )
    done = oc(home, "login", f"http://{guarded.registry.address}", *ADMIN, KUBECONFIG=str(path))
    assert (0, "Login successful.\n\n") == (done.status, done.out)
    kept = config(path)
    assert ["kept", f"127-0-0-1:{guarded.registry.port}"] == [one["name"] for one in kept["clusters"]]
    assert {"client-certificate-data": "AAAA"} == kept["users"][0]["user"]
    assert [] == kept["extensions"]
    assert "admin\n" == oc(home, "whoami", "--kubeconfig", str(path)).out
    assert not (home.folder / ".kube").exists()


@pytest.mark.parametrize("content", ["[1, 2]", "{", "a: b: c", "- a", "!!python/object:os.system {}", "\0"])
def test_a_file_that_cannot_be_read_is_told(home: Home, content: str) -> None:
    path = home.folder / "config"
    path.write_text(content)
    done = oc(home, "whoami", KUBECONFIG=str(path))
    assert (1, "") == (done.status, done.out)
    assert "error loading config file" in done.err
    assert content == path.read_text()


class TlsFront(Served):
    """Speaks TLS, and passes on to a port what it hears."""

    def __init__(self, tls: Tls, port: int) -> None:
        context = tls.server()

        def pump(source: socket.socket, sink: socket.socket) -> None:
            with contextlib.suppress(OSError):
                while piece := source.recv(65536):
                    sink.sendall(piece)
                sink.shutdown(socket.SHUT_WR)

        def serve(connection: socket.socket) -> None:
            with (
                contextlib.suppress(OSError, ssl.SSLError),
                context.wrap_socket(connection, server_side=True) as client,
                socket.create_connection(("127.0.0.1", port)) as server,
            ):
                back = threading.Thread(target=pump, args=(server, client), daemon=True)
                back.start()
                pump(client, server)
                back.join(10)

        super().__init__(connections(serve))


def test_a_server_is_verified_unless_that_is_given_up(home: Home, guarded: Guarded, tmp_path: Path) -> None:
    tls = Tls(tmp_path)
    with TlsFront(tls, guarded.registry.port) as front:
        server = f"https://{front.address}"
        refused = oc(home, "login", server, *ADMIN)
        assert 1 == refused.status
        assert "The server uses a certificate signed by unknown authority." in refused.err
        authority = f"--certificate-authority={tls.ca_file}"
        assert 0 == oc(home, "login", server, *ADMIN, authority).status
        kept = config(home.folder / ".kube" / "config")["clusters"][0]["cluster"]
        assert {"server": server, "certificate-authority": tls.ca_file} == kept
        assert "admin\n" == oc(home, "whoami").out
        other = Home(tmp_path / "other")
        assert 0 == oc(other, "login", server, *ADMIN, "--insecure-skip-tls-verify").status
        kept = config(other.folder / ".kube" / "config")["clusters"][0]["cluster"]
        assert {"server": server, "insecure-skip-tls-verify": True} == kept
        assert "admin\n" == oc(other, "whoami").out
