"""`[oracle]`: Oracle's APIs for images, signatures and keys, under a namespace of their registry.

    [oracle]
    namespace = "acme"

They are served once a namespace is set. Images are then pushed as HOST/NAMESPACE/REPOSITORY.
"""

from typing import Annotated

import msgspec

__all__ = ["Oracle"]

Namespace = Annotated[str, msgspec.Meta(pattern=r"^([a-z0-9]+([._-][a-z0-9]+)*)?$", max_length=100)]
Domain = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]([a-z0-9.-]{0,200}[a-z0-9])?(:[0-9]{1,5})?$")]


class Oracle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[oracle]`.

    Attributes:
        namespace: the first part of the names of repositories that the API shows. Empty: it is not served.
        domain: what the host names end in that clients put together from region and realm.
        strict: whether a signature of an image is taken only if its message is about that image, and it
            verifies by the key that it names. Else what is wrong with it is only told in its tags.
    """

    namespace: Namespace = ""
    domain: Domain = "sealwright.internal"
    strict: bool = True

    @property
    def served(self) -> bool:
        """Whether the APIs are."""
        return bool(self.namespace)
