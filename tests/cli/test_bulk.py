import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sealwright import limits, media_types
from sealwright import manifest as manifests
from sealwright.descriptor import Descriptor, Platform
from world import images, notary, pki
from world.fleet import Fleet, fleet
from world.home import Done, Home
from world.hostile_registry import HostileRegistry, Reply
from world.registry import free_port
from world.rough_front import RoughFront
from world.seal import seal
from world.terminal import at_terminal
from world.token_service import TokenService

IMAGES = 60


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with fleet(tmp_path_factory.mktemp("bulk"), IMAGES) as made:
        yield made


def verify(many: Fleet, *arguments: object, typed: str = "") -> Done:
    with many.home._environment({}):
        ended = seal("verify", *arguments, typed=typed)
    return Done(ended.code, ended.out, ended.err)


def lines(done: Done) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.out.splitlines()]


def reasons(done: Done) -> list[str]:
    return [json.loads(line)["verdict"]["reason"] for line in done.out.splitlines()]


def test_json_lines_come_in_the_order_of_the_names(many: Fleet) -> None:
    done = verify(many, "--output", "jsonl", *many.names())

    assert (1, many.reasons()) == (done.status, reasons(done))
    assert many.names() == [line["image"] for line in lines(done)]


def test_names_come_from_arguments_and_standard_input_each_once(many: Fleet) -> None:
    names = many.names()
    typed = f"# a comment\n\n  {names[1]}  \n{names[0]}\ndocker://{names[2]}"
    done = verify(many, "-o", "jsonl", names[3], "-", names[1], names[3], typed=typed)

    assert [names[3], names[1], names[0], f"docker://{names[2]}"] == [line["image"] for line in lines(done)]


def test_a_name_and_its_longer_form_are_one(many: Fleet) -> None:
    local = f"{many.registry.local}/latest/one"
    images.push(local, "latest")
    done = verify(many, "-o", "jsonl", local, f"{local}:latest", f"docker://{local}")

    assert [local] == [line["image"] for line in lines(done)]


def test_all_tags_of_repositories_are_meant(many: Fleet) -> None:
    base = f"{many.registry.local}/fleet"
    tags = verify(many, "-o", "jsonl", "--all-tags", f"{base}/0", f"{base}/1")
    mixed = verify(
        many, "-o", "jsonl", many.names()[2], "--repository", f"{base}/2", "--repository", f"{base}/0"
    )

    assert {*many.names()[0::3], *many.names()[1::3]} == {line["image"] for line in lines(tags)}
    assert IMAGES * 2 // 3 == len(lines(tags)) == len(lines(mixed))
    assert many.names()[2] == lines(mixed)[0]["image"]


def test_tags_that_only_list_referrers_are_left_out_and_counted(many: Fleet) -> None:
    repository = f"{many.registry.local}/old/style"
    images.push(repository, "v1")
    images.push(repository, "sha256-" + "ab" * 32)
    images.push(repository, "sha256-short")
    done = verify(many, "-o", "jsonl", "--all-tags", repository)

    assert {f"{repository}:v1", f"{repository}:sha256-short"} == {line["image"] for line in lines(done)}
    assert f"1 tag(s) of {repository} only list referrers" in done.err


@pytest.mark.parametrize(
    ("name", "code", "status"),
    [
        ("gone", "registry.no-tags", 3),
        ("fleet/0:t0", "usage.not-a-repository", 2),
        ("UPPER", "reference.malformed", 2),
    ],
)
def test_a_repository_that_has_no_tags_is_told(many: Fleet, name: str, code: str, status: int) -> None:
    for arguments in (
        ("--all-tags", f"{many.registry.local}/{name}"),
        ("--repository", f"{many.registry.local}/{name}"),
    ):
        done = verify(many, "-o", "jsonl", *arguments)
        (line,) = lines(done)

        assert status == done.status
        assert code == line["failure"]["code"]


def test_all_tags_of_a_layout(many: Fleet, tmp_path: Path) -> None:
    images.make_layout(tmp_path / "layout", "a", "b")
    done = verify(many, "-o", "jsonl", "--all-tags", f"oci:{tmp_path}/layout")

    assert [f"oci:{tmp_path}/layout:{tag}" for tag in "ab"] == [line["image"] for line in lines(done)]


