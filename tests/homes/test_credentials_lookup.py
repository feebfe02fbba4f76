"""Finding credentials in every place and every form, with real files and a real helper."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from sealwright.errors import AccessDeniedError, DocumentError, UsageError
from sealwright.homes import credentials
from sealwright.homes.credential_helper import Credential
from sealwright.homes.environment import Environment
from world.credential_helper import install_helper

HUB = "https://index.docker.io/v1/"


def auth(user: str, password: str) -> dict[str, object]:
    return {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}


class Home:
    """A home folder and variables."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.variables = {"PATH": f"{folder}/bin:/usr/bin:/bin", "HOME": str(folder)}

    def write(self, name: str, content: object) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    @property
    def environment(self) -> Environment:
        return Environment(self.variables, self.folder)

    def find(self, domain: str = "registry.example", path: str = "a/b") -> Credential | None:
        return credentials.lookup(self.environment)(domain, path)

    def user(self, domain: str = "registry.example", path: str = "a/b") -> str | None:
        found = self.find(domain, path)
        return None if found is None else found.username


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_nothing_is_found_where_nothing_is(home: Home) -> None:
    assert home.find() is None


PLACES: Mapping[str, str] = {
    "named": "named.json",
    "docker": ".docker/config.json",
    "runtime": "run/containers/auth.json",
    "config": ".config/containers/auth.json",
    "legacy": ".dockercfg",
}


def test_places_are_asked_in_order(home: Home) -> None:
    home.variables |= {
        "SEALWRIGHT_USERNAME": "ours",
        "SEALWRIGHT_PASSWORD": "x",
        "NOTATION_USERNAME": "notation",
        "NOTATION_PASSWORD": "x",
        "REGISTRY_AUTH_FILE": str(home.folder / PLACES["named"]),
        "XDG_RUNTIME_DIR": str(home.folder / "run"),
    }
    install_helper(home.folder / "bin", "kept", {"registry.example": ("helper", "x")})
    home.write(".config/notation/config.json", {"credsStore": "kept"})
    for user, name in PLACES.items():
        entries = {"registry.example": auth(user, "x")}
        home.write(name, entries if user == "legacy" else {"auths": entries})
    given = credentials.lookup(home.environment, "given", "x")("registry.example", "a/b")
    assert given is not None
    found = [given.username]
    for variable in ("SEALWRIGHT", "NOTATION"):
        found.append(home.user() or "")
        del home.variables[f"{variable}_USERNAME"], home.variables[f"{variable}_PASSWORD"]
    for name in (PLACES["named"], ".config/notation/config.json", *list(PLACES.values())[1:]):
        found.append(home.user() or "")
        (home.folder / name).unlink()
    assert [
        "given", "ours", "notation", "named", "helper", "docker", "runtime", "config", "legacy",
    ] == found  # fmt: skip
    assert home.find() is None


def test_folders_may_be_elsewhere(home: Home) -> None:
    home.write("d/config.json", {"auths": {"registry.example": auth("docker", "x")}})
    home.variables["DOCKER_CONFIG"] = str(home.folder / "d")
    assert "docker" == home.user()
    del home.variables["DOCKER_CONFIG"]
    home.write("c/containers/auth.json", {"auths": {"registry.example": auth("containers", "x")}})
    home.variables["XDG_CONFIG_HOME"] = str(home.folder / "c")
    assert "containers" == home.user()
    home.write("n/config.json", {"credHelpers": {"registry.example": "kept"}})
    install_helper(home.folder / "bin", "kept", {"registry.example": ("notation", "x")})
    home.variables["NOTATION_CONFIG"] = str(home.folder / "n")
    assert "notation" == home.user()


def test_half_of_a_pair_is_a_mistake(home: Home) -> None:
    with pytest.raises(UsageError, match="SEALWRIGHT_PASSWORD"):
        Home(home.folder).find() or _with(home, SEALWRIGHT_USERNAME="x").find()
    with pytest.raises(UsageError, match="NOTATION_USERNAME"):
        _with(home, NOTATION_PASSWORD="x").find()
    with pytest.raises(UsageError, match="password"):
        credentials.lookup(home.environment, "user")


