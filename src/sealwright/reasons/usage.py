"""Command lines."""

REASONS = {
    "usage.no-images": ("no image is named", "give names as arguments, or one on each line after -"),
}
