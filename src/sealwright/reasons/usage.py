"""Command lines."""

REASONS = {
    "usage.command-line": ("{problem}", "{command} --help shows the flags, with examples"),
    "usage.no-images": ("no image is named", "give names as arguments, or one on each line after -"),
}
