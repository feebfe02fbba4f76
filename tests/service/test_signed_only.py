"""Signed only: what no policy accepts is not given out, or with a warning, and what is signed is."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sealwright import limits, media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import CallerError, DocumentError, SealwrightError, StorageError
from sealwright.service import checking
from sealwright.service.accounts.actions import accounts, grants
from sealwright.service.configuration import Configuration, load
from sealwright.service.configuration.signed_only import SignedOnly
from sealwright.service.configuration.storage import Storage as Settings
from sealwright.service.registry.queries.manifests import Found
from sealwright.service.serving import Server
from sealwright.service.signatures.signed_only.policies import Policies
from sealwright.service.signatures.signed_only.rules import Rules
from sealwright.service.storage import Storage
from sealwright.service.web.caller import Caller, Grant
from sealwright.workflow import clock
from world import notary, pki, simple
from world.home import Home, statement
from world.named import NamedRegistry, as_user
from world.registry import Registry
from world.storages import Storages
from world.wire import Answer, Wire

CHAIN = pki.chain("ec256")
OTHER = pki.chain("ec384")
USERS = {"reader": {"*": {"pull"}}, "signer": {"*": {"pull", "push", "sign"}}}
NAME = "prod/app"


class Setting:
    """A registry that gives out signed images only below `prod/`, and warns below `test/`."""

    def __init__(self, folder: Path, storage: Settings | None = None) -> None:
        self.home = Home(folder / "home")
        self.home.trust("acme", CHAIN.root)
        self.policy = self.home.policy(statement())
        self.tables = (
            self.table("prod/free", "off"),
            self.table("prod/*", "enforce"),
            self.table("test/*", "warn"),
        )
        self.registry = NamedRegistry(storage or folder / "registry", USERS, self.tables)  # type: ignore[arg-type]  # sets of words
        self.signer, self.reader = self.registry.wire("signer"), self.registry.wire("reader")

    def table(self, pattern: str, mode: str) -> SignedOnly:
        return SignedOnly(pattern, mode, str(self.policy), str(self.home.notation))  # type: ignore[arg-type]  # a mode

    def push(self, name: str = NAME, tag: str = "v1", **annotations: str) -> Digest:
        """An image without a signature."""
        return simple.push_image(self.signer, name, tag, **annotations)

    def sign(self, digest: Digest, name: str = NAME, chain: pki.Chain = CHAIN) -> Digest:
        """Sign a manifest as notation does; gives the signature's manifest."""
        head = self.signer.ask("HEAD", f"/v2/{name}/manifests/{digest}").headers
        size, kind = int(head["content-length"]), head["content-type"]
        subject = Descriptor(kind, digest, size)
        envelope = notary.signed(chain, payload=subject, signed_at=clock.now().replace(microsecond=0))
        layer = self.signer.push_blob(name, envelope)
        self.signer.push_blob(name, b"{}")
        members = {
            "artifactType": media_types.NOTARY_SIGNATURE,
            "config": {"mediaType": media_types.EMPTY, "digest": Digest.of(b"{}"), "size": 2},
            "layers": [{"mediaType": media_types.NOTARY_JWS, "digest": layer, "size": len(envelope)}],
            "subject": {"mediaType": kind, "digest": digest, "size": size},
        }
        content = json.dumps({"schemaVersion": 2, "mediaType": media_types.IMAGE_MANIFEST, **members})
        signature, _ = self.signer.push_manifest(name, Digest.of(content.encode()), members)
        return signature

    def pull(self, reference: str = "v1", name: str = NAME, method: str = "GET") -> Answer:
        return self.reader.ask(method, f"/v2/{name}/manifests/{reference}")


@pytest.fixture
def setting(tmp_path: Path) -> Iterator[Setting]:
    made = Setting(tmp_path)
    yield made
    made.registry.stop()


def refused(answer: Answer) -> str:
    """The reason code of the verdict."""
    assert (403, "DENIED") == (answer.status, answer.code)
    detail = answer.json["errors"][0]["detail"]
    assert "service.not-accepted" == detail["reason"]
    verdict: str = detail["verdict"]
    return verdict


def test_an_unsigned_image_is_not_given_out_by_tag_or_digest(setting: Setting) -> None:
    digest = setting.push()
    for reference in ("v1", digest):
        assert "verdict.unsigned" == refused(setting.pull(reference))
        assert 403 == setting.pull(reference, method="HEAD").status
        assert 200 == setting.signer.ask("GET", f"/v2/{NAME}/manifests/{reference}").status


