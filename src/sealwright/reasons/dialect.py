"""Links by which other programs' command lines reach us."""

REASONS = {
    "dialect.unknown": ("there is no dialect {name}", "the dialects are: {known}"),
    "dialect.partial": (
        "{name} does much that Sealwright does not do, and nothing but it should have that name",
        "call the commands that are here as: seal {name} …",
    ),
    "dialect.foreign-file": (
        "{file} is not a link to seal: it is {what}",
        "name another folder with --folder, or replace it with --force",
    ),
    "dialect.no-link": (
        "there is no link {file}",
        "seal dialect list shows which links there are; --folder names where to look",
    ),
    "dialect.not-ours": (
        "{file} is not a link to seal, and stays: it is {what}",
        "remove it by hand if it is not wanted",
    ),
    "dialect.no-program": (
        "the program seal was not found beside {interpreter}",
        "install Sealwright as a package, so that there is a program to link to",
    ),
    "dialect.not-on-path": (
        "{folder} is not among the folders of PATH",
        "add it to PATH, or install the link into another folder with --folder",
    ),
    "dialect.shadowed": (
        "{other} comes before {file} on PATH",
        "put {folder} first on PATH, or remove the other program",
    ),
}
