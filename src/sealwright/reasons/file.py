"""Files and folders of this machine."""

REASONS = {
    "file.absent": ("there is no file {file}", "check the path"),
    "file.not-regular": ("{file} is not a regular file", "name a file, not a folder or device"),
    "file.too-large": ("{file} is larger than {limit} bytes", "check that it is the right file"),
    "file.unreadable": ("{file} cannot be read: {problem}", "check its permissions and owner"),
    "file.unwritable": ("{file} cannot be written: {problem}", "check the folder's permissions and space"),
    "file.changed": (
        "{file} changed while it was read",
        "wait until nobody writes to it any more, or work on a copy",
    ),
    "file.locked": (
        "{folder} is locked by another program, for {seconds} seconds at least",
        "see which one with: lslocks, or fuser {folder}; then try again",
    ),
    "file.exists": ("{file} exists already", "choose another name, or remove the file first"),
    "file.folder-unsafe": (
        "verdicts are not kept in the folder {folder}: {problem}",
        "name a folder that is yours and that only you can write, or make it so: chmod 700",
    ),
}
