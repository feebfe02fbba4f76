"""The client against a real registry and real layouts."""

import datetime as dt
import json
import socket
import threading
from pathlib import Path

import pytest

import sealwright
from api.conftest import POLICY, Stage
from sealwright import media_types
from world import images, pki
from world.home import Home, pem, statement
from world.hostile_registry import HostileRegistry, Reply
from world.token_service import TokenService


def test_a_signed_image_is_verified_with_policy_and_trust_in_memory(stage: Stage) -> None:
    verdict = sealwright.verify(stage.signed, policy=POLICY, trust=stage.trust)

    assert ("accepted", stage.signed) == (verdict.decision, verdict.pinned)
    assert "<policy in memory>" == verdict.policy.origin
    assert [True] == [report.counts for report in verdict.signatures]


def test_the_policy_may_be_a_file_its_bytes_a_dictionary_or_one_read_before(
    stage: Stage, tmp_path: Path
) -> None:
    content = json.dumps(POLICY).encode()
    file = tmp_path / "policy.json"
    file.write_bytes(content)

    for policy in (str(file), file, content, POLICY, sealwright.read_policy(content)):
        assert "accepted" == sealwright.judge(stage.signed, policy=policy, trust=stage.trust).decision
        with sealwright.Client(policy=policy, trust=stage.trust) as client:
            assert "accepted" == client.judge(stage.signed).decision