def test_a_signature_opens_the_way_at_once_and_its_end_closes_it(setting: Setting) -> None:
    digest = setting.push()
    assert 403 == setting.pull().status
    signature = setting.sign(digest)
    answer = setting.pull()
    assert (200, None) == (answer.status, answer.headers.get("warning"))
    assert 200 == setting.pull(method="HEAD").status
    assert 202 == setting.signer.ask("DELETE", f"/v2/{NAME}/manifests/{signature}").status
    assert "verdict.unsigned" == refused(setting.pull())
    again = setting.sign(digest)
    assert 200 == setting.pull().status
    rows = setting.signer.ask("GET", f"/api/v1/signatures?repository={NAME}").json["signatures"]
    assert [again] == [row["digest"] for row in rows]
    assert 200 == setting.signer.ask("DELETE", f"/api/v1/signatures/{rows[0]['id']}").status
    assert "verdict.unsigned" == refused(setting.pull())


def test_a_signature_of_somebody_else_does_not_count(setting: Setting) -> None:
    digest = setting.push()
    setting.sign(digest, chain=OTHER)
    assert "authenticity.untrusted-chain" == refused(setting.pull())
    setting.sign(digest)
    assert 200 == setting.pull().status


def test_a_signature_counts_only_in_its_repository(setting: Setting) -> None:
    setting.sign(setting.push())
    assert setting.push("prod/other") == setting.push()
    assert 200 == setting.pull().status
    assert "verdict.unsigned" == refused(setting.pull(name="prod/other"))


def test_signatures_themselves_are_given_out(setting: Setting) -> None:
    digest = setting.push()
    signature = setting.sign(digest, chain=OTHER)
    assert 200 == setting.pull(signature).status
    tag = f"sha256-{digest.encoded}.sig"
    config = {"mediaType": media_types.EMPTY, "digest": Digest.of(b"{}"), "size": 2}
    setting.signer.push_manifest(NAME, tag, {"config": config, "layers": []})
    assert 200 == setting.pull(tag).status
    assert 403 == setting.pull().status
    assert 200 == setting.reader.ask("GET", f"/v2/{NAME}/referrers/{digest}").status


def test_what_a_signed_index_lists_is_given_out(setting: Setting) -> None:
    children = [setting.push(tag=f"v{number}", number=str(number)) for number in range(2)]
    stranger = setting.push(tag="stranger", number="stranger")
    entries = [{"mediaType": media_types.IMAGE_MANIFEST, "digest": one, "size": 300} for one in children]
    members = {"mediaType": media_types.IMAGE_INDEX, "manifests": entries}
    index, _ = setting.signer.push_manifest(NAME, "multi", members)
    for reference in ("multi", *children):
        assert "verdict.unsigned" == refused(setting.pull(reference))
    signature = setting.sign(index)
    for reference in ("multi", *children):
        assert 200 == setting.pull(reference).status
    assert "verdict.unsigned" == refused(setting.pull(stranger))
    assert 202 == setting.signer.ask("DELETE", f"/v2/{NAME}/manifests/{signature}").status
    for reference in ("multi", *children):
        assert "verdict.unsigned" == refused(setting.pull(reference))


def test_a_warning_comes_with_what_is_not_accepted_and_with_nothing_else(setting: Setting) -> None:
    name = "test/app"
    digest = setting.push(name)
    for wire in (setting.reader, setting.signer):
        answer = wire.ask("GET", f"/v2/{name}/manifests/v1")
        assert (200, digest) == (answer.status, answer.headers["docker-content-digest"])
        assert (
            '299 - "not accepted: the image has no signature (verdict.unsigned)"' == answer.headers["warning"]
        )
    setting.sign(digest, name)
    assert "warning" not in setting.pull(name=name).headers