def test_no_image_at_all_is_a_usage_error(many: Fleet) -> None:
    for arguments, code in (
        (("-",), "usage.no-images"),
        ((), "usage.command-line"),
        (("-o", "json"), "usage.command-line"),
    ):
        done = verify(many, *arguments, typed="\n# nothing\n")
        assert (2, "") == (done.status, done.out)
        assert f"[{code}]" in done.err


def test_several_tags_of_one_digest_are_decided_once_and_reported_each(many: Fleet) -> None:
    number, repository = 0, f"{many.registry.local}/fleet/0"
    with images.repository_at(repository) as opened:
        descriptor = opened.resolve(f"t{number}")
        for tag in ("again", "once-more"):
            opened.tag(descriptor, tag)
    tags = [f"t{number}", "again", "once-more"]
    with RoughFront(many.registry.port, moods={}) as front:
        done = verify(many, "-o", "jsonl", *(f"{front.local}/fleet/0:{tag}" for tag in tags))
        asked = [line.split()[0] + line.split("/")[4] for line in front.lines]

    assert ["verdict.accepted"] * 3 == reasons(done)
    assert [f"{front.local}/fleet/0:{tag}" for tag in tags] == [
        line["verdict"]["subject"]["typed"] for line in lines(done)
    ]
    assert {"HEADmanifests": 3, "GETreferrers": 1, "GETmanifests": 1, "GETblobs": 1} == {
        one: asked.count(one) for one in asked
    }


def test_one_json_document_holds_all(many: Fleet) -> None:
    several = verify(many, "-o", "json", *many.names()[:4], f"{many.registry.local}/fleet/0:gone")
    one = verify(many, "-o", "json", "-", typed=many.names()[0])

    found = json.loads(several.out)
    assert (3, many.reasons()[:4]) == (several.status, [verdict["reason"] for verdict in found[:4]])
    assert {"image": f"{many.registry.local}/fleet/0:gone"} == {"image": found[4]["image"]}
    assert "registry.manifest-unknown" == found[4]["error"]["code"]
    assert "accepted" == json.loads(one.out)["decision"]
    assert several.out == json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def test_reports_for_machines_are_whole(many: Fleet) -> None:
    sarif = verify(many, "-o", "sarif", *many.names()[:6])
    junit = verify(many, "-o", "junit", *many.names()[:6])

    assert "2.1.0" == json.loads(sarif.out)["version"]
    assert 6 == len(list(ET.fromstring(junit.out).iter("testcase")))  # noqa: S314  # our own


@pytest.mark.parametrize("output", ["json", "jsonl", "sarif", "junit"])
def test_a_file_takes_the_answers_and_the_terminal_text(many: Fleet, tmp_path: Path, output: str) -> None:
    file = tmp_path / "answers"
    file.write_text("old")
    direct = verify(many, "-o", output, *many.names()[:3])
    done = verify(many, "-o", output, "--output-file", file, *many.names()[:3])

    assert direct.status == done.status == 1
    assert direct.out.count("\n") == file.read_text().count("\n")
    assert "3 image(s): 2 accepted, 1 refused" in done.out
    assert [file] == list(tmp_path.glob("*answers*"))


@pytest.mark.parametrize("output", ["json", "jsonl"])
def test_a_file_takes_listings_and_the_terminal_text(many: Fleet, tmp_path: Path, output: str) -> None:
    file = tmp_path / "listings"
    names = many.names()[:3]
    text = many.home.must("ls", *names)
    direct = many.home.must("ls", "-o", output, *names)
    shown = many.home.must("ls", "-o", output, "--output-file", file, *names)
    wrong = many.home.seal("ls", "--output-file", file, *names)

    assert (direct, text) == (file.read_text(), shown)
    assert (2, True) == (wrong.status, "--output-file goes with an --output other than text" in wrong.err)


