"""Command lines."""

REASONS = {
    "usage.command-line": ("{problem}", "{command} --help shows the flags, with examples"),
    "usage.other-digest": (
        "the image has the digest {digest}, and {target} names another",
        "name the target by a tag, or without a digest",
    ),
    "usage.no-images": ("no image is named", "give names as arguments, or one on each line after -"),
}
