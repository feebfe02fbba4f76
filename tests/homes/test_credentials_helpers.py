"""Credential helpers that are slow, talkative, broken or gone."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sealwright import limits
from sealwright.errors import AccessDeniedError
from sealwright.homes.credential_helper import Credential, CredentialHelper
from world.credential_helper import install_helper, kept, script


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "bin"


def helper(folder: Path, suffix: str = "x", seconds: float = 20) -> CredentialHelper:
    return CredentialHelper(suffix, {"PATH": f"{folder}:/usr/bin:/bin"}, seconds)


def failure(folder: Path, text: str, seconds: float = 20) -> str:
    script(folder, "x", text)
    with pytest.raises(AccessDeniedError) as caught:
        helper(folder, seconds=seconds).get("registry.example")
    assert "credentials.helper-failed" == caught.value.code
    assert "docker-credential-x" in str(caught.value)
    return str(caught.value)


def test_a_credential_is_kept_and_forgotten(folder: Path) -> None:
    install_helper(folder, "x", {})
    one = helper(folder)
    assert one.is_installed
    assert one.get("registry.example") is None
    one.store("registry.example", Credential("alice", 'päss"word'))
    assert Credential("alice", 'päss"word', origin="docker-credential-x") == one.get("registry.example")
    one.store("token.example", Credential(identity_token="id"))
    assert ["<token>", "id"] == kept(folder, "x")["token.example"]
    assert one.erase("registry.example")
    assert not one.erase("registry.example")
    assert ["token.example"] == list(kept(folder, "x"))


def test_an_empty_secret_is_none(folder: Path) -> None:
    install_helper(folder, "x", {"registry.example": ("alice", "")})
    assert helper(folder).get("registry.example") is None


def test_only_the_exact_words_mean_not_found(folder: Path) -> None:
    script(folder, "x", "#!/bin/sh\necho 'credentials not found in native keychain'\nexit 1\n")
    assert helper(folder).get("registry.example") is None
    assert "not found in keychain" in failure(folder, "#!/bin/sh\necho 'not found in keychain'\nexit 1\n")
    assert "something else" in failure(
        folder, "#!/bin/sh\necho 'credentials not found in native keychain'\nexit 0\n"
    )


@pytest.mark.parametrize("said", ["", "{", "[]", '{"Username":7}'])
def test_answers_that_are_none(folder: Path, said: str) -> None:
    assert "something else" in failure(folder, f"#!/bin/sh\necho '{said}'\n")


def test_a_failure_is_told_in_the_helpers_words_without_control_characters(folder: Path) -> None:
    said = failure(folder, "#!/bin/sh\nprintf 'locked\\033[31m\\nup'\nexit 3\n")
    assert "locked [31m up" in said
    assert "it said nothing" in failure(folder, "#!/bin/sh\nexit 3\n")
    assert len(failure(folder, f"#!/bin/sh\necho {'y' * 5000}\nexit 3\n")) < 600


def test_what_goes_to_standard_error_is_not_read_as_an_answer(folder: Path) -> None:
    script(folder, "x", '#!/bin/sh\necho noise >&2\necho \'{"Username":"a","Secret":"b"}\'\n')
    assert Credential("a", "b", origin="docker-credential-x") == helper(folder).get("registry.example")


def test_a_helper_that_does_not_read_is_heard(folder: Path) -> None:
    script(folder, "x", '#!/bin/sh\nexec <&-\necho \'{"Username":"a","Secret":"b"}\'\n')
    found = helper(folder).get("r" * 500_000)
    assert found is not None
    assert "a" == found.username


def test_a_slow_helper_is_ended(folder: Path) -> None:
    start = time.monotonic()
    assert "within 0.3 seconds" in failure(folder, "#!/bin/sh\nexec sleep 20\n", 0.3)
    assert "does not end" in failure(folder, "#!/bin/sh\nexec >&-\nexec sleep 20\n", 0.3)
    assert time.monotonic() - start < 5


def test_an_endless_helper_is_ended(folder: Path) -> None:
    assert str(limits.CREDENTIAL_HELPER_BYTES) in failure(folder, "#!/bin/sh\nexec yes\n")


def test_a_helper_that_cannot_be_run_is_told(folder: Path) -> None:
    failure(folder, "#!/no/such/interpreter\n")


def test_a_helper_that_is_gone_is_told(folder: Path) -> None:
    one = helper(folder, "missing")
    assert not one.is_installed
    with pytest.raises(AccessDeniedError) as caught:
        one.get("registry.example")
    assert "credentials.helper-missing" == caught.value.code


@pytest.mark.parametrize("action", ["store", "erase"])
def test_a_helper_that_fails_to_write_is_told(folder: Path, action: str) -> None:
    text = f"""#!/bin/sh
cat >/dev/null
if [ $1 = {action} ]; then echo no room; exit 1; fi
echo '{{"Username":"a","Secret":"b"}}'
"""
    script(folder, "x", text)
    one = helper(folder)
    calls: dict[str, Callable[[], object]] = {
        "store": lambda: one.store("r", Credential("a", "b")),
        "erase": lambda: one.erase("r"),
    }
    with pytest.raises(AccessDeniedError, match="no room"):
        calls[action]()