def test_a_file_that_cannot_be_written_is_an_error_of_files(many: Fleet, tmp_path: Path) -> None:
    done = verify(many, "-o", "json", "--output-file", tmp_path / "no" / "where", many.names()[0])
    text = verify(many, "--output-file", tmp_path / "x", many.names()[0])

    assert (5, True) == (done.status, "[file.unwritable]" in done.err)
    assert (2, True) == (text.status, "--output-file goes with" in text.err)


def test_the_summary_names_all_of_a_few_and_the_bad_of_many(many: Fleet) -> None:
    few = verify(many, *many.names()[: limits.BULK_SUMMARY_ROWS])
    all_of_them = verify(many, *many.names())

    def rows(done: Done) -> list[str]:
        return done.out.split("DECISION")[1].splitlines()[1:]

    assert limits.BULK_SUMMARY_ROWS == len(rows(few))
    assert many.reasons().count("verdict.accepted") == IMAGES - len(rows(all_of_them)) == 30
    assert {"✗"} == {row[0] for row in rows(all_of_them)}
    assert "60 image(s): 30 accepted, 30 refused" in all_of_them.out
    assert all_of_them.out.count("signature  ") < few.out.count("signature  ") + 8


def test_quiet_says_nothing_of_what_is_accepted(many: Fleet) -> None:
    good = verify(many, "-q", many.names()[0])
    two = verify(many, "-q", *many.names()[:2])
    mixed = verify(many, "-q", *many.names()[:3])

    assert (0, "", "") == (good.status, good.out, good.err) == (two.status, two.out, two.err)
    assert "accepted  " not in mixed.out
    assert 1 == mixed.out.count("✗ refused   ")


def test_the_exit_code_is_that_of_the_worst(many: Fleet) -> None:
    good, bad = many.names()[0], many.names()[2]
    gone = f"localhost:{free_port()}/gone:v1"

    assert [0, 1, 3, 2] == [
        verify(many, "-o", "jsonl", *names).status
        for names in ((good,), (good, bad), (gone, bad), (good, "UPPER", gone, bad))
    ]


def multi_platform(many: Fleet, name: str, *, signed: tuple[bool, bool, bool]) -> str:
    """An index of two images; which of the index and these are signed."""
    chain = pki.chain("ec256")
    with images.repository_at(f"{many.registry.local}/{name}") as repository:
        amd, arm = (images.make(repository, f"{name} {part}") for part in ("amd", "arm"))
        platforms = (Platform("amd64", "linux"), Platform("arm64", "linux", "v8"))
        entries = [
            Descriptor(one.media_type, one.digest, one.size, platform=platform)
            for one, platform in zip((amd, arm), platforms, strict=True)
        ]
        content = manifests.encode({"mediaType": media_types.IMAGE_INDEX, "manifests": entries})
        index = repository.push_manifest(content, media_types.IMAGE_INDEX, "v1")
        for descriptor, wanted in zip((index, amd, arm), signed, strict=True):
            if wanted:
                payload = Descriptor(descriptor.media_type, descriptor.digest, descriptor.size)
                envelope = notary.signed(chain, payload=payload)
                images.attach_signature(repository, descriptor, media_types.NOTARY_JWS, envelope, chain.root)
    return f"{many.registry.local}/{name}:v1"


@pytest.mark.parametrize(
    ("signed", "decision", "reason"),
    [
        ((True, True, True), "accepted", "verdict.accepted"),
        ((True, True, False), "refused", "verdict.platform-not-accepted"),
        ((True, False, False), "refused", "verdict.platform-not-accepted"),
        ((False, True, True), "refused", "verdict.unsigned"),
    ],
)
def test_an_index_is_verified_with_all_its_platforms(
    many: Fleet, signed: tuple[bool, bool, bool], decision: str, reason: str
) -> None:
    name = "index-" + "".join("ny"[one] for one in signed)
    image = multi_platform(many, name, signed=signed)
    found = json.loads(verify(many, "--recursive", "-o", "json", image).out)
    text = verify(many, "--recursive", image)

    schema = json.loads((Path(__file__).parents[2] / "docs/reference/verdict.schema.json").read_text())
    jsonschema.validate(found, schema)
    assert (decision, reason) == (found["decision"], found["reason"])
    assert ["linux/amd64", "linux/arm64/v8"] == [one["subject"]["platform"] for one in found["platforms"]]
    assert list(signed[1:]) == [one["decision"] == "accepted" for one in found["platforms"]]
    assert "linux/arm64/v8  sha256:" in text.out
    if reason == "verdict.platform-not-accepted":
        first = "linux/arm64/v8" if signed[1] else "linux/amd64"
        assert f"({first}), which is refused: the image has no signature" in text.out


