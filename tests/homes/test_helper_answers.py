"""Answers of credential helpers that are no JSON, as fuzzing found them."""

import os
from pathlib import Path

import pytest

from sealwright.errors import AccessDeniedError
from sealwright.homes.credential_helper import CredentialHelper


@pytest.mark.parametrize("answer", [r"{\"Secret\": \"\\xd0>\"}", "[" * 5000])
def test_an_answer_that_cannot_be_decoded_is_the_helpers_failure(tmp_path: Path, answer: str) -> None:
    helper = tmp_path / "docker-credential-odd"
    helper.write_text(f'#!/bin/sh\nprintf "{answer}"\n')
    helper.chmod(0o755)
    with pytest.raises(AccessDeniedError) as caught:
        CredentialHelper("odd", {"PATH": f"{tmp_path}:{os.defpath}"}).get("registry.example")
    assert "credentials.helper-failed" == caught.value.code
    assert "something else than a credential" in str(caught.value)