def _with(home: Home, **variables: str) -> Home:
    made = Home(home.folder)
    made.variables |= variables
    return made


def test_a_password_never_shows(home: Home) -> None:
    home.write(".docker/config.json", {"auths": {"registry.example": auth("alice", "wonderland")}})
    found = home.find()
    assert Credential("alice", "wonderland", origin=str(home.folder / ".docker/config.json")) == found
    assert "wonderland" not in repr(found)
    assert "wonderland" not in str(found)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (auth("alice", "a:b:c"), ("alice", "a:b:c", "", "")),
        (auth("älice", "pässword"), ("älice", "pässword", "", "")),
        ({"auth": base64.b64encode(b"alice:pw\0\0").decode()}, ("alice", "pw", "", "")),
        ({"username": "alice", "password": "pw"}, ("alice", "pw", "", "")),
        ({**auth("alice", ""), "identitytoken": "id"}, ("alice", "", "id", "")),
        ({"identitytoken": "id"}, ("", "", "id", "")),
        ({"registrytoken": "reg"}, ("", "", "", "reg")),
        (auth("<token>", "id"), ("", "", "id", "")),
        ({"auth": "", "email": "x@y"}, None),
        ({}, None),
        ({**auth("alice", ""), "email": None}, None),
    ],
)
def test_entries_of_every_form(
    home: Home, entry: dict[str, object], expected: tuple[str, str, str, str] | None
) -> None:
    home.write(".docker/config.json", {"auths": {"registry.example": entry}, "HttpHeaders": {"a": "b"}})
    found = home.find()
    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert expected == (
            found.username,
            found.password,
            found.identity_token,
            found.registry_token,
        )


@pytest.mark.parametrize(
    ("key", "domain", "is_meant"),
    [
        ("registry.example", "registry.example", True),
        ("https://registry.example", "registry.example", True),
        ("https://registry.example/", "registry.example", True),
        ("https://registry.example/v1/", "registry.example", True),
        ("http://registry.example/v2/", "registry.example", True),
        ("registry.example:5000", "registry.example:5000", True),
        ("registry.example", "registry.example:5000", False),
        ("registry.example:5000", "registry.example", False),
        ("example", "registry.example", False),
        ("registry.example.evil", "registry.example", False),
        (HUB, "docker.io", True),
        ("docker.io", "docker.io", True),
        ("index.docker.io", "docker.io", True),
        ("registry-1.docker.io", "docker.io", True),
        ("https://registry-1.docker.io/v2/", "docker.io", True),
        (HUB, "registry.example", False),
    ],
)
def test_a_key_names_a_registry_in_many_ways(home: Home, key: str, domain: str, *, is_meant: bool) -> None:
    home.write(".docker/config.json", {"auths": {key: auth("alice", "x")}})
    assert is_meant is (home.find(domain) is not None)


def test_the_most_specific_key_counts(home: Home) -> None:
    entries = {
        "registry.example": auth("registry", "x"),
        "registry.example/team": auth("team", "x"),
        "registry.example/team/app/part": auth("part", "x"),
        "docker.io/library": auth("library", "x"),
    }
    home.write(".config/containers/auth.json", {"auths": entries})
    assert "part" == home.user(path="team/app/part")
    assert "team" == home.user(path="team/app")
    assert "team" == home.user(path="team")
    assert "registry" == home.user(path="teamwork")
    assert "registry" == home.user(path="")
    assert "library" == home.user("docker.io", "library/alpine")
    assert home.user("docker.io", "other/alpine") is None