def test_without_recursive_only_the_index_is_verified(many: Fleet) -> None:
    image = multi_platform(many, "alone", signed=(True, False, False))
    found = json.loads(verify(many, "-o", "json", image).out)

    assert ("accepted", []) == (found["decision"], found["platforms"])


def test_recursive_changes_nothing_for_a_plain_image(many: Fleet) -> None:
    plain = json.loads(verify(many, "-o", "json", many.names()[0]).out)
    recursive = json.loads(verify(many, "-o", "json", "--recursive", many.names()[0]).out)

    assert {**plain, "at": ""} == {**recursive, "at": ""}


def test_one_token_is_asked_for_each_repository(many: Fleet) -> None:
    with HostileRegistry() as registry:
        service = TokenService(registry)
        content = b'{"schemaVersion":2}'
        for path in ("a", "b"):
            for number in range(20):
                registry.hold(path, content + b" " * number, media_types.IMAGE_MANIFEST, f"t{number}")
        registry.on_match("GET /v2/./referrers/.*", Reply(200, manifests.encode({"manifests": []})))
        address = registry.address
        names = [f"{address}/{path}:t{number}" for number in range(20) for path in ("a", "b")]
        flags = ("-u", "alice", "-p", "wonderland")
        done = verify(many, "-o", "jsonl", *flags, *names)
        typed = verify(many, "-o", "jsonl", *flags, "-", typed="\n".join(names))

    assert ["verdict.unsigned"] * 40 == reasons(done) == reasons(typed)
    assert [["repository:a:pull"], ["repository:b:pull"]] * 2 == [
        scopes for half in (service.issued[:2], service.issued[2:]) for scopes in sorted(half)
    ]


def test_a_registry_without_the_referrers_api_is_not_asked_for_it_again_and_again(many: Fleet) -> None:
    with HostileRegistry() as registry:
        content = b'{"schemaVersion":2}'
        for number in range(60):
            registry.hold("a", content + b" " * number, media_types.IMAGE_MANIFEST, f"t{number}")
        done = verify(many, "-o", "jsonl", *(f"{registry.address}/a:t{number}" for number in range(60)))
        asked = Counter(line.split("/")[3] for line in registry.lines if line.startswith("GET "))

    assert ["verdict.unsigned"] * 60 == reasons(done)
    assert 60 == asked["manifests"]  # of the fallback tag
    assert 1 <= asked["referrers"] <= limits.BULK_AT_ONCE_PER_REGISTRY


def test_a_password_is_for_one_registry_also_on_standard_input(many: Fleet) -> None:
    done = verify(many, "-u", "me", "-p", "x", "-", typed="one.example/a\ntwo.example/a\n")

    assert (2, True) == (done.status, "[credentials.two-registries]" in done.err)


def test_a_name_that_is_none_spoils_no_run_with_a_password(many: Fleet) -> None:
    done = verify(many, "-o", "jsonl", "-u", "a", "-p", "b", "--insecure-registry", "UPPER", many.names()[0])

    assert ["reference.malformed", None] == [line.get("failure", {}).get("code") for line in lines(done)]
    assert (2, "verdict.accepted") == (done.status, lines(done)[1]["verdict"]["reason"])


def test_no_more_connections_are_open_than_decent(many: Fleet) -> None:
    with RoughFront(many.registry.port, moods={}, delay=0.01) as front:
        verify(many, "-o", "jsonl", *many.names(front.local))

    assert 2 <= front.most <= limits.BULK_AT_ONCE_PER_REGISTRY


def test_a_registry_that_is_down_costs_little_and_hides_nothing(many: Fleet) -> None:
    down = f"localhost:{free_port()}"
    names = [name for pair in zip(many.names(), many.names(down), strict=True) for name in pair]
    done = verify(many, "-o", "jsonl", *names)

    found = [line.get("verdict") or line["failure"] for line in lines(done)]
    assert many.reasons() == [one["reason"] for one in found[::2]]
    assert {"network.refused"} == {one["code"] for one in found[1::2]}


