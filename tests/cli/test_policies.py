"""`seal policy lint`, `explain` and `test` on policies of skopeo and podman."""

from collections.abc import Callable
from pathlib import Path

import pytest

from world.containers import ACCEPT, REJECT, policy, signed_by
from world.openpgp_keys import Key
from world.seal import Ended, seal

ALICE, BOB = Key.ed25519("Alice <alice@example.com>"), Key.ed25519("Bob <bob@example.com>")
Put = Callable[[str, bytes | str], Path]


@pytest.fixture
def put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Put:
    """Writes a file below the folder that is the system's root, and gives its path."""
    monkeypatch.setenv("SEALWRIGHT_ROOT", str(tmp_path))

    def write(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def lint(*arguments: object, code: int = 0) -> Ended:
    ended = seal("policy", "lint", *arguments)
    assert code == ended.code, ended
    return ended


def test_a_good_policy_is_called_good(put: Put) -> None:
    key = put("alice.gpg", ALICE.public())
    file = put("any.json", policy(docker={"r.example/app": [signed_by(keyPath=str(key))]}))

    assert f"{file}: good, a default and 1 scope(s)\n" == lint(file).out


def test_every_problem_of_a_broken_policy_is_told_with_its_place(put: Put) -> None:
    file = put("p.json", b'{"default":[{"type":"rejct"}],\n"Transports":{}}')

    told = lint(file, code=2).err

    assert f'error: {file}:1:14: a requirement has the unknown type "rejct"; did you mean "reject"?' in told
    assert f'error: {file}:2:1: the member "Transports" is unknown here; did you mean "transports"?' in told


def test_findings_name_file_line_column_and_the_fix(put: Put) -> None:
    requirements = [signed_by(keyPath="/none.gpg"), signed_by(keyPath=str(put("empty.gpg", b"")))]
    file = put("p.json", policy(docker={"busybox": requirements}))

    told = lint(file, code=2).out

    assert f'{file}:9:4: error: no image ever has the scope "busybox"' in told
    assert '  hint: write "docker.io/library/busybox"' in told
    assert f'{file}:9:4: warning: docker "busybox" asks for 2 signatures' in told
    assert f"{file}:10:5: error: the key /none.gpg is not there" in told
    assert f"{file}:15:5: error: the file {requirements[1]['keyPath']} holds no OpenPGP public key" in told
    assert f"{file}: bad, a default and 1 scope(s)" in told


def test_warnings_fail_only_where_that_is_asked_for(put: Put) -> None:
    file = put("p.json", policy(REJECT, ACCEPT))

    assert "warning: default rejects everything" in lint(file).out
    lint(file, "--strict", code=2)


def test_what_a_named_client_refuses_is_an_error(put: Put) -> None:
    file = put("p.json", policy(signed_by(keyPath=None, keyPaths=[str(put("a.gpg", ALICE.public()))])))

    assert "note: clients before containers/image 5.22 (skopeo 1.9, podman 4.2) refuse" in lint(file).out
    lint(file, "--client", "skopeo-1.9")
    told = lint(file, "--client", "skopeo-1.8", "--client", "podman 4.1", code=2).out
    assert "skopeo 1.8 and podman 4.1 will refuse the whole policy: keyPaths is known since" in told
    assert "[usage.client-unknown]" in lint(file, "--client", "docker", code=2).err


def test_findings_come_as_json_too(put: Put) -> None:
    file = put("p.json", policy(docker={"busybox": [REJECT]}))

    (one,) = lint(file, "-o", "json", code=2).json["findings"]

    assert ("error", "lint.scope-never", str(file), 9, 4) == tuple(
        one[name] for name in ("level", "code", "file", "line", "column")
    )
    assert one["sentence"]
    assert 'write "docker.io/library/busybox"' == one["hint"]


def test_without_a_path_all_that_is_in_force_is_looked_at(put: Put) -> None:
    assert "[policy.none-present]" in lint(code=2).err
    assert "[policy.absent]" in lint("--policy", "notation", code=2).err

    containers = put("etc/containers/policy.json", policy())
    assert f"{containers}: good, a default and 0 scope(s)\n" == lint().out

    put("etc/containers/registries.d/a.yaml", "docker: {r.example: {lookside: x}}")
    folder = put(
        "etc/containers/registries.d/b.yaml", "default-docker:\n  lookaside: https://store.example\n"
    ).parent
    told = lint().out
    assert (
        f"{folder}/a.yaml:1:22: warning: clients pass over the key 'lookside' in silence; did you mean"
        in told
    )
    assert f'{folder}/a.yaml:1:10: warning: docker "r.example" says nothing' in told
    assert f"{folder}: good, 2 file(s), 1 scope(s)" in told

    put("home/.config/notation/trustpolicy.json", NOTATION)
    told = lint().out
    assert "trustpolicy.json: good, 1 statement(s)" in told
    assert str(containers) in told
    assert "statement(s)" not in lint("--policy", "containers").out


NOTATION = (
    '{"version":"1.0","trustPolicies":[{"name":"n","registryScopes":["r.example/app"],"signatureVerification":{"level":"strict"},'
    '"trustStores":["ca:a"],"trustedIdentities":["*"]}]}'
)


@pytest.mark.parametrize(
    ("section", "code", "level"),
    [
        ("lookaside: ftp://x", "lint.address-scheme", "error"),
        ("lookaside: /srv/store", "lint.address-scheme", "error"),
        ("lookaside: 'https://[x'", "lint.address-scheme", "error"),
        ("lookaside: https://x, lookaside-staging: https://x", "lint.not-written", "error"),
        ("lookaside: https://x", "lint.not-written", "note"),
        ("lookaside: 'https://u:p@x', lookaside-staging: file:///s", "lint.address-secret", "warning"),
        ("lookaside: 'http://x', lookaside-staging: file:///s", "lint.address-plain", "warning"),
        ("lookaside-staging: file:///s", "lint.read-elsewhere", "note"),
        ("sigstore: file:///s", "lint.old-name", "note"),
        ("", "lint.says-nothing", "warning"),
    ],
)
def test_sections_of_registries_d_that_hardly_do_what_was_meant_are_told(
    put: Put, section: str, code: str, level: str
) -> None:
    file = put("rd/a.yaml", f"docker:\n  r.example: {{{section}}}\n")

    for path in (file, file.parent):
        (one,) = lint(path, "-o", "json", code=2 if level == "error" else 0).json["findings"]
        assert (code, level, 2, 3) == (one["code"], one["level"], one["line"], one["column"])
        assert "<" not in one["sentence"]


def test_scopes_and_names_of_registries_d_are_looked_at(put: Put) -> None:
    file = put(
        "rd/a.yaml",
        "docker:\n  busybox: {lookaside: file:///s}\n  docker.io/x: {lookaside: file:///s}\n---\n{}\n",
    )

    told = lint(file, "--client", "skopeo 1.8", code=2).out

    assert f'{file}:2:3: error: no image ever has the scope "busybox"' in told
    assert f"{file}:2:3: error: clients before containers/image 5.22" in told
    assert f'{file}:3:3: warning: the scope "docker.io/x" is only about repositories below it' in told
    assert f"{file}:5:1: warning: what stands behind the line ---" in told


def test_a_broken_file_of_registries_d_ends_it(put: Put) -> None:
    file = put("rd/a.yaml", "docker: []")

    assert f"error: {file}:1:9: docker must be a mapping [registries_d.wrong-type]" in lint(file, code=2).err


def test_explain_tells_which_scope_decides_and_what_it_asks(put: Put) -> None:
    remap = {"type": "remapIdentity", "prefix": "r.example", "signedPrefix": "vendor.example"}
    requirements = [
        signed_by(keyPath="/a.gpg"),
        signed_by(keyPath=None, keyData="QUJD", signedIdentity=remap),
    ]
    file = put("etc/containers/policy.json", policy(docker={"r.example": requirements}))
    settings = put(
        "etc/containers/registries.d/a.yaml", "docker: {r.example: {lookaside: 'https://u:secret@x/s?t=1'}}"
    )

    told = seal("policy", "explain", "--offline", "r.example/app:v1")

    assert [
        f"r.example/app:v1: decided by {file}",
        "scopes of the transport docker, the first that is there decides:",
        '  "r.example/app:v1": not there',
        '  "r.example/app": not there',
        '  "r.example": line 9',
        "asked for, each of these 2:",
        "  1. a GPG signature by a key in /a.gpg, about exactly r.example/app:v1 (line 10)",
        "  2. a GPG signature by a key in the policy itself, about exactly vendor.example/app:v1 (line 15)",
        "  no key: there is no file of public keys /a.gpg",
        "  no key: there is no public key in key 1 of the policy itself",
        f'signatures beside the registry: https://x/s ({settings}:1: docker "r.example", lookaside)',
    ] == told.out.splitlines()

    as_json = seal("policy", "explain", "--offline", "-o", "json", "r.example/app:v1").json
    assert ["/a.gpg"] == as_json["explained"]["requirements"][0]["keys"]
    assert "secret" not in str(as_json)


@pytest.mark.parametrize(
    ("requirement", "words"),
    [
        (ACCEPT, "nothing: the image is allowed, not verified"),
        (REJECT, "every image is refused"),
        ({"type": "sigstoreSigned", "keyPath": "/k"}, "which this version does not verify"),
        (signed_by(keyType="X509Certificates"), "signedBy X509Certificates"),
        (
            signed_by(signedIdentity={"type": "matchRepository"}),
            "the repository docker.io/library/busybox, with any",
        ),
        (
            signed_by(signedIdentity={"type": "exactReference", "dockerReference": "a.b/c:d"}),
            "exactly a.b/c:d",
        ),
        (
            signed_by(signedIdentity={"type": "exactRepository", "dockerRepository": "a.b/c"}),
            "repository a.b/c, with",
        ),
        (signed_by(keyPath=None, keyPaths=[]), "a key in no file"),
    ],
)
def test_explain_says_in_words_what_a_requirement_asks(
    put: Put, requirement: dict[str, object], words: str
) -> None:
    file = put("p.json", policy(requirement))

    told = seal("policy", "explain", "--offline", "--policy-file", file, "busybox").out

    assert "  default of the policy: line 2" in told
    assert words in told


def test_explain_knows_images_by_digest_and_in_folders(put: Put) -> None:
    exact = {"type": "exactRepository", "dockerRepository": "a.b/c"}
    scopes = {"": [signed_by()], "/nowhere": [signed_by(signedIdentity=exact)]}
    file = put("p.json", policy(signed_by(), oci=scopes))
    digest = f"sha256:{'a' * 64}"

    told = seal("policy", "explain", "--offline", "--policy-file", file, f"r.example/app@{digest}").out
    assert f'  "r.example/app@{digest}": not there' in told
    assert "about the repository r.example/app, with any tag or digest (" in told

    assert (
        '  "/nowhere": line 18'
        in seal("policy", "explain", "--offline", "--policy-file", file, "oci:/nowhere/x").out
    )
    told = seal("policy", "explain", "--offline", "--policy-file", file, "oci:/elsewhere").out
    assert "about a name that no signature can have" in told


def test_explain_knows_policies_of_notation(put: Put) -> None:
    file = put("trust.json", NOTATION)

    told = seal("policy", "explain", "--offline", "--policy-file", file, "r.example/app:v1").out

    assert f"r.example/app:v1: the statement 'n' of {file} decides" in told
    assert f'asked for: {file}:1: statement "n", level strict' in told
    assert (
        "[policy.no-statement]"
        in seal("policy", "explain", "--offline", "--policy-file", file, "r.example/b").err
    )


def expectations(put: Put) -> Path:
    put("alice.gpg", ALICE.public())
    put("both.gpg", ALICE.public() + BOB.public())
    scopes = {
        "r.example/app": [signed_by(keyPath=str(put("keys/a.gpg", ALICE.public())))],
        "r.example/free": [ACCEPT],
        "r.example/strict": [
            signed_by(keyPath=str(put("keys/b.gpg", BOB.public()))),
            signed_by(
                keyPath=str(put("keys/ab.gpg", ALICE.public() + BOB.public())),
                signedIdentity={"type": "matchRepository"},
            ),
        ],
        "r.example/lost": [signed_by(keyPath="/none.gpg")],
    }
    return put("policy.json", policy(docker=scopes))


def test_expected_decisions_are_tried_without_any_image(put: Put) -> None:
    expectations(put)
    file = put(
        "expected.yaml",
        f"""policy: policy.json
tests:
  - {{image: r.example/app:v1, signed: [{{by: alice.gpg}}], expect: accepted}}
  - {{image: "docker://r.example/app:v1", signed: [{{by: alice.gpg}}], expect: accepted}}
  - image: r.example/app
    signed: [{{by: {BOB.fingerprint}}}]
    expect: refused
    reason: integrity.key-unknown
  - image: r.example/app:v1
    signed: [{{by: "{ALICE.fingerprint.lower()}", as: r.example/app:v2}}]
    expect: refused
    reason: identity.other-name
  - {{image: r.example/app:v1, expect: refused, reason: verdict.unsigned}}
  - {{image: r.example/free, expect: allowed}}
  - {{image: r.example/other, expect: refused, reason: verdict.rejected}}
  - {{image: "r.example/strict:v1", signed: [{{by: alice.gpg}}], expect: refused}}
  - {{image: "r.example/strict:v1", signed: [{{by: {BOB.fingerprint}}}], expect: accepted}}
  - image: r.example/strict:v1
    signed:
      - {{by: "{BOB.fingerprint}"}}
      - {{by: alice.gpg, as: "r.example/strict:v2"}}
    expect: accepted
  - {{image: "r.example/lost:v1", signed: [{{by: alice.gpg}}], expect: refused, reason: keyring.file-absent}}
  - {{image: "oci:/srv/app", signed: [{{by: alice.gpg}}], expect: refused}}
""",
    )

    ended = seal("policy", "test", file)

    assert (0, f"{file.parent}/policy.json: 12 of 12 as expected\n") == (ended.code, ended.out)


def test_what_is_not_as_expected_is_told_with_its_line(put: Put) -> None:
    other = expectations(put)
    put("etc/containers/policy.json", policy(ACCEPT))
    file = put(
        "expected.yaml",
        "tests:\n- image: r.example/app:v1\n  expect: accepted\n- {image: x, expect: allowed}\n",
    )

    in_force = seal("policy", "test", file)
    named = seal("policy", "test", file, "--policy-file", other)

    assert 1 == in_force.code
    assert f"{file}:2: r.example/app:v1: expected accepted, and it is allowed: " in in_force.out
    assert "policy.json: 1 of 2 as expected" in in_force.out
    assert f"{other}: 0 of 2 as expected" in named.out
    (first, _) = seal("policy", "test", "-o", "json", file).json["tests"]
    assert (2, False, "accepted", "allowed") == (
        first["line"],
        first["good"],
        first["expected"],
        first["decision"],
    )


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("", 1, "required field `tests`"),
        ("tests: [", 1, "expected the node content"),
        ("tests: 1", 1, "Expected `array`"),
        ("- a", 1, "Expected `object`"),
        ("test: []", 1, "unknown field `test`"),
        ("tests:\n- {image: a}", 2, "required field `expect`"),
        (
            "tests:\n- {image: a, expect: refused}\n- {image: a, expect: denied}",
            3,
            "Invalid enum value 'denied'",
        ),
        ("tests:\n- {image: a, expect: refused, sign: x}", 2, "unknown field `sign`"),
        ("tests:\n- {image: &a a, expect: *a}", 2, "too many aliases"),
        ("tests:\n- {image: a, expect: accepted, signed: [{by: none.gpg}]}", 2, "no fingerprint"),
        ("tests:\n- {image: a, expect: accepted, signed: [{by: both.gpg}]}", 2, "holds 2 keys"),
    ],
)
def test_a_file_of_tests_that_cannot_be_used_is_refused_with_its_line(
    put: Put, content: str, line: int, words: str
) -> None:
    expectations(put)
    file = put("expected.yaml", content)

    ended = seal("policy", "test", file, "--policy-file", put("p.json", policy()))

    assert 2 == ended.code
    assert f"error: {file}:{line}:" in ended.err
    assert words in ended.err


def test_policies_of_notation_cannot_be_tried(put: Put) -> None:
    file = put("expected.yaml", "tests: []")
    trust = put("trust.json", NOTATION)

    assert 2 == seal("policy", "test", file, "--policy-file", trust).code