def test_without_policy_and_trust_the_folder_of_notation_decides(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sealwright.Client(folder=stage.home.notation) as client:
        verdict = client.verify(stage.signed)
        assert str(stage.home.notation / "trustpolicy.json") == verdict.policy.origin
    monkeypatch.setenv("HOME", str(stage.home.folder))
    assert stage.signed == sealwright.verify(stage.signed).pinned


def test_a_refused_image_raises_and_the_error_holds_the_verdict(stage: Stage) -> None:
    with pytest.raises(sealwright.RefusedError, match="the image has no signature") as caught:
        sealwright.verify(stage.unsigned, policy=POLICY, trust=stage.trust)

    judged = sealwright.judge(stage.unsigned, policy=POLICY, trust=stage.trust, thorough=True)
    assert ("refused", "verdict.unsigned") == (judged.decision, judged.reason)
    assert (judged.reason, judged.subject) == (caught.value.verdict.reason, caught.value.verdict.subject)


def test_an_allowed_image_is_not_verified(stage: Stage) -> None:
    repository = stage.signed.partition("@")[0]
    policy = {"version": "1.0", "trustPolicies": [statement(level="skip", scopes=(repository,))]}

    with pytest.raises(sealwright.RefusedError, match="allowed, not verified"):
        sealwright.verify(stage.signed, policy=policy, trust={})


def test_a_trust_store_that_was_not_given_refuses_for_good(stage: Stage) -> None:
    verdict = sealwright.judge(stage.signed, policy=POLICY, trust={})

    assert ("refused", "truststore.not-given", False) == (verdict.decision, verdict.reason, verdict.retryable)
    assert "the trust store ca:acme is not among those that were given" == verdict.sentence


def test_metadata_that_is_asked_for_must_be_signed(stage: Stage) -> None:
    with sealwright.Client(policy=POLICY, trust=stage.trust) as client:
        assert "accepted" == client.judge(stage.signed, metadata={"build": "42"}).decision
        refused = client.judge(stage.signed, metadata={"build": "43"})
    asked = sealwright.read_policy(POLICY, metadata={"build": "42"})
    both = sealwright.judge(stage.signed, policy=asked, trust=stage.trust, metadata={"commit": "1f0c"})

    assert ["artifact.metadata-missing"] * 2 == [refused.reason, both.reason]
    assert ["build", "commit"] == [refused.data["key"], both.data["key"]]


def test_a_policy_of_ones_own_decides_but_cannot_be_told_to_ask_for_metadata(stage: Stage) -> None:
    class Everything:
        language = "own"
        origin = "here"
        digest = sealwright.Digest.of(b"")

        def statement(self, subject: sealwright.Subject) -> object:
            return sealwright.read_policy(POLICY).statement(subject)

    policy: sealwright.Policy = Everything()  # type: ignore[assignment]  # what it gives is not public
    assert "own" == sealwright.verify(stage.signed, policy=policy, trust=stage.trust).policy.language
    with pytest.raises(sealwright.UsageError, match="a policy in the language own cannot"):
        sealwright.judge(stage.signed, policy=policy, trust=stage.trust, metadata={"a": "b"})


def test_a_change_in_the_folder_counts_at_once(stage: Stage, tmp_path: Path) -> None:
    home = Home(tmp_path / "someone")
    with sealwright.Client(folder=home.notation) as client:
        with pytest.raises(sealwright.UsageError, match="there is no trust policy"):
            client.judge(stage.signed)
        home.policy(statement(stores=("ca:acme",)))
        assert "truststore.absent" == client.judge(stage.signed).reason
        home.trust("acme", stage.chain.root)
        assert "accepted" == client.judge(stage.signed).decision
        (home.notation / "truststore/x509/ca/acme/0.pem").unlink()
        assert "truststore.empty" == client.judge(stage.signed).reason


def test_images_are_signed_listed_and_inspected(stage: Stage) -> None:
    image = images.push(f"{stage.registry.local}/fresh", "v1")
    signed_at = dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC)
    notices: list[sealwright.Event] = []

    with sealwright.Client(
        folder=stage.home.notation, clock=lambda: signed_at, events=notices.append
    ) as client:
        signed = client.sign(image, envelope="cose", expires_in=dt.timedelta(days=9), metadata={"a": "b"})
        listing = client.list_signatures(image)
        inspected = client.inspect(image)
        client.sign(image.partition("@")[0] + ":v1", "build")

    assert [signed.location] == [one.location for one in listing.signatures]
    assert str(signed.subject.descriptor.digest) == image.partition("@")[2]
    ((location, summary),) = inspected.signatures
    assert (signed.location, media_types.NOTARY_COSE) == (location, summary.envelope)
    assert (signed_at, signed_at + dt.timedelta(days=9)) == (summary.signing_time, summary.expiry)
    assert {"a": "b"} == summary.user_metadata
    assert ["signing.by-tag"] == [event.code for event in notices if isinstance(event, sealwright.Notice)]
    assert 2 == len(sealwright.list_signatures(image).signatures)
    assert (1, 1) == (
        len(sealwright.inspect(image, max_signatures=1).signatures),
        len(sealwright.inspect(image, max_signatures=1).beyond),
    )


def test_the_envelope_is_that_of_the_settings_unless_named(stage: Stage, tmp_path: Path) -> None:
    home = Home(tmp_path / "someone")
    home.add_key("build", stage.chain)
    (home.notation / "config.json").write_text('{"signatureFormat":"cose"}')
    image = images.push(f"{stage.registry.local}/settings", "v1")

    sealwright.sign(image, folder=home.notation)
    sealwright.sign(image, envelope="jws", folder=home.notation)

    kinds = [summary.envelope for _, summary in sealwright.inspect(image).signatures]
    assert sorted([media_types.NOTARY_COSE, media_types.NOTARY_JWS]) == sorted(kinds)
    with pytest.raises(sealwright.UsageError, match="no kind of envelope called 'xml'"):
        sealwright.sign(image, envelope="xml", folder=home.notation)  # type: ignore[arg-type]  # found out


def test_a_signer_of_ones_own_signs(stage: Stage) -> None:
    image = images.push(f"{stage.registry.local}/hsm", "v1")
    asked: list[str] = []

    class Hsm:
        certificates = stage.chain.certificates

        def sign(self, message: bytes, algorithm: sealwright.Algorithm) -> bytes:
            asked.append(algorithm.name)
            return stage.chain.sign(message, algorithm)

    signed = sealwright.sign(image, Hsm())

    assert ["ECDSA-SHA-256"] == asked
    verdict = sealwright.verify(image, policy=POLICY, trust=stage.trust)
    assert [signed.location] == [report.location for report in verdict.signatures]


