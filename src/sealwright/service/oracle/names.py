"""Names of repositories and images. The first part of a name in the registry is the namespace."""

__all__ = ["called", "full", "within"]


def within(namespace: str, repository: str) -> str | None:
    """A repository's name without the namespace; None if it is in none, or in another.

    Args:
        namespace: ours.
        repository: its name in the registry.
    """
    first, slash, rest = repository.partition("/")
    return rest if slash and first == namespace else None


def full(namespace: str, name: str) -> str:
    """A repository's name in the registry."""
    return f"{namespace}/{name}"


def called(name: str, version: str, former: str, digest: str) -> str:
    """What people call an image.

    Args:
        name: of its repository, without the namespace.
        version: the last tag that stands for it, or an empty text.
        former: the last one that ever did, or an empty text.
        digest: of the image.
    """
    return f"{name}:{version}" if version else f"{name}:{former or 'unknown'}@{digest}"
