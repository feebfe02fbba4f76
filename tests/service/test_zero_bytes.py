"""A zero byte in a text is refused or leads nowhere, whatever the database can keep in a text."""

import json
from urllib.parse import urlencode

from sealwright.digest import Digest
from world import simple
from world.accounts import Guarded, basic
from world.registry import Registry
from world.storages import Storages
from world.wire import IMAGE, Wire

DIGEST = Digest.of(b"{}")
ZERO = "a\0b"
QUERY = urlencode({"last": ZERO, "artifactType": ZERO, "repository": ZERO, "reference": ZERO, "key": ZERO})


def test_in_paths_and_parameters(storages: Storages, storage_kind: str) -> None:
    with Registry(storages.settings(storage_kind)) as registry:
        wire = Wire(registry.address)
        simple.push_image(wire, "app")
        for path in (
            "/v2/app/blobs/uploads/a%00b",
            "/v2/a%00b/manifests/v1",
            "/v2/app/manifests/v%001",
            f"/lookaside/a%00b@sha256={DIGEST.encoded}/signature-1",
            f"/extensions/v2/a%00b/signatures/{DIGEST}",
            "/api/v1/signatures/a%00b",
        ):
            for method in ("GET", "PUT", "PATCH", "DELETE"):
                answer = wire.ask(method, f"{path}?digest={DIGEST}", b"{}" if method != "GET" else b"")
                assert answer.status in (400, 404, 405), (method, path, answer)
        for path in ("/v2/app/tags/list", "/v2/_catalog", f"/v2/app/referrers/{DIGEST}", "/api/v1/images"):
            assert wire.ask("GET", f"{path}?{QUERY}").status in (200, 400, 404), path
        for name in ("repository", "image", "signer", "key", "format", "attached_by", "last"):
            answer = wire.ask("GET", f"/api/v1/signatures?{urlencode({name: ZERO})}")
            assert answer.status in (200, 400, 404), (name, answer)
        answer = wire.ask("POST", f"/v2/app/blobs/uploads/?mount={DIGEST}&from=a%00b")
        assert answer.status in (202, 400), answer


def test_in_what_is_stored(storages: Storages, storage_kind: str) -> None:
    with Registry(storages.settings(storage_kind)) as registry:
        wire = Wire(registry.address)
        subject = simple.push_image(wire, "app")
        manifest = {"schemaVersion": 2, "mediaType": IMAGE, "layers": [], "annotations": {ZERO: ZERO}}
        config = {"mediaType": "text/plain", "digest": str(DIGEST), "size": 2}
        for members in ({"artifactType": ZERO, "config": config}, {"config": {**config, "mediaType": ZERO}}):
            body = json.dumps({**manifest, **members}).encode()
            answer = wire.ask("PUT", "/v2/app/manifests/v2", body, {"Content-Type": IMAGE})
            assert (400, "MANIFEST_INVALID") == (answer.status, answer.code)
        body = json.dumps({**manifest, "config": config}).encode()
        assert 201 == wire.ask("PUT", "/v2/app/manifests/v2", body, {"Content-Type": IMAGE}).status
        content = simple.signed(subject, reference=ZERO)
        assert 201 == simple.attach(wire, "app", subject, content).status
        assert [content] == simple.listed(wire, "app", subject)
        answer = wire.ask("GET", "/api/v1/signatures?repository=app")
        assert 1 == len(answer.json["signatures"])


def test_in_names_of_accounts(storages: Storages, storage_kind: str) -> None:
    with Guarded(storages.settings(storage_kind)) as guarded:
        form = urlencode({"grant_type": "password", "username": ZERO, "password": ZERO}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        assert guarded.wire.ask("POST", "/token", form, headers).status in (400, 401)
        assert guarded.wire.ask("GET", "/v2/", headers=basic(ZERO, ZERO)).status in (400, 401)
        order = json.dumps({"account": ZERO, "pattern": "a", "rights": ["pull"]}).encode()
        assert guarded.wire.ask("POST", "/api/v1/grants", order, guarded.admin).status in (400, 404)
        order = json.dumps({"note": ZERO}).encode()
        assert guarded.wire.ask("POST", "/api/v1/tokens", order, guarded.admin).status in (201, 400, 404)
        assert guarded.wire.ask("DELETE", "/api/v1/tokens/a%00b", headers=guarded.admin).status in (400, 404)
