"""Scopes of access."""

from sealwright.repositories.scopes import CATALOG, Scope, covers, merged, words


def test_a_scope_is_read_and_written() -> None:
    scope = Scope.parse("repository:ns/app:push,pull")
    assert Scope.of_repository("ns/app", "pull", "push") == scope
    assert "repository:ns/app:pull,push" == str(scope)


def test_a_name_may_hold_a_port() -> None:
    scope = Scope.parse("repository:host:5000/app:pull")
    assert scope is not None
    assert "host:5000/app" == scope.name


def test_the_catalog_has_a_scope() -> None:
    assert "registry:catalog:*" == str(CATALOG)
    assert CATALOG == Scope.parse("registry:catalog:*")


def test_unknown_actions_come_last() -> None:
    assert "repository:a:pull,delete,metadata_read" == str(
        Scope.of_repository("a", "metadata_read", "delete", "pull")
    )


def test_what_is_not_a_scope_is_left_out() -> None:
    assert (Scope.of_repository("a", "pull"),) == words(
        "x y: repository:a:pull :: repository:a: repository::pull"
    )
    assert () == words("")


def test_scopes_of_one_thing_are_merged_in_order() -> None:
    found = merged(words("repository:b:pull repository:a:pull repository:b:push"))
    assert ["repository:b:pull,push", "repository:a:pull"] == [str(scope) for scope in found]


def test_more_covers_less() -> None:
    both = words("repository:a:pull,push")
    assert covers(both, words("repository:a:pull"))
    assert covers(both, ())
    assert not covers(words("repository:a:pull"), both)
    assert not covers(both, words("repository:b:pull"))
    assert not covers(both, words("registry:a:pull"))