def test_a_signer_that_signs_wrongly_signs_nothing(stage: Stage) -> None:
    class Broken:
        certificates = stage.chain.certificates

        def sign(self, message: bytes, algorithm: sealwright.Algorithm) -> bytes:
            return stage.chain.sign(message + b"!", algorithm)

    with pytest.raises(sealwright.SealwrightError):
        sealwright.sign(stage.unsigned, Broken())

    assert () == sealwright.list_signatures(stage.unsigned).signatures


def test_a_key_is_opened_by_its_passphrase(stage: Stage, tmp_path: Path) -> None:
    home = Home(tmp_path / "someone")
    home.add_key("locked", stage.chain, passphrase=b"sesame")
    image = images.push(f"{stage.registry.local}/locked", "v1")

    with sealwright.Client(folder=home.notation) as client:
        with pytest.raises(sealwright.DocumentError, match=r"locked\.key: a passphrase is needed"):
            client.sign(image, "locked")
        client.sign(image, "locked", passphrase="sesame")
        client.sign(image, "locked", passphrase=b"sesame")
        with pytest.raises(sealwright.KeyUnavailableError, match="no key named 'other'"):
            client.sign(image, "other")
    key, certificates = (home.notation / "localkeys" / f"locked.{ending}" for ending in ("key", "crt"))
    for signer in (
        sealwright.load_signer(key, certificates, passphrase="sesame"),
        sealwright.load_signer(str(key), certificates.read_bytes(), passphrase=b"sesame"),
        sealwright.load_signer(key.read_bytes(), stage.chain.certificates, passphrase="sesame"),
    ):
        assert stage.chain.certificates == tuple(signer.certificates)
        sealwright.sign(image, signer)
    assert 5 == len(sealwright.list_signatures(image).signatures)


def test_keys_that_cannot_be_used_are_refused_before_they_sign(stage: Stage, tmp_path: Path) -> None:
    home = Home(tmp_path / "someone")
    home.add_key("build", stage.chain)
    key = home.notation / "localkeys/build.key"

    with pytest.raises(sealwright.KeyUnavailableError, match="does not belong to the certificate"):
        sealwright.load_signer(key, pem(*pki.chain("ec384").certificates))
    with pytest.raises(sealwright.MalformedContentError):
        sealwright.load_signer(key, [])
    with pytest.raises(sealwright.StorageError, match="there is no file"):
        sealwright.load_signer(tmp_path / "none.key", stage.chain.certificates)


def test_an_index_is_signed_with_everything_in_it(stage: Stage, tmp_path: Path) -> None:
    layout = f"oci:{tmp_path}/layout"
    images.make_layout(tmp_path / "layout", "v1")

    made = sealwright.Client(folder=stage.home.notation).sign_recursively(f"{layout}:v1", legacy=True)

    assert 1 == len(made)
    assert 1 == len(sealwright.list_signatures(f"{layout}:v1").signatures)


def test_a_layout_is_verified_offline_under_a_name(stage: Stage, tmp_path: Path) -> None:
    images.make_layout(tmp_path / "layout", "v1")
    layout = f"oci:{tmp_path}/layout:v1"
    sealwright.sign(layout, folder=stage.home.notation)
    scoped = statement(scopes=("registry.example/net-monitor",))
    policy = {"version": "1.0", "trustPolicies": [scoped]}

    with sealwright.Client(policy=policy, trust=stage.trust) as client:
        assert "policy.no-statement" == client.judge(layout).reason
        verdict = client.verify(layout, scope="registry.example/net-monitor")
        assert 1 == len(client.inspect(layout).signatures)

    assert "registry.example/net-monitor" == verdict.subject.name


