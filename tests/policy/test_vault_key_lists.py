"""Key lists of clusters become policies that refuse where the cluster lets everything pass."""

import json

import pytest

from sealwright.errors import DocumentError
from sealwright.policy.vault import document, key_lists
from sealwright.policy.vault.requirements import Group, keys_of
from world import kms

LIST = {"isPolicyEnabled": True, "keyDetails": [{"kmsKeyId": kms.KEY}, {"kmsKeyId": kms.OTHER_KEY}]}
PRINTED = {
    "data": {
        "name": "cluster",
        "image-policy-config": {"is-policy-enabled": True, "key-details": [{"kms-key-id": kms.KEY}]},
    },
    "etag": "x",
}


def policy(value: object, *scopes: str) -> document.Document:
    content = json.dumps(value).encode()
    assert key_lists.is_key_list(content)
    made = key_lists.policy_of(content, "cluster.json", scopes or ("*",))
    assert not key_lists.is_key_list(made)
    return document.read(made, "policy.json")


@pytest.mark.parametrize(
    ("value", "keys"),
    [
        (LIST, [kms.KEY, kms.OTHER_KEY]),
        ({"imagePolicyConfig": LIST}, [kms.KEY, kms.OTHER_KEY]),
        (PRINTED, [kms.KEY]),
        ({"data": LIST}, [kms.KEY, kms.OTHER_KEY]),
        ({**LIST, "keyDetails": [{"kmsKeyId": kms.KEY}] * 2}, [kms.KEY]),
    ],
)
def test_any_key_of_the_list_is_asked_for(value: object, keys: list[str]) -> None:
    (statement,) = policy(value).statements
    assert ("*",) == statement.scopes
    assert isinstance(statement.signed_by, Group)
    assert "any" == statement.signed_by.kind
    assert keys == [one.key for one in keys_of(statement.signed_by)]


@pytest.mark.parametrize("value", [{"isPolicyEnabled": True}, {"isPolicyEnabled": True, "keyDetails": []}])
def test_an_empty_list_refuses_everything(value: object) -> None:
    (statement,) = policy(value, "registry.example").statements
    assert isinstance(statement.signed_by, Group)
    assert () == statement.signed_by.of
    assert ("registry.example",) == statement.scopes


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "policy.malformed"),
        (b"[]", "policy.vault-key-list"),
        (b"{}", "policy.vault-key-list"),
        (json.dumps({"keyDetails": LIST["keyDetails"]}).encode(), "policy.vault-key-list"),
        (json.dumps({**LIST, "isPolicyEnabled": False}).encode(), "policy.vault-key-list-off"),
        (json.dumps({**LIST, "isPolicyEnabled": "yes"}).encode(), "policy.vault-key-list"),
        (json.dumps({**LIST, "keyDetails": {}}).encode(), "policy.vault-key-list"),
        (json.dumps({**LIST, "keyDetails": [{}]}).encode(), "policy.vault-key-list"),
        (json.dumps({**LIST, "keyDetails": [kms.KEY]}).encode(), "policy.vault-key-list"),
        (json.dumps({**LIST, "keyDetails": [{"kmsKeyId": kms.VERSION}]}).encode(), "policy.vault-key-list"),
    ],
)
def test_what_is_no_list_in_force_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        key_lists.policy_of(content, "cluster.json")
    assert code == caught.value.code
    assert caught.value.hint
