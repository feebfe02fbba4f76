"""Files that cannot be read or written, as Go's operating system package puts it."""

__all__ = ["WORDS"]

WORDS = {
    "file.absent": "open {file}: no such file or directory",
    "file.not-regular": "read {file}: is a directory",
    "file.unreadable": "open {file}: permission denied",
    "file.unwritable": "open {file}: permission denied",
}
