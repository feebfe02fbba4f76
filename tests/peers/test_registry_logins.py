"""The real clients on a registry with accounts: logging in, pushing, pulling, and what they may not."""

import base64
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from peers import programs
from sealwright.descriptor import Platform
from sealwright.repositories.layout import open_directory
from sealwright.service.accounts.actions import grants
from sealwright.workflow.build import build
from world.accounts import ACTOR, Guarded
from world.storages import Storages

POLICY = '{"default":[{"type":"insecureAcceptAnything"}]}'


@pytest.fixture
def guarded(storages: Storages, request: pytest.FixtureRequest) -> Iterator[Guarded]:
    """alice may push to `team/*`, bob only pull from there; anybody pulls from `public/*`.

    All in a folder, unless a test has it otherwise.
    """
    with Guarded(storages.settings(getattr(request, "param", "folder"))) as running:
        grants.grant(running.database, ACTOR, "alice", "team/*", {"pull", "push", "delete"})
        grants.grant(running.database, ACTOR, "alice", "public/*", {"pull", "push"})
        grants.grant(running.database, ACTOR, "anonymous", "public/*", {"pull"})
        running.robot("bob", pull="team/*")
        running.settle()
        yield running


@pytest.fixture
def layout(tmp_path: Path) -> Path:
    """A small image in an OCI layout, under the tag `v1`."""
    layer = tmp_path / "layer"
    (layer / "etc").mkdir(parents=True)
    (layer / "etc" / "motd").write_text("hello\n")
    folder = tmp_path / "layout"
    with open_directory(str(folder), write=True) as opened:
        build(opened, [layer], platform=Platform("amd64", "linux"), entrypoint=["/bin/true"], tag="v1")
    return folder


def run(name: str, *arguments: object, typed: str | None = None) -> subprocess.CompletedProcess[str]:
    program = programs.find(name)
    assert program is not None
    return subprocess.run(
        [program, *map(str, arguments)],
        input=typed,
        stdin=subprocess.DEVNULL if typed is None else None,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"HOME": os.environ["HOME"], "PATH": os.environ["PATH"]},
    )


def good(name: str, *arguments: object, typed: str | None = None) -> str:
    done = run(name, *arguments, typed=typed)
    assert 0 == done.returncode, done.stderr
    return done.stdout.strip()


def bad(name: str, *arguments: object, typed: str | None = None) -> str:
    done = run(name, *arguments, typed=typed)
    assert 0 != done.returncode, done.stdout
    return done.stderr.lower()


