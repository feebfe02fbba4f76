"""`[[signed_only]]`: repositories whose images must be signed to be given out.

    [[signed_only]]
    pattern = "prod/*"
    mode = "enforce"
    policy = "/etc/sealwright/trustpolicy.json"
    trust_store = "/etc/sealwright"
    registry = "registry.acme.example"

The first table whose pattern matches a repository is about it, as with quotas; so what is special stands
before what is general. Without one, everything is given out.
"""

from typing import Literal

import msgspec

from sealwright.service.configuration.kinds import Place

__all__ = ["Mode", "SignedOnly"]

Mode = Literal["off", "warn", "enforce"]


class SignedOnly(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the repositories of a pattern give out only what a policy accepts.

    Attributes:
        pattern: of repository names; `*` stands for any characters.
        mode: `off` for nothing, `warn` to say with each manifest that it is not accepted, `enforce` not to
            give it out.
        policy: path of a trust policy: notation's, a `policy.json`, or one about keys of this service's
            vaults. Needed unless the mode is `off`.
        trust_store: folder that holds `truststore/x509`, as notation's does. Needed for notation's policies;
            the others name their keys themselves.
        registry: what the policy's scopes call this registry: they are `registry/repository`, or `*`.
    """

    pattern: str
    mode: Mode
    policy: Place = ""
    trust_store: Place = ""
    registry: str = "localhost"
