"""Listing and writing referrers, with the API, without it, and among liars."""

import json
import threading
from collections.abc import Callable

import pytest

from sealwright import limits, manifest, media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import MalformedContentError, NetworkError, RegistryError, SealwrightError
from sealwright.events import Event, Notice
from sealwright.repositories import fallback_tag
from sealwright.repositories.registry import RegistryClient
from sealwright.repositories.remote import RegistryRepository
from world.content import KIND, entry, image_manifest, index_of, put_image, put_referrer
from world.hostile_registry import HostileRegistry, Reply, Seen
from world.registry import Registry

SUBJECT = manifest.describe(image_manifest(kind=None), media_types.IMAGE_MANIFEST)
API = f"GET /v2/a/b/referrers/{SUBJECT.digest}"
TAG = fallback_tag.tag_for(SUBJECT.digest)
TAG_LINE = f"GET /v2/a/b/manifests/{TAG}"


@pytest.fixture
def repository(hostile: HostileRegistry, client: RegistryClient) -> RegistryRepository:
    return client.repository(hostile.address, "a/b", write=True)


def listed(*entries: object, **headers: str) -> Reply:
    content = {"schemaVersion": 2, "mediaType": media_types.IMAGE_INDEX, "manifests": entries}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(200, json.dumps(content).encode(), {"Content-Type": media_types.IMAGE_INDEX, **named})


def told_entry(number: int, kind: str | None = KIND) -> dict[str, object]:
    found: dict[str, object] = {
        "mediaType": media_types.IMAGE_MANIFEST,
        "digest": f"sha256:{number:064x}",
        "size": 7,
    }
    return found if kind is None else {**found, "artifactType": kind}


def held(
    hostile: HostileRegistry, kind: str | None = KIND, subject: Descriptor | None = SUBJECT, **notes: str
) -> Descriptor:
    content = image_manifest(subject, kind=kind, annotations=notes)
    return hostile.hold("a/b", content, media_types.IMAGE_MANIFEST)


def code_of(kind: type[SealwrightError], call: Callable[[], object]) -> str:
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value)
    return caught.value.code


def digests(found: list[Descriptor]) -> list[int]:
    return [int(descriptor.digest.encoded, 16) for descriptor in found]


def test_the_api_is_asked_with_the_filter(hostile: HostileRegistry, repository: RegistryRepository) -> None:
    hostile.on(API, listed(told_entry(1), OCI_Filters_Applied="artifactType"))
    assert [1] == digests(list(repository.referrers(SUBJECT, KIND)))
    assert [f"{API}?artifactType=application%2Fvnd.example.note"] == hostile.lines


def test_all_are_listed_without_a_filter(hostile: HostileRegistry, repository: RegistryRepository) -> None:
    hostile.on(API, listed(told_entry(1), told_entry(2, "application/y")))
    assert [1, 2] == digests(list(repository.referrers(SUBJECT)))
    assert [API] == hostile.lines


@pytest.mark.parametrize("headers", [{}, {"OCI_Filters_Applied": "artifactType"}])
def test_a_filter_that_was_not_applied_is_applied_here(
    hostile: HostileRegistry, repository: RegistryRepository, headers: dict[str, str]
) -> None:
    hostile.on(API, listed(told_entry(1, "application/y"), told_entry(2), told_entry(3, "x/z"), **headers))
    assert [2] == digests(list(repository.referrers(SUBJECT, KIND)))


def test_pages_are_followed(hostile: HostileRegistry, repository: RegistryRepository) -> None:
    hostile.on(API, listed(told_entry(1), Link='<?page=2>; rel="next"'))
    hostile.on(f"{API}?page=2", listed(told_entry(2), told_entry(1)))
    assert [1, 2] == digests(list(repository.referrers(SUBJECT)))


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (listed(Link='<?page=2>; rel="next"'), "registry.pages-repeat"),
        (listed(Link='<http://evil.example/x>; rel="next"'), "registry.page-elsewhere"),
        (Reply(404), "registry.not-found"),
        (Reply(200, b"<html>"), "registry.referrers-malformed"),
        (Reply(200, endless=b" " * 65536), "network.answer-too-large"),
    ],
)
def test_pages_that_lead_astray(
    hostile: HostileRegistry, repository: RegistryRepository, second: Reply, code: str
) -> None:
    hostile.on(API, listed(told_entry(1), Link='<?page=2>; rel="next"'))
    hostile.on(f"{API}?page=2", second)
    assert code == code_of(SealwrightError, lambda: list(repository.referrers(SUBJECT)))


