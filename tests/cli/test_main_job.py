import json
from pathlib import Path

import jsonschema
import pytest

from cli.conftest import SUBJECT, good, make_image
from sealwright.repositories.layout import open_directory
from world.seal import seal


def test_sign_then_verify_in_a_registry(image: str) -> None:
    signed = good(seal("sign", image))
    verified = good(seal("verify", image))

    name, _, digest = signed.out.split()[1].partition("@")
    assert image == f"{name}:v1"
    assert "the tag v1 can be moved" in signed.err.replace(",", "")
    assert f"✓ {name}@{digest.rstrip(',')}" in verified.out
    assert 'accepted: signed by CN=build,O=Acme,ST=WA,C=US, as the statement "default" asks' in verified.out
    assert "ECDSA-SHA-256, JWS" in verified.out
    assert "" == verified.err


@pytest.mark.parametrize("form", [(), ("--legacy",)])
def test_sign_then_verify_in_a_layout(layout: str, home: Path, form: tuple[str, ...]) -> None:
    good(seal("sign", "--signature-format", "cose", "-e", "90d", "-m", "build=42", *form, layout))

    verified = good(seal("verify", "--scope", "registry.example/net-monitor", "-m", "build=42", layout))

    assert "✓ registry.example/net-monitor@sha256:" in verified.out
    assert "ECDSA-SHA-256, COSE" in verified.out
    assert "build=42" in verified.out
    assert ", expires 20" in verified.out


def test_an_unsigned_image_is_refused(image: str) -> None:
    refused = seal("verify", image)

    assert 1 == refused.code
    assert "refused: the image has no signature" in refused.out
    assert "next: have it signed" in refused.out


def test_missing_metadata_is_refused_by_name(image: str) -> None:
    good(seal("sign", "-m", "build=41", image))

    refused = seal("verify", "-m", "build=42", image)

    assert 1 == refused.code
    assert "build=42" in refused.out


def test_the_json_of_a_verdict_names_everything(image: str) -> None:
    good(seal("sign", image))

    found = good(seal("verify", "--output", "json", image)).json

    assert ("accepted", "verdict.accepted", "default") == (
        found["decision"],
        found["reason"],
        found["statement"],
    )
    assert image.removesuffix(":v1") == found["subject"]["name"]
    assert "sha256:" in found["subject"]["descriptor"]["digest"]
    (signature,) = found["signatures"]
    (judgement,) = signature["judgements"]
    assert judgement["counts"]
    assert ["parse", "integrity", "artifact", "authenticity", "identity"] == [
        check["name"] for check in judgement["checks"][:5]
    ]


def test_several_images_are_verified_side_by_side_with_a_summary(image: str, layout: str) -> None:
    good(seal("sign", image))

    mixed = seal("verify", image, "-", layout, typed=f"# comment\n\n{image}-gone\n")
    as_json = seal("verify", "--output", "json", image, f"{image}-gone")

    assert 3 == mixed.code
    assert "holds nothing under v1-gone" in mixed.out
    rows = [line.split()[:2] for line in mixed.out.split("DECISION")[1].splitlines()[1:]]
    assert [["✓", "accepted"], ["✗", "unknown"], ["✗", "refused"]] == rows
    assert 3 == as_json.code
    assert "accepted" == as_json.json[0]["decision"]
    assert "registry.manifest-unknown" == as_json.json[1]["error"]["code"]


def test_no_names_on_standard_input_is_a_usage_error(home: Path) -> None:
    ended = seal("verify", "-", typed="\n# nothing\n")

    assert (2, "") == (ended.code, ended.out)
    assert "[usage.no-images]" in ended.err


def test_ls_and_inspect_show_what_is_there(image: str) -> None:
    good(seal("sign", "--signature-format", "jws", image))
    good(seal("sign", "--signature-format", "cose", "-m", "a=b", image))

    listed = good(seal("ls", "--output", "json", image)).json
    inspected = good(seal("inspect", "--output", "json", image)).json
    text = good(seal("inspect", image)).out

    locations = {signature["location"] for signature in listed["signatures"]}
    assert locations == {signature["location"] for signature in inspected["signatures"]}
    assert {"application/jose+json", "application/cose"} == {
        signature["summary"]["envelope"] for signature in inspected["signatures"]
    }
    for words in ("signer: CN=build,O=Acme,ST=WA,C=US", "a: b", "(none)", "size: ", "SHA-256: "):
        assert words in text
    assert all(f"notary {location}" in good(seal("ls", image)).out for location in locations)


def test_ls_and_inspect_of_an_unsigned_image(image: str) -> None:
    assert good(seal("ls", image)).out.endswith("no signatures\n")
    assert good(seal("inspect", image)).out.endswith("no signatures\n")