def test_a_helper_for_one_registry_goes_before_the_one_for_all(home: Home) -> None:
    install_helper(home.folder / "bin", "one", {"registry.example": ("one", "x")})
    install_helper(home.folder / "bin", "all", {"other.example": ("all", "x"), HUB: ("hub", "x")})
    home.write(
        ".docker/config.json",
        {
            "credHelpers": {"registry.example": "one", "empty.example": ""},
            "credsStore": "all",
            "auths": {"file.example": auth("file", "x"), "registry.example": {}},
        },
    )
    assert "one" == home.user("registry.example")
    assert "all" == home.user("other.example")
    assert "hub" == home.user("docker.io")
    assert "file" == home.user("file.example"), "what the helper does not know may be in the file"
    assert home.user("empty.example") is None


def test_the_hub_may_have_a_helper_under_either_name(home: Home) -> None:
    install_helper(home.folder / "bin", "one", {HUB: ("hub", "x")})
    for name in (HUB, "docker.io", "index.docker.io"):
        home.write(".docker/config.json", {"credHelpers": {name: "one"}})
        assert "hub" == home.user("docker.io")


def test_a_helper_may_give_an_identity_token(home: Home) -> None:
    install_helper(home.folder / "bin", "one", {"registry.example": ("<token>", "refresh")})
    home.write(".docker/config.json", {"credsStore": "one"})
    assert Credential(identity_token="refresh", origin="docker-credential-one") == home.find()


def test_a_helper_that_is_missing_is_told(home: Home) -> None:
    home.write(".docker/config.json", {"credsStore": "desktop"})
    with pytest.raises(AccessDeniedError) as caught:
        home.find()
    assert "credentials.helper-missing" == caught.value.code
    assert "docker-credential-desktop" in str(caught.value)


@pytest.mark.parametrize("name", ["../../evil", "a/b", "-x", "a b", ""])
def test_a_helper_is_a_name_and_not_a_path(home: Home, name: str) -> None:
    home.write(".docker/config.json", {"credsStore": name})
    if not name:
        assert home.find() is None
        return
    with pytest.raises(UsageError) as caught:
        home.find()
    assert "credentials.helper-name" == caught.value.code


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        ('{\n  "auths": {,}\n}', 2, 13),
        ('{\n  "auths": {},\n  "auths": {}\n}', 3, 3),
        ("[]", 1, 1),
    ],
)
def test_a_broken_file_is_told_with_line_and_column(home: Home, content: str, line: int, column: int) -> None:
    path = home.write(".docker/config.json", content)
    with pytest.raises(DocumentError) as caught:
        home.find()
    assert (str(path), line, column) == (caught.value.file, caught.value.line, caught.value.column)


@pytest.mark.parametrize(
    "content", [{"auths": []}, {"auths": {"x": 7}}, {"credsStore": 7}, {"credHelpers": {"x": []}}]
)
def test_a_file_of_another_shape_is_told(home: Home, content: object) -> None:
    path = home.write(".docker/config.json", content)
    with pytest.raises(DocumentError, match=str(path)):
        home.find()


@pytest.mark.parametrize("text", ["!!!", "YWxpY2U=", "/w==", "YWxpY2U6cHc=x"])
def test_an_entry_that_cannot_be_decoded_is_told_with_its_place(home: Home, text: str) -> None:
    content = f'{{"auths": {{\n  "registry.example": {{"auth": "{text}"}}}}}}'
    home.write(".docker/config.json", content)
    with pytest.raises(DocumentError) as caught:
        home.find()
    assert ("credentials.auth-malformed", 2, 32) == (
        caught.value.code,
        caught.value.line,
        caught.value.column,
    )
    assert text not in str(caught.value)
    assert home.find("other.example") is None, "only who needs it is stopped"


def test_an_old_file_that_cannot_be_decoded_is_told_with_its_place(home: Home) -> None:
    home.write(".dockercfg", '{"registry.example": {"auth": "!"}}')
    with pytest.raises(DocumentError) as caught:
        home.find()
    assert (1, 31) == (caught.value.line, caught.value.column)