def test_the_pages_of_another_registry_are_not_asked(
    hostile: HostileRegistry, elsewhere: HostileRegistry, repository: RegistryRepository
) -> None:
    hostile.on(API, listed(Link=f'<{elsewhere.url}/v2/a/b/referrers/x>; rel="next"'))
    assert "registry.page-elsewhere" == code_of(RegistryError, lambda: list(repository.referrers(SUBJECT)))
    assert [] == elsewhere.seen


def test_endless_pages_end(hostile: HostileRegistry, repository: RegistryRepository) -> None:
    def more(seen: Seen) -> Reply:
        number = len(hostile.seen)
        return listed(told_entry(number), Link=f'<?page={number}>; rel="next"')

    hostile.on_match(rf"{API}.*", more)
    assert "registry.too-many-pages" == code_of(RegistryError, lambda: list(repository.referrers(SUBJECT)))
    assert limits.REFERRERS_PAGES == len(hostile.seen)


def test_junk_cannot_exhaust_the_limit_unnoticed(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    junk = [told_entry(number, "x/junk") for number in range(6000)]
    hostile.on(API, listed(told_entry(9_000_001), *junk, Link='<?page=2>; rel="next"'))
    hostile.on(f"{API}?page=2", listed(*(told_entry(10_000 + number, "x/junk") for number in range(6000))))
    found: list[Descriptor] = []
    with pytest.raises(RegistryError) as caught:
        found.extend(repository.referrers(SUBJECT, KIND))
    assert "registry.too-many-referrers" == caught.value.code
    assert "10000" in str(caught.value)
    assert [9_000_001] == digests(found), "what was found before is there"


@pytest.mark.parametrize("content", [b"[]", b"{}", b"nonsense", b'{"manifests":{}}', b'{"manifests":7}'])
def test_a_listing_that_is_none(
    hostile: HostileRegistry, repository: RegistryRepository, content: bytes
) -> None:
    hostile.on(API, Reply(200, content))
    assert "registry.referrers-malformed" == code_of(
        RegistryError, lambda: list(repository.referrers(SUBJECT))
    )


def test_go_writes_empty_lists_as_null(hostile: HostileRegistry, repository: RegistryRepository) -> None:
    hostile.on(API, Reply(200, b'{"schemaVersion":2,"manifests":null}'))
    assert [] == list(repository.referrers(SUBJECT))


def test_a_broken_entry_is_told_and_left_out(
    hostile: HostileRegistry, repository: RegistryRepository, told: list[Event]
) -> None:
    entries: list[object] = [
        {**told_entry(1), "annotations": None},
        7,
        {
            "mediaType": media_types.IMAGE_MANIFEST,
            "digest": "sha256:../../x",
            "size": 1,
            "artifactType": KIND,
        },
        {**told_entry(2), "size": -1},
        {**told_entry(3), "annotations": {"a": 1}},
        {**told_entry(4), "mediaType": "application/vnd.in-toto+json"},
        told_entry(5),
    ]
    hostile.on(API, listed(*entries))
    assert [1, 5] == digests(list(repository.referrers(SUBJECT)))
    codes = [event.code for event in told if isinstance(event, Notice)]
    assert ["registry.referrer-unreadable"] * 4 == codes


@pytest.mark.parametrize("kind", [None, media_types.EMPTY, media_types.IMAGE_CONFIG])
def test_a_type_that_cannot_be_is_looked_up_in_the_manifest(
    hostile: HostileRegistry, repository: RegistryRepository, kind: str | None
) -> None:
    real = held(hostile, who="me")
    lie = {**entry(real), "annotations": {"listed": "yes"}}
    hostile.on(TAG_LINE, listed({**lie, "artifactType": kind} if kind else lie))
    (found,) = repository.referrers(SUBJECT, KIND)
    assert KIND == found.artifact_type
    assert {"who": "me", "listed": "yes"} == found.annotations
    assert [f"{API}?artifactType=application%2Fvnd.example.note", TAG_LINE] == hostile.lines[:2]
    assert [] == list(repository.referrers(SUBJECT, "application/other"))


def test_the_old_form_is_found_by_the_type_of_its_configuration(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    config = manifest.describe(b"{}", KIND)
    real = hostile.hold("a/b", image_manifest(SUBJECT, kind=None, config=config), media_types.IMAGE_MANIFEST)
    hostile.on(TAG_LINE, listed(entry(real)))
    assert [KIND] == [found.artifact_type for found in repository.referrers(SUBJECT, KIND)]


def test_entries_of_a_fallback_index_that_are_no_referrers_are_told_and_left_out(
    hostile: HostileRegistry, repository: RegistryRepository, told: list[Event]
) -> None:
    stranger = held(hostile, subject=None)
    missing = told_entry(7, None)
    wrong = held(hostile, kind="application/wrong")
    hostile.on(f"GET /v2/a/b/manifests/{wrong.digest}", Reply(200, b"x" * wrong.size))
    broken = hostile.hold("a/b", b"not a manifest", media_types.IMAGE_MANIFEST)
    good = held(hostile)
    entries = (entry(stranger), missing, entry(wrong), entry(broken), entry(good))
    hostile.on(TAG_LINE, listed(*entries))
    assert [good.digest] == [found.digest for found in repository.referrers(SUBJECT, KIND)]
    unread = [event.data["referrer"] for event in told if isinstance(event, Notice)]
    assert [str(one["digest"]) for one in entries[:4]] == unread


def test_opening_is_bounded(hostile: HostileRegistry, repository: RegistryRepository) -> None:
    count = limits.REFERRERS_OPENED + 5
    hostile.on(TAG_LINE, listed(*(told_entry(number, None) for number in range(count))))
    assert "registry.too-many-referrers" == code_of(
        RegistryError, lambda: list(repository.referrers(SUBJECT, KIND))
    )
    assert limits.REFERRERS_OPENED + 2 == len(hostile.seen)


def test_a_lost_connection_while_opening_is_not_taken_for_absence(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    real = held(hostile)
    hostile.on(f"GET /v2/a/b/manifests/{real.digest}", Reply(drop=True))
    hostile.on(TAG_LINE, listed(entry(real)))
    assert "network.connection-lost" == code_of(
        NetworkError, lambda: list(repository.referrers(SUBJECT, KIND))
    )


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_registry_without_the_api_is_asked_for_the_tag(
    hostile: HostileRegistry, repository: RegistryRepository, status: int
) -> None:
    hostile.on(API, Reply(status, b"404 page not found\n"))
    hostile.on(TAG_LINE, listed(told_entry(1)))
    for _ in range(2):
        assert [1] == digests(list(repository.referrers(SUBJECT)))
    assert [API, TAG_LINE, TAG_LINE] == hostile.lines, "that there is no API is found out once"


def test_nothing_refers_where_there_is_neither(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    assert [] == list(repository.referrers(SUBJECT))
    assert [API, TAG_LINE] == hostile.lines


def test_a_repository_that_does_not_exist_yet_says_nothing_about_the_api(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    unknown = Reply(404, b'{"errors":[{"code":"NAME_UNKNOWN"}]}')
    hostile.on(API, unknown, listed(told_entry(1)))
    assert [] == list(repository.referrers(SUBJECT))
    assert [1] == digests(list(repository.referrers(SUBJECT)))


def test_a_tag_that_is_no_index_is_an_error(hostile: HostileRegistry, repository: RegistryRepository) -> None:
    hostile.hold("a/b", image_manifest(), media_types.IMAGE_MANIFEST, TAG)
    assert "registry.fallback-malformed" == code_of(
        MalformedContentError, lambda: list(repository.referrers(SUBJECT))
    )


def test_a_tag_whose_digest_lies_is_an_error(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    hostile.on(TAG_LINE, listed(told_entry(1), Docker_Content_Digest=Digest.of(b"x")))
    assert "artifact.digest-mismatch" == code_of(
        MalformedContentError, lambda: list(repository.referrers(SUBJECT))
    )


def test_a_long_digest_has_a_short_tag(hostile: HostileRegistry, repository: RegistryRepository) -> None:
    subject = Descriptor(media_types.IMAGE_MANIFEST, Digest.of(b"x", "sha512"), 1)
    tag = f"sha512-{subject.digest.encoded[:64]}"
    hostile.on(f"GET /v2/a/b/manifests/{tag}", listed(told_entry(1)))
    assert [1] == digests(list(repository.referrers(subject)))


class Tags:
    """Manifests by tag that can be written, with ETags if wanted, and the tampering of others."""

    def __init__(self, hostile: HostileRegistry, *, etags: bool) -> None:
        self.contents: dict[str, bytes] = {}
        self.etags = etags
        self.before_put: Callable[[], None] = lambda: None
        self.lock = threading.Lock()
        hostile.on_match(r"GET /v2/a/b/manifests/sha256-.*", self.get)
        hostile.on_match(r"PUT /v2/a/b/manifests/sha256-.*", self.put)
        hostile.on_match(r"PUT /v2/a/b/manifests/sha256:.*", Reply(201))

    def get(self, seen: Seen) -> Reply:
        content = self.contents.get(seen.path)
        if content is None:
            return Reply(404)
        headers = {"ETag": f'"{Digest.of(content)}"'} if self.etags else {}
        return Reply(200, content, headers)

    def put(self, seen: Seen) -> Reply:
        self.before_put()
        with self.lock:
            content = self.contents.get(seen.path)
            wanted = seen.headers.get("if-match")
            if self.etags and wanted and (content is None or wanted != f'"{Digest.of(content)}"'):
                return Reply(412)
            if self.etags and seen.headers.get("if-none-match") == "*" and content is not None:
                return Reply(412)
            self.contents[seen.path] = seen.body
            return Reply(201)

    def entries(self) -> list[str]:
        (content,) = self.contents.values()
        return [str(one["digest"]) for one in fallback_tag.entries(content, "t")]


def push(repository: RegistryRepository, **notes: str) -> Descriptor:
    content = image_manifest(SUBJECT, annotations=notes)
    return repository.push_manifest(content, media_types.IMAGE_MANIFEST)


@pytest.mark.parametrize("etags", [True, False])
def test_a_registry_that_did_not_see_the_subject_gets_the_tag(
    hostile: HostileRegistry, repository: RegistryRepository, told: list[Event], *, etags: bool
) -> None:
    tags = Tags(hostile, etags=etags)
    one, two = push(repository, n="1"), push(repository, n="2")
    assert [one.digest, two.digest] == tags.entries()
    (content,) = tags.contents.values()
    first = fallback_tag.entries(content, "t")[0]
    assert (KIND, {"n": "1"}) == (first["artifactType"], first["annotations"])
    written = [seen for seen in hostile.seen if seen.method == "PUT" and TAG in seen.target]
    assert media_types.IMAGE_INDEX == written[0].headers["content-type"]
    assert "*" == written[0].headers["if-none-match"]
    assert etags is ("if-match" in written[1].headers)
    assert Notice("registry.fallback-written", {"name": repository.name, "tag": TAG}) in told


def test_a_registry_that_saw_the_subject_gets_no_tag(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    hostile.on_match(r"PUT .*", Reply(201, b"", {"OCI-Subject": SUBJECT.digest}))
    push(repository)
    assert ["PUT"] == [seen.method for seen in hostile.seen]


def test_a_registry_that_saw_another_subject_gets_the_tag(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    tags = Tags(hostile, etags=False)
    hostile.on(
        f"PUT /v2/a/b/manifests/{Digest.of(image_manifest(SUBJECT))}",
        Reply(201, b"", {"OCI-Subject": Digest.of(b"x")}),
    )
    push(repository)
    assert 1 == len(tags.entries())


def test_the_tag_can_be_forced(hostile: HostileRegistry, connect: Callable[..., RegistryClient]) -> None:
    tags = Tags(hostile, etags=False)
    hostile.on(
        f"PUT /v2/a/b/manifests/{Digest.of(image_manifest(SUBJECT))}",
        Reply(201, b"", {"OCI-Subject": SUBJECT.digest}),
    )
    push(connect(force_referrers_tag=True).repository(hostile.address, "a/b", write=True))
    assert 1 == len(tags.entries())


def test_pushing_the_same_again_writes_nothing(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    tags = Tags(hostile, etags=True)
    push(repository)
    count = len(hostile.seen)
    push(repository)
    assert 1 == len(tags.entries())
    assert ["PUT", "GET"] == [seen.method for seen in hostile.seen[count:]]


@pytest.mark.parametrize("etags", [True, False])
def test_another_writer_in_between_loses_nothing(
    hostile: HostileRegistry, repository: RegistryRepository, *, etags: bool
) -> None:
    tags = Tags(hostile, etags=etags)
    path = f"/v2/a/b/manifests/{TAG}"
    turns = iter([1, 2])

    def meddle() -> None:
        number = next(turns, None)
        if number is None:
            return
        foreign = fallback_tag.with_entry(
            tags.contents.get(path), Descriptor("x/y", Digest.of(bytes([number])), 1), TAG
        )
        assert foreign is not None
        if etags:
            tags.contents[path] = foreign
        else:  # it read before us and writes after us: seen only by reading again
            tags.after = foreign  # type: ignore[attr-defined]  # for the next answer

    tags.before_put = meddle
    if not etags:
        get = tags.get

        def overwritten(seen: Seen) -> Reply:
            after = tags.__dict__.pop("after", None)
            if after is not None:
                tags.contents[path] = after
            return get(seen)

        hostile._patterns.insert(0, (hostile._patterns[0][0], overwritten))
    mine = push(repository)
    assert mine.digest in tags.entries()
    assert str(Digest.of(b"\x01")) in tags.entries()


def test_an_endless_quarrel_ends(hostile: HostileRegistry, repository: RegistryRepository) -> None:
    tags = Tags(hostile, etags=True)
    count = 0

    def quarrel() -> None:
        nonlocal count
        count += 1
        tags.contents[f"/v2/a/b/manifests/{TAG}"] = index_of(Descriptor("x/y", Digest.of(b"%d" % count), 1))

    tags.before_put = quarrel
    assert "registry.fallback-contended" == code_of(RegistryError, lambda: push(repository))
    assert limits.FALLBACK_TAG_TRIES == count


def test_threads_of_one_run_lose_nothing(hostile: HostileRegistry, repository: RegistryRepository) -> None:
    tags = Tags(hostile, etags=False)
    threads = [threading.Thread(target=push, args=(repository,), kwargs={"n": str(n)}) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert 8 == len(tags.entries())


def test_deleting_takes_the_entry_out_of_the_tag(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    tags = Tags(hostile, etags=True)
    hostile.on_match(r"DELETE .*", Reply(202))
    one, two = (push(repository, n=n) for n in "12")
    for referrer, n in ((one, "1"), (two, "2")):
        hostile.hold("a/b", image_manifest(SUBJECT, annotations={"n": n}), media_types.IMAGE_MANIFEST)
        repository.delete(referrer)
        if n == "1":
            assert [two.digest] == tags.entries()
    assert f"DELETE /v2/a/b/manifests/{two.digest}" in hostile.lines
    (content,) = tags.contents.values()
    assert f"DELETE /v2/a/b/manifests/{Digest.of(content)}" == hostile.lines[-1], "the last index goes too"


def test_where_the_last_index_cannot_be_deleted_it_is_emptied(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    tags = Tags(hostile, etags=True)
    one = push(repository)
    hostile.hold("a/b", image_manifest(SUBJECT), media_types.IMAGE_MANIFEST)
    hostile.on(f"DELETE /v2/a/b/manifests/{one.digest}", Reply(202))
    hostile.on_match(r"DELETE .*", Reply(405))
    repository.delete(one)
    assert [] == tags.entries()


def test_deleting_where_others_write_for_ever_ends(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    tags = Tags(hostile, etags=True)
    one = push(repository)
    hostile.hold("a/b", image_manifest(SUBJECT), media_types.IMAGE_MANIFEST)
    hostile.on_match(r"DELETE .*", Reply(202))
    path = f"/v2/a/b/manifests/{TAG}"
    count = 0

    def quarrel() -> None:
        nonlocal count
        count += 1
        other = Descriptor("x/y", Digest.of(b"%d" % count), 1)
        changed = fallback_tag.with_entry(tags.contents[path], other, TAG)
        assert changed is not None
        tags.contents[path] = changed

    quarrel()
    tags.before_put = quarrel
    assert "registry.fallback-contended" == code_of(RegistryError, lambda: repository.delete(one))


def test_where_there_is_the_api_the_tag_is_left_alone(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    hostile.on(API, listed())
    hostile.on_match(r"DELETE .*", Reply(202))
    repository.delete(held(hostile))
    assert all(TAG not in line for line in hostile.lines)


def test_deleting_may_be_switched_off(hostile: HostileRegistry, repository: RegistryRepository) -> None:
    hostile.on_match(r"DELETE .*", Reply(405, b'{"errors":[{"code":"UNSUPPORTED"}]}'))
    assert "registry.unsupported" == code_of(RegistryError, lambda: repository.delete(held(hostile)))


def test_our_own_registry_has_the_api(embedded: Registry, client: RegistryClient, told: list[Event]) -> None:
    repository = client.repository(embedded.address, "referrers/one", write=True)
    image = put_image(repository)
    one = put_referrer(repository, image, n="1")
    two = put_referrer(repository, image, "application/other", n="2")
    assert {one.digest, two.digest} == {found.digest for found in repository.referrers(image)}
    (found,) = repository.referrers(image, KIND)
    assert (one.digest, KIND, {"n": "1"}) == (found.digest, found.artifact_type, found.annotations)
    assert ["v1"] == list(repository.tags()), "no fallback tag"
    repository.delete(one)
    assert [two.digest] == [found.digest for found in repository.referrers(image)]
    assert [] == told


def test_an_index_may_refer_too(embedded: Registry, client: RegistryClient) -> None:
    repository = client.repository(embedded.address, "referrers/two", write=True)
    image = put_image(repository)
    content = index_of(image, subject=image, kind=KIND)
    index = repository.push_manifest(content, media_types.IMAGE_INDEX)
    (found,) = repository.referrers(image, KIND)
    assert (index.digest, media_types.IMAGE_INDEX) == (found.digest, found.media_type)