def test_the_limit_of_signatures_is_reported(image: str) -> None:
    for build in range(3):
        good(seal("sign", "-m", f"build={build}", image))

    accepted = good(seal("verify", "--max-signatures", "1", image))
    inspected = good(seal("inspect", "--max-signatures", "2", image))

    assert 2 == accepted.out.count("1 signatures had been looked at before it")
    assert 1 == inspected.out.count("not looked at, see --max-signatures")


def test_a_foreign_signature_does_not_hide_a_good_one(image: str, home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    good(seal("pki", "init", "--folder", other, "--subject", SUBJECT))
    good(seal("pki", "issue", "mallory", "--folder", other, "--add-key"))
    good(seal("sign", "--key", "mallory", image))
    foreign = seal("verify", image)
    good(seal("sign", "--key", "build", image))
    both = good(seal("verify", image))
    thorough = good(seal("verify", "--thorough", image))

    assert 1 == foreign.code
    assert "no certificate of the signature is in the trust stores ca:acme" in foreign.out
    assert 1 == both.out.count("  counts")
    assert 1 == both.out.count("not considered")
    assert "it announces certificates that no trust store of the statement holds" in both.out
    assert 1 == thorough.out.count("does not count")


def test_push_signs_and_pull_verifies_and_pins(
    layout: str, home: Path, registry: object, image: str, tmp_path: Path
) -> None:
    target = image.replace(":v1", "-signed:v1")

    pushed = good(seal("push", "--sign-by", "build", layout, target))
    pulled = good(seal("pull", "--verify", target, f"oci:{tmp_path}/pulled:v2"))
    refused = seal("pull", "--verify", image, f"oci:{tmp_path}/refused:v1")

    assert "copied " in pushed.out
    assert "signed " in pushed.out
    assert "copied\n" in pushed.err or "already there" in pushed.err
    assert "accepted: signed by" in pulled.err
    assert pulled.out.startswith(f"pulled {target.removesuffix(':v1')}@sha256:")
    assert 1 == refused.code
    assert "[verdict.unsigned]" in refused.err
    assert not (tmp_path / "refused").exists()
    assert 0 == seal("verify", "--scope", "a.example/b", f"oci:{tmp_path}/pulled:v2").code


def test_pull_without_verify_takes_no_policy(image: str, tmp_path: Path) -> None:
    ended = seal("pull", "--policy-file", tmp_path / "p.json", image, f"oci:{tmp_path}/x:v1")

    assert 2 == ended.code
    assert "--policy-file go with --verify" in ended.err
    assert good(seal("pull", image, f"oci-archive:{tmp_path}/x.tar:v1")).out.startswith("pulled ")


def test_copy_carries_signatures_and_can_leave_them(image: str, tmp_path: Path) -> None:
    good(seal("sign", image))
    there = image.replace(":v1", "-copy:v1")

    along = good(seal("copy", image, there))
    alone = good(seal("copy", "--referrers", "none", image, f"oci:{tmp_path}/alone:v1"))
    everything = good(seal("copy", "--referrers", "all", image, f"oci:{tmp_path}/all:v1"))

    assert "with 1 referrer(s)" in along.out
    assert "mounted from another repository" in along.err
    assert good(seal("verify", there)).out.startswith("✓")
    assert "referrer" not in alone.out
    assert "with 1 referrer(s)" in everything.out


def test_an_index_is_copied_with_its_children_and_signed_recursively(
    home: Path, tmp_path: Path, registry: object, image: str
) -> None:
    children = [make_image(tmp_path / "multi", tmp_path, tag) for tag in ("amd", "arm")]
    entries = [
        {"mediaType": child.media_type, "digest": str(child.digest), "size": child.size} for child in children
    ]
    kind = "application/vnd.oci.image.index.v1+json"
    content = json.dumps({"schemaVersion": 2, "mediaType": kind, "manifests": entries}).encode()
    with open_directory(str(tmp_path / "multi"), write=True) as layout:
        layout.push_manifest(content, kind, "all")
    target = image.replace(":v1", "-multi:all")

    good(seal("push", f"oci:{tmp_path}/multi:all", target))
    signed = good(seal("sign", "--recursive", target))

    assert 3 == signed.out.count("signed ")
    for child in children:
        assert 0 == seal("verify", f"{target.removesuffix(':all')}@{child.digest}").code
    assert 0 == seal("verify", target).code


def test_one_user_name_for_two_registries_is_refused(home: Path) -> None:
    images = "one.example/a:v1", "two.example/a:v1"

    for command in ("copy", "pull", "push", "verify", "sign"):
        ended = seal(command, "-u", "me", "-p", "secret", *images)
        assert (2, True) == (ended.code, "[credentials.two-registries]" in ended.err), command


@pytest.mark.parametrize("name", ["reg.example/UPPER:v1", "reg.example/a@sha256:12", "oci::v1", "a b"])
def test_names_that_cannot_be_read_are_usage_errors(layout: str, home: Path, name: str) -> None:
    for command in (("sign",), ("verify",), ("ls",), ("inspect",), ("copy", layout)):
        ended = seal(*command, name)

        assert 2 == ended.code, command
        assert ended.err.count("error: ") == 1
        assert "hint: " in ended.err


def test_signing_with_json_output_lists_what_was_signed(layout: str, home: Path) -> None:
    (record,) = good(seal("sign", "--output", "json", layout)).json

    assert layout.split(":")[1] == record["subject"]["name"]
    jsonschema.validate(record["signature"], {"pattern": "^sha256:[0-9a-f]{64}$"})


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("-e", "5"), "is not a duration"),
        (("-e", "0s"), "is not a duration"),
        (("-e", "99999999d"), "is not a duration"),
        (("-m", "novalue"), "is not KEY=VALUE"),
        (("-m", "a=1", "-m", "a=2"), "stands twice"),
        (("--signature-format", "pgp"), "is not one of"),
        (("--key", "nobody"), "there is no key named 'nobody'"),
        (("-m", "io.cncf.notary.x=1"), "reserved"),
    ],
)
def test_bad_wishes_for_a_signature_are_usage_errors(
    layout: str, home: Path, flags: tuple[str, ...], words: str
) -> None:
    ended = seal("sign", *flags, layout)

    assert 2 == ended.code
    assert words in ended.err
    assert "no signatures" in good(seal("ls", layout)).out