def test_a_warning_is_short_and_plain(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.trust("acme", CHAIN.root)
    policy = home.policy(statement('a "quoted" \\ name ' + "x" * 5000))
    table = SignedOnly("*", "warn", str(policy), str(home.notation))
    with NamedRegistry(tmp_path / "registry", USERS, (table,)) as registry:  # type: ignore[arg-type]  # sets of words
        wire = registry.wire("signer")
        simple.push_image(wire, "a")
        digest = simple.push_image(wire, "a")
        config = {"mediaType": media_types.EMPTY, "digest": Digest.of(b"{}"), "size": 2}
        subject = {"mediaType": media_types.IMAGE_MANIFEST, "digest": digest, "size": 300}
        wire.push_manifest(
            "a",
            "s",
            {
                "artifactType": media_types.NOTARY_SIGNATURE,
                "config": config,
                "layers": [],
                "subject": subject,
            },
        )
        warning = wire.ask("GET", "/v2/a/manifests/v1").headers["warning"]
    text = warning.removeprefix('299 - "').removesuffix('"')
    assert len(warning) < 4096
    assert text.isascii()
    assert text.isprintable()
    assert not set('"\\') & set(text)


def test_repositories_without_a_table_are_as_they_were(setting: Setting) -> None:
    for name in ("prod/free", "elsewhere"):
        setting.push(name)
        answer = setting.pull(name=name)
        assert (200, None) == (answer.status, answer.headers.get("warning"))


def wait(seconds: float = limits.SIGNED_ONLY_REREAD_SECONDS) -> None:
    """Until the policy is looked at anew."""
    time.sleep(seconds + 0.2)


def test_another_policy_counts_as_soon_as_it_is_written(setting: Setting) -> None:
    digest = setting.push()
    setting.sign(digest)
    assert 200 == setting.pull().status
    setting.home.policy(statement(identities=("x509.subject: C=DE, ST=BE, O=Other",)))
    wait()
    assert "identity.no-match" == refused(setting.pull())
    setting.home.policy(statement())
    wait()
    assert 200 == setting.pull().status


def test_another_trust_store_counts_as_soon_as_it_is_written(setting: Setting) -> None:
    digest = setting.push()
    setting.sign(digest, chain=OTHER)
    assert 403 == setting.pull().status
    setting.home.trust("acme", OTHER.root)
    wait()
    assert 200 == setting.pull().status


@pytest.mark.parametrize("content", [None, "{", '{"version": "9"}'])
def test_a_policy_that_breaks_lets_nothing_pass(setting: Setting, content: str | None) -> None:
    digest = setting.push()
    setting.sign(digest)
    assert 200 == setting.pull().status
    if content is None:
        setting.policy.unlink()
    else:
        setting.policy.write_text(content)
    wait()
    code = refused(setting.pull())
    assert code.startswith(("policy.", "file.", "document."))
    setting.home.policy(statement())
    wait()
    assert 200 == setting.pull().status


@pytest.mark.parametrize("level", ["audit", "skip"])
def test_what_a_policy_only_lets_pass_is_not_accepted(setting: Setting, level: str) -> None:
    setting.home.policy(statement(level=level, scopes=(f"localhost/{NAME}",)))
    wait()
    digest = setting.push()
    assert 403 == setting.pull().status
    setting.sign(digest, chain=OTHER)
    assert refused(setting.pull()) in ("verdict.allowed-logged", "verdict.allowed-unchecked")


def test_scopes_name_the_registry_as_the_settings_do(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.trust("acme", CHAIN.root)
    policy = home.policy(statement(scopes=("registry.acme.example/prod/app",)))
    table = SignedOnly("*", "enforce", str(policy), str(home.notation), "registry.acme.example")
    with NamedRegistry(tmp_path / "registry", USERS, (table,)) as registry:  # type: ignore[arg-type]  # sets of words
        for name in (NAME, "prod/other"):
            simple.push_image(registry.wire("signer"), name)
        codes = [
            refused(registry.wire("reader").ask("GET", f"/v2/{name}/manifests/v1"))
            for name in (NAME, "prod/other")
        ]
    assert ["verdict.unsigned", "policy.no-statement"] == codes


def test_the_first_table_that_is_about_a_repository_counts() -> None:
    tables = tuple(
        SignedOnly(pattern, mode, "p", "t")  # type: ignore[arg-type]  # modes
        for pattern, mode in (("a/b", "off"), ("a/*", "enforce"), ("*", "warn"), ("c", "enforce"))
    )
    rules = Rules(tables)
    found = [rules.about(name) for name in ("a/b", "a/c", "a/b/c", "c")]
    assert [None, "enforce", "enforce", "warn"] == [one and one.mode for one in found]
    assert Rules(()).about("a") is None


def test_a_table_needs_a_policy_and_notation_s_a_trust_store(tmp_path: Path) -> None:
    for missing in (SignedOnly("*", "warn"), SignedOnly("*", "warn", "", "t")):
        with pytest.raises(CallerError) as caught:
            Rules([missing])
        assert "service.signed-only-incomplete" == caught.value.code
    Rules([SignedOnly("*", "off")])
    policy = Home(tmp_path / "home").policy(statement())
    with pytest.raises(CallerError) as caught:
        Policies([SignedOnly("*", "enforce", str(policy))])
    assert "service.signed-only-incomplete" == caught.value.code


def test_tables_are_read_from_the_file(tmp_path: Path) -> None:
    file = tmp_path / "serve.toml"
    file.write_text('[[signed_only]]\npattern = "a/*"\nmode = "warn"\npolicy = "/p"\ntrust_store = "/t"\n')
    (table,) = load(file, {}).signed_only
    assert SignedOnly("a/*", "warn", "/p", "/t") == table
    file.write_text('[[signed_only]]\npattern = "a"\nmode = "warn"\npolicy = "p/q"\ntrust_store = "t"\n')
    (table,) = load(file, {}).signed_only
    assert SignedOnly("a", "warn", str(tmp_path / "p/q"), str(tmp_path / "t")) == table
    file.write_text('[[signed_only]]\npattern = "a/*"\nmode = "perhaps"\n')
    with pytest.raises(DocumentError):
        load(file, {})


@pytest.mark.parametrize("content", [None, "{"])
def test_the_service_does_not_start_with_a_policy_that_it_cannot_read(
    tmp_path: Path, content: str | None
) -> None:
    policy = tmp_path / "trustpolicy.json"
    if content is not None:
        policy.write_text(content)
    configuration = msgspec.structs.replace(
        Configuration.on(tmp_path / "folder"),
        signed_only=(SignedOnly("*", "enforce", str(policy), str(tmp_path)),),
    )
    for _ in range(2):  # the folder is let go
        with pytest.raises((StorageError, DocumentError)):
            Server(configuration, print)
    found = checking.problems(configuration, print)
    assert all(isinstance(one, SealwrightError) for one in found)
    assert 1 == len(found)


def test_the_service_warns_by_its_settings(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.trust("acme", CHAIN.root)
    table = SignedOnly("a", "warn", str(home.policy(statement())), str(home.notation))
    configuration = msgspec.structs.replace(Configuration.on(tmp_path / "folder"), signed_only=(table,))
    with Registry(configuration) as registry:
        wire = Wire(registry.address)
        for name in ("a", "b"):
            simple.push_image(wire, name)
        assert "warning" in wire.ask("GET", "/v2/a/manifests/v1").headers
        assert "warning" not in wire.ask("GET", "/v2/b/manifests/v1").headers


def test_accounts_without_the_sign_right_get_what_is_accepted(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.trust("acme", CHAIN.root)
    table = SignedOnly("prod/*", "enforce", str(home.policy(statement())), str(home.notation))
    configuration = msgspec.structs.replace(Configuration.on(tmp_path / "folder"), signed_only=(table,))
    storage = Storage.open(configuration.storage)
    for name, rights in USERS.items():
        accounts.add_user(storage.database, "test", name, "correct horse")
        grants.grant(storage.database, "test", name, "*", rights["*"])  # type: ignore[arg-type]  # words
    storage.close()
    with Registry(configuration) as registry:
        signer, reader = (
            Wire(registry.address, as_user(name, "correct horse")) for name in ("signer", "reader")
        )
        simple.push_image(signer, NAME)
        simple.push_image(signer, "free")
        assert 200 == signer.ask("GET", f"/v2/{NAME}/manifests/v1").status
        assert "verdict.unsigned" == refused(reader.ask("GET", f"/v2/{NAME}/manifests/v1"))
        assert 200 == reader.ask("GET", "/v2/free/manifests/v1").status
        answer = Wire(registry.address).ask("GET", "/v2/")
        assert (401, "1") == (answer.status, answer.headers["x-registry-supports-signatures"])


@pytest.mark.peer("postgres", "versitygw")
def test_a_signature_counts_at_once_on_every_replica(storages: Storages, tmp_path: Path) -> None:
    settings = storages.settings("shared")
    setting = Setting(tmp_path, settings)
    try:
        with NamedRegistry(settings, USERS, setting.tables) as other:  # type: ignore[arg-type]  # sets of words
            there = other.wire("reader")

            def both() -> list[int]:
                path = f"/v2/{NAME}/manifests/v1"
                return [setting.pull().status, there.ask("GET", path).status]

            digest = setting.push()
            assert [403, 403] == both()
            for _ in range(3):
                signature = setting.sign(digest)
                assert [200, 200] == both()
                path = f"/v2/{NAME}/manifests/{signature}?reason=x"
                assert 202 == other.wire("signer").ask("DELETE", path).status
                assert [403, 403] == both()
    finally:
        setting.registry.stop()


def test_many_who_ask_at_once_wait_for_one_verdict(setting: Setting) -> None:
    digest = setting.push()
    setting.sign(digest)
    reader = Caller("reader", "user", (Grant("*", frozenset({"pull"})),))
    found = Found(digest, media_types.IMAGE_MANIFEST, 1)
    gate = setting.registry.gate

    async def ask() -> tuple[int, list[str | None]]:
        await gate.admit("prod/free", found, reader)
        asking = [asyncio.create_task(gate.admit(NAME, found, reader)) for _ in range(50)]
        while not gate._judging:  # noqa: ASYNC110  # what is waited for is a turn of the loop
            await asyncio.sleep(0)
        return len(gate._judging), await asyncio.gather(*asking)

    assert (1, [None] * 50) == asyncio.run(ask())
    assert ({}, 1) == (gate._judging, len(gate._judged))


def test_verdicts_are_remembered_up_to_a_bound(setting: Setting) -> None:
    setting.registry.gate._most = 3
    for number in range(5):
        setting.push(tag=f"v{number}", number=str(number))
        assert 403 == setting.pull(f"v{number}").status
    assert 3 == len(setting.registry.gate._judged)
