"""Files that cannot be read or written, as Go's operating system package puts it."""

__all__ = ["WORDS"]

WORDS = {
    "file.absent": "open {file}: no such file or directory",
    "file.not-regular": "read {file}: is a directory",
    "file.unreadable": "open {file}: {problem:small}",
    "file.unwritable": "open {file}: {problem:small}",
}