def test_without_a_policy_verify_says_how_to_make_one(layout: str, home: Path, notation: Path) -> None:
    (notation / "trustpolicy.json").unlink()

    ended = seal("verify", layout)

    assert 2 == ended.code
    assert "[policy.none-present]" in ended.err
    assert "seal policy init" in ended.err


def test_a_policy_without_a_statement_for_the_image_refuses(layout: str, home: Path, tmp_path: Path) -> None:
    narrow = tmp_path / "narrow.json"
    narrow.write_text(
        (home / ".config/notation/trustpolicy.json").read_text().replace('"*"\n', '"a.example/b"\n', 1)
    )
    good(seal("sign", layout))

    ended = seal("verify", "--policy-file", narrow, layout)

    assert 1 == ended.code
    assert "is about" in ended.out
    assert 0 == seal("verify", "--policy-file", narrow, "--scope", "a.example/b", layout).code


def test_a_skipped_image_is_allowed_and_never_exits_with_0(layout: str, home: Path, tmp_path: Path) -> None:
    skip = {"name": "s", "registryScopes": ["a.example/b"], "signatureVerification": {"level": "skip"}}
    file = tmp_path / "skip.json"
    file.write_text(json.dumps({"version": "1.0", "trustPolicies": [skip]}))

    ended = seal("verify", "--policy-file", file, "--scope", "a.example/b", layout)

    assert 1 == ended.code
    assert "~ a.example/b@sha256:" in ended.out
    assert "allowed, not verified" in ended.out


def test_an_audit_with_an_unknown_signer_is_allowed_and_logged(
    layout: str, home: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    good(seal("pki", "init", "--folder", other, "--subject", SUBJECT))
    good(seal("pki", "issue", "mallory", "--folder", other, "--add-key"))
    good(seal("sign", "--key", "mallory", layout))
    policy = json.loads((home / ".config/notation/trustpolicy.json").read_text())
    policy["trustPolicies"][0]["signatureVerification"]["level"] = "audit"
    file = tmp_path / "audit.json"
    file.write_text(json.dumps(policy))

    ended = seal("verify", "--policy-file", file, layout)

    assert 1 == ended.code
    assert "allowed: no signer is proven" in ended.out
    assert "(only logged)" in ended.out


def test_nothing_that_an_image_says_moves_the_cursor(layout: str, home: Path) -> None:
    good(seal("sign", "-m", "build=\x1b[2J\rfake", layout))

    for command in ("verify", "inspect"):
        said = good(seal(command, layout)).out
        assert "\x1b" not in said
        assert "\\x1b[2J\\rfake" in said


def test_a_target_without_a_tag_is_the_latest_and_one_with_another_digest_is_refused(
    layout: str, image: str
) -> None:
    bare = image.removesuffix(":v1") + "-bare"
    other = f"{bare}@sha256:{'0' * 64}"

    pushed = good(seal("push", layout, bare))
    refused = seal("push", layout, other)
    pinned = f"{bare}@{pushed.out.split('@')[1].strip()}"

    assert good(seal("ls", f"{bare}:latest")).out.startswith(pinned)
    assert (2, True) == (refused.code, "[usage.other-digest]" in refused.err)
    assert 0 == seal("push", layout, pinned).code
    assert "the tag latest can be moved" in good(seal("sign", bare)).err