@pytest.mark.peer("skopeo")
@pytest.mark.parametrize(
    "guarded",
    ["folder", pytest.param("shared", marks=pytest.mark.peer("postgres", "versitygw"))],
    indirect=True,
)
def test_skopeo_logs_in_pushes_and_pulls_and_is_refused_what_it_may_not(
    guarded: Guarded, layout: Path, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text(POLICY)
    address = guarded.registry.address
    auth = f"--authfile={tmp_path / 'auth.json'}"
    copy = ("--policy", policy, "copy", auth, "--src-tls-verify=false", "--dest-tls-verify=false")
    image = f"docker://{address}/team/app:v1"
    assert "denied" in bad("skopeo", *copy, f"oci:{layout}:v1", image)
    login = ("login", auth, "--tls-verify=false", "--username=alice", "--password-stdin", address)
    assert "invalid username/password" in bad("skopeo", *login, typed="wrong")
    assert "Login Succeeded!" == good("skopeo", *login, typed="wonderland")
    good("skopeo", *copy, f"oci:{layout}:v1", image)
    good("skopeo", *copy, image, f"dir:{tmp_path / 'pulled'}")
    good("skopeo", *copy, image, f"docker://{address}/team/copy:v1")
    bad("skopeo", *copy, image, f"docker://{address}/other/app:v1")
    assert ["v1"] == json.loads(good("skopeo", "list-tags", auth, "--tls-verify=false", image[:-3]))["Tags"]
    good("skopeo", "delete", auth, "--tls-verify=false", image)
    good("skopeo", "logout", auth, address)
    assert "denied" in bad("skopeo", *copy, f"oci:{layout}:v1", image)


@pytest.mark.peer("skopeo")
def test_skopeo_pulls_without_credentials_what_is_open_to_all(
    guarded: Guarded, layout: Path, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text(POLICY)
    address = guarded.registry.address
    copy = ("--policy", policy, "copy", "--src-tls-verify=false", "--dest-tls-verify=false")
    image = f"docker://{address}/public/app:v1"
    good("skopeo", *copy, "--dest-creds=alice:wonderland", f"oci:{layout}:v1", image)
    good("skopeo", *copy, image, f"dir:{tmp_path / 'pulled'}")
    assert "unauthorized" in bad("skopeo", *copy, f"oci:{layout}:v1", image)


@pytest.mark.peer("skopeo")
def test_skopeo_works_with_the_token_of_a_robot(guarded: Guarded, layout: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text(POLICY)
    token = guarded.token("bob")
    copy = ("--policy", policy, "copy", "--src-tls-verify=false", "--dest-tls-verify=false")
    image = f"docker://{guarded.registry.address}/team/app:v1"
    good("skopeo", *copy, "--dest-creds=alice:wonderland", f"oci:{layout}:v1", image)
    good("skopeo", *copy, f"--src-creds=bob:{token}", image, f"dir:{tmp_path / 'pulled'}")
    bad("skopeo", *copy, f"--dest-creds=bob:{token}", f"oci:{layout}:v1", image)


@pytest.mark.peer("podman")
def test_podman_logs_in_and_out(guarded: Guarded, tmp_path: Path) -> None:
    auth = f"--authfile={tmp_path / 'auth.json'}"
    address = guarded.registry.address
    login = ("login", auth, "--tls-verify=false", "-u", "alice", "--password-stdin", address)
    assert "invalid username/password" in bad("podman", *login, typed="wrong")
    assert "Login Succeeded!" == good("podman", *login, typed="wonderland")
    assert "alice" == good("podman", "login", auth, "--get-login", address)
    good("podman", "logout", auth, address)


@pytest.mark.peer("crane")
def test_crane_logs_in_pushes_copies_and_is_refused_what_it_may_not(
    guarded: Guarded, layout: Path, tmp_path: Path
) -> None:
    local = guarded.registry.local
    image = f"{local}/team/app:v1"
    assert "unauthorized" in bad("crane", "push", layout, image)
    good("crane", "auth", "login", local, "-u", "alice", "-p", "wonderland")
    good("crane", "push", layout, image)
    good("crane", "copy", image, f"{local}/team/copy:v1")
    good("crane", "pull", "--format=oci", image, tmp_path / "pulled")
    assert ["team/app", "team/copy"] == good("crane", "catalog", local).split()
    bad("crane", "copy", image, f"{local}/other/app:v1")
    good("crane", "delete", f"{local}/team/copy:v1")
    good("crane", "auth", "logout", local)
    assert "unauthorized" in bad("crane", "digest", image)


@pytest.mark.peer("curl")
def test_curl_takes_user_and_token_in_the_url(guarded: Guarded, tmp_path: Path) -> None:
    address = guarded.registry.address
    token = guarded.token("alice")
    url = f"http://alice:{token}@{address}/v2/team/app"
    blob = tmp_path / "blob"
    blob.write_bytes(b"{}")
    digest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    status = ("-s", "-o", tmp_path / "answer", "-w", "%{http_code}")
    upload = ("-X", "POST", "--data-binary", f"@{blob}", f"{url}/blobs/uploads/?digest={digest}")
    assert "201" == good("curl", *status, *upload)
    assert "200" == good("curl", *status, f"{url}/blobs/{digest}")
    assert "403" == good("curl", *status, f"http://alice:{token}@{address}/v2/other/tags/list")
    assert "401" == good("curl", *status, f"http://alice:seal_wrong@{address}/v2/team/app/blobs/{digest}")
    assert "401" == good("curl", *status, f"http://{address}/v2/team/app/blobs/{digest}")


@pytest.mark.peer("curl")
def test_what_docker_does_when_it_logs_in_and_pushes(guarded: Guarded) -> None:
    """docker is not here; these are its requests: ping, an identity token, and a token for each push."""
    realm = f"http://{guarded.registry.address}/token"
    ask = ("curl", "-s", "-S", "-f")
    plain = base64.b64encode(b"alice:wonderland").decode()
    query = "account=alice&client_id=docker&offline_token=true&service=sealwright"
    told = json.loads(good(*ask, "-H", f"Authorization: Basic {plain}", f"{realm}?{query}"))
    bearer = f"Authorization: Bearer {told['token']}"
    assert "{}" == good(*ask, "-H", bearer, f"http://{guarded.registry.address}/v2/")
    form = (
        f"grant_type=refresh_token&refresh_token={told['refresh_token']}&service=sealwright&client_id=docker"
        "&scope=repository%3Ateam%2Fapp%3Apull%2Cpush+repository%3Ateam%2Fbase%3Apull"
    )
    given = json.loads(good(*ask, "-d", form, realm))
    assert "repository:team/app:pull,push repository:team/base:pull" == given["scope"]