def test_progress_is_shown_on_a_terminal_and_gone_at_the_end(many: Fleet) -> None:
    with RoughFront(many.registry.port, moods={}, delay=0.02) as front:
        command = [sys.executable, "-m", "sealwright", "verify", *many.names(front.local)]
        status, shown = at_terminal(command, many.home.environment)
        quiet_status, quiet = at_terminal([*command, "-q"], many.home.environment)

    assert 1 == status == quiet_status
    assert " of 60  " in shown
    assert "accepted  " in shown
    assert "/s  0:0" in shown
    assert " of 60  " not in quiet
    # wherever the line was drawn it is cleared before anything else is printed
    for piece in shown.split("\r\x1b[K")[1:]:
        drawn, *rest = piece.split("\r\n")
        assert not rest or " of 60  " not in drawn


def test_names_are_answered_while_more_are_awaited(many: Fleet) -> None:
    environment = {**many.home.environment, "PYTHONUNBUFFERED": ""}
    command = [sys.executable, "-m", "sealwright", "verify", "-o", "jsonl", "-"]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for name in many.names()[:3]:
            process.stdin.write(f"{name}\n")
            process.stdin.flush()
            assert name == json.loads(process.stdout.readline())["image"]
        process.stdin.close()
    assert 1 == process.returncode


def test_ls_lists_many(many: Fleet) -> None:
    home: Home = many.home
    good, unsigned = many.names()[0], many.names()[2]
    text = home.seal("ls", good, unsigned, f"{many.registry.local}/fleet/0:gone")
    as_json = home.seal("ls", "-o", "json", good, unsigned)
    as_lines = home.seal("ls", "-o", "jsonl", "--all-tags", f"{many.registry.local}/fleet/1", "UPPER")

    assert (3, 1, 1) == (
        text.status,
        text.out.count("no signatures"),
        text.out.count("holds nothing under gone"),
    )
    assert [1, 0] == [len(one["signatures"]) for one in json.loads(as_json.out)]
    found = [json.loads(line) for line in as_lines.out.splitlines()]
    assert (2, "reference.malformed") == (as_lines.status, found[-1]["failure"]["code"])
    assert {*many.names()[1::3]} == {one["image"] for one in found[:-1]}
    assert all(len(one["listing"]["signatures"]) <= 1 for one in found[:-1])


def test_ls_lists_an_index_with_its_platforms(many: Fleet) -> None:
    image = multi_platform(many, "listed", signed=(True, True, False))
    text = many.home.seal("ls", "--recursive", image)
    found = json.loads(many.home.seal("ls", "--recursive", "-o", "json", image).out)

    assert (0, 1) == (text.status, text.out.count("no signatures"))
    assert "(linux/amd64)\n└── notary" in text.out
    assert [1, 1, 0] == [len(one["signatures"]) for one in (found, *found["platforms"])]
    assert "linux/arm64/v8" == found["platforms"][1]["subject"]["platform"]


def test_ls_tells_a_single_failure_like_any_error(many: Fleet) -> None:
    done = many.home.seal("ls", f"{many.registry.local}/fleet/0:gone")
    bad = many.home.seal("ls", "-o", "json", f"{many.registry.local}/fleet/0:gone")

    assert (3, "") == (done.status, done.out)
    assert done.err.startswith("error: ")
    assert "[registry.manifest-unknown]\nhint: " in done.err
    assert "registry.manifest-unknown" == json.loads(bad.out)["error"]["code"]


def test_a_closed_output_ends_the_run_quietly(many: Fleet) -> None:
    names = " ".join(many.names())
    verify_all = f"{sys.executable} -m sealwright verify -o jsonl {names}"
    for flags in ("", "--output-file /dev/null"):
        command = f"{verify_all} {flags} | head -c 10 >/dev/null; echo ${{PIPESTATUS[0]}}"
        done = many.home.run(["bash", "-c", command])
        assert ("141\n", "") == (done.out, done.err), flags
