"""All in which the lines of notation differ, beside their texts.

`SEALWRIGHT_NOTATION` chooses (`version_text.chosen`). Text, flags, form of signature manifests and the
default of `--force-referrers-tag` change together: a script written for one line finds all of that line.
"""

from collections.abc import Mapping

import msgspec

from sealwright.dialects.notation.version_text import DEFAULT, STABLE

__all__ = ["DEFAULT", "LINES", "STABLE", "Line"]


class Line(msgspec.Struct, frozen=True):
    """One line.

    `verbose_flag`: commands have `-v/--verbose` beside `-d/--debug`.
    `legacy_manifest`: signatures are marked by the media type of their manifest's config, else by
    `artifactType`.
    `force_referrers_tag`: the default of that flag of `sign`.
    `policy_file`: what `policy import` writes.
    `inspect_outputs`: the forms that `inspect --output` knows; the first is the default.
    `announces_push`: `sign` says where the signature went.
    `cleans_up_tests`: there is `cert cleanup-test`.
    """

    name: str
    verbose_flag: bool
    legacy_manifest: bool
    force_referrers_tag: bool
    policy_file: str
    inspect_outputs: tuple[str, ...]
    announces_push: bool
    cleans_up_tests: bool


LINES: Mapping[str, Line] = {
    DEFAULT: Line(
        DEFAULT,
        verbose_flag=False,
        legacy_manifest=False,
        force_referrers_tag=False,
        policy_file="trustpolicy.oci.json",
        inspect_outputs=("tree", "json"),
        announces_push=True,
        cleans_up_tests=True,
    ),
    STABLE: Line(
        STABLE,
        verbose_flag=True,
        legacy_manifest=True,
        force_referrers_tag=True,
        policy_file="trustpolicy.json",
        inspect_outputs=("text", "json"),
        announces_push=False,
        cleans_up_tests=False,
    ),
}
"""By the value of `SEALWRIGHT_NOTATION`."""
