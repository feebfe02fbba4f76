"""Verdicts as a whole."""

REASONS = {
    "verdict.accepted": ('signed by {signer}, as the statement "{statement}" asks', ""),
    "verdict.allowed-unchecked": (
        'the statement "{statement}" asks for no signature: allowed, not verified',
        "",
    ),
    "verdict.allowed-in-part": (
        'one of the policies of "{statement}" asks for no signature: allowed, not verified',
        "let each of them ask for a signature, or choose one of them with --policy",
    ),
    "verdict.allowed-logged": (
        ('no signer is proven, and the statement "{statement}" only logs that: allowed, not verified'),
        "use the level strict or permissive to demand a proven signer",
    ),
    "verdict.unsigned": (
        "the image has no signature",
        "have it signed (seal sign), or check that signatures were copied along with it (seal copy)",
    ),
    "verdict.rejected": ('the statement "{statement}" rejects every image of this name', ""),
    "verdict.none-counts": (
        'none of the {count} signatures satisfies the statement "{statement}"',
        "the report on each signature says why",
    ),
    "verdict.not-about": ("the deciding policy is not about signatures of this format", ""),
    "verdict.other-signer": (
        "it announces certificates that no trust store of the statement holds, and another signature counts",
        "",
    ),
    "verdict.limit-reached": (
        "it was not downloaded: {limit} signatures had been looked at before it",
        "raise --max-signatures, or have the junk removed from the repository",
    ),
    "verdict.platform-not-accepted": (
        "the index lists {digest} ({platform}), which is {decision}: {problem}",
        "the report on that platform says more; sign with --recursive to sign an index and all in it",
    ),
    "verdict.platforms-accepted": (
        "each of the {count} manifests in the index is accepted; the index itself is {decision}: {problem}",
        "",
    ),
    "verdict.malformed": (
        "this is no verdict as this version writes them: {problem}",
        "make the verdict anew, or read it with the version that wrote it",
    ),
}