def test_one_client_serves_many_threads_over_shared_connections(stage: Stage) -> None:
    decisions: list[str] = []
    with sealwright.Client(policy=POLICY, trust=stage.trust) as client:

        def work(image: str) -> None:
            decisions.append(client.judge(image).decision)

        threads = [
            threading.Thread(target=work, args=(image,)) for image in (stage.signed, stage.unsigned) * 8
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert {"accepted": 8, "refused": 8} == {word: decisions.count(word) for word in set(decisions)}


def test_each_call_has_the_whole_time_and_no_more() -> None:
    with HostileRegistry() as registry, sealwright.Client(timeout=0.4, trust={}) as client:
        registry.on("HEAD /v2/slow/manifests/v1", Reply(200, delay=5))
        registry.on("HEAD /v2/gone/manifests/v1", Reply(404))
        for _ in range(3):
            with pytest.raises(sealwright.NotFoundError):
                client.list_signatures(f"{registry.address}/gone:v1")
            threading.Event().wait(0.2)
        with pytest.raises(sealwright.NetworkError) as caught:
            client.list_signatures(f"{registry.address}/slow:v1")

    assert caught.value.retryable


@pytest.mark.parametrize("form", ["mapping", "function"])
def test_credentials_are_those_of_the_registry(form: str) -> None:
    asked: list[tuple[str, str]] = []
    with HostileRegistry() as registry:
        TokenService(registry)
        registry.on("HEAD /v2/private/manifests/v1", Reply(404))
        host = registry.address

        def find(domain: str, path: str) -> tuple[str, str] | None:
            asked.append((domain, path))
            return ("alice", "wonderland") if domain == host else None

        credentials = find if form == "function" else {host: ("alice", "wonderland"), "other": ("x", "y")}
        with sealwright.Client(credentials=credentials) as client, pytest.raises(sealwright.NotFoundError):
            client.list_signatures(f"{host}/private:v1")
        wrong = {"other.example": ("alice", "wonderland")}
        with sealwright.Client(credentials=wrong) as client, pytest.raises(sealwright.AccessDeniedError):
            client.list_signatures(f"{host}/private:v1")

    assert ([(host, "private")] if form == "function" else []) == asked[:1]


def test_a_closed_client_says_so(stage: Stage) -> None:
    client = sealwright.Client()
    client.close()

    with pytest.raises(sealwright.UsageError, match="the client is closed"):
        client.list_signatures(stage.signed)


def test_nothing_is_asked_before_the_first_call(tmp_path: Path) -> None:
    with socket.socket() as nobody, sealwright.Client(folder=tmp_path / "none", timeout=1) as client:
        nobody.bind(("127.0.0.1", 0))
        with pytest.raises(sealwright.NetworkError):
            client.list_signatures(f"127.0.0.1:{nobody.getsockname()[1]}/a:v1")


@pytest.mark.parametrize("number", [0, -1, 10_001])
def test_numbers_out_of_range_are_refused(stage: Stage, number: int) -> None:
    for call in (sealwright.judge, sealwright.inspect):
        with pytest.raises(sealwright.UsageError, match=f"max_signatures is {number}"):
            call(stage.signed, max_signatures=number)


def test_a_clock_without_a_zone_is_refused(stage: Stage) -> None:
    naive = dt.datetime(2026, 11, 20, 12)  # noqa: DTZ001  # the point of the test

    with pytest.raises(sealwright.UsageError, match="has no time zone"):
        sealwright.judge(stage.signed, policy=POLICY, trust=stage.trust, clock=lambda: naive)


def test_a_faulty_policy_is_refused_when_the_client_is_made() -> None:
    with pytest.raises(sealwright.DocumentError) as caught:
        sealwright.Client(policy=b'{"version":"9"}')

    assert "<policy in memory>" == caught.value.file
