"""The command line itself: how commands are found, how flags are read, help and version."""

from dialects.case import LINES, NEW, OLD, Case, Line
from dialects.setting import place

_USAGE = "Run 'notation --help' for usage.\n"
_HEADS = "NAME   KEY PATH   CERTIFICATE PATH   ID   PLUGIN NAME   \n"
_VERSION = (
    "`version` shows the line's version with ours as build metadata, and ours in full in the last line."
)
_HELP = "Help texts are in our own words, with the same commands and flags."


def refused(
    name: str, arguments: str, problem: str, *, usage: bool = False, lines: tuple[Line, ...] = LINES
) -> Case:
    """A command line that cannot be read."""
    return Case(name, arguments, err=f"Error: {problem}\n{_USAGE if usage else ''}", status=1, lines=lines)


def unknown(name: str, typed: str, *meant: str, lines: tuple[Line, ...] = LINES) -> Case:
    """A command that is not there, and those that may be meant."""
    suggestions = "\n\nDid you mean this?\n" + "".join(f"\t{one}\n" for one in meant) if meant else ""
    problem = f'unknown command "{typed}" for "notation"{suggestions}'
    return refused(name, typed, problem, usage=True, lines=lines)


def helped(name: str, arguments: str, usage: str) -> Case:
    """A help text, of which the usage line is the same."""
    return Case(
        name,
        arguments,
        out=f"⟨⋮⟩\n\nUsage:\n  {usage}\n⟨⋮⟩",
    )


def flag(name: str, arguments: str, problem: str) -> Case:
    """A value that a flag cannot take; values are read in the same way in every line."""
    return refused(name, arguments, f"invalid argument {problem}", lines=(OLD,))


_BITS = "cert generate-test --bits"
_INT = 'for "-b, --bits" flag: strconv.ParseInt: parsing'
_BAD_NAME = "name needs to follow [a-zA-Z0-9_.-]+ format"

CASES = (
    Case(
        "version tells the version",
        "version",
        out={
            NEW: "Notation - a tool to sign and verify artifacts.\n\nVersion:     v2⟨…⟩\nGo version:  ⟨…⟩\n⟨⋮⟩",
            OLD: "Notation - a tool to sign and verify artifacts.\n\nVersion:     v1.3.2⟨…⟩\nGo version:  ⟨…⟩\n⟨⋮⟩",
        },
        differs=_VERSION,
        our_out={
            NEW: (
                "Notation - a tool to sign and verify artifacts.\n\nVersion:     v2.0.0+sealwright.⟨…⟩\n"
                "Program:     Sealwright ⟨…⟩\n"
            ),
            OLD: (
                "Notation - a tool to sign and verify artifacts.\n\nVersion:     v1.3.2+sealwright.⟨…⟩\n"
                "Program:     Sealwright ⟨…⟩\n"
            ),
        },
    ),
    refused("version takes no arguments", "version now", 'unknown command "now" for "notation version"'),
    refused("version takes no flags", "version --short", "unknown flag: --short"),
    refused("there is no flag --version", "--version", "unknown flag: --version"),
    refused("there is no flag -v at the top", "-v", "unknown shorthand flag: 'v' in -v"),
    helped("no command at all shows the help", "", "notation [command]"),
    helped("--help shows the help of a command", "key list --help", "notation key list [flags]"),
    helped("-h is taken after the command", "key list more -h", "notation key list [flags]"),
    helped("-h before the last word is that of the group", "key -h list", "notation key [command]"),
    helped(
        "a flag before the command takes the next word along", "-h key list", "notation list [flags] <ref⟨…⟩"
    ),
    helped("a group shows its help", "key", "notation key [command]"),
    helped(
        "a group shows its help for a command that it does not have", "key nope", "notation key [command]"
    ),
    helped("help shows the help of a command", "help cert add", "notation certificate add --type <type> ⟨…⟩"),
    helped("help goes by aliases", "help cert ls", "notation certificate list [flags]"),
    helped("help passes over what follows", "help key nope", "notation key [command]"),
    helped(
        "help goes before other faults than of flags", "cert add -h", "notation certificate add --type ⟨…⟩"
    ),
    Case(
        "help of nothing known shows the commands on standard error",
        "help nope",
        err="Unknown help topic [`nope`]\nUsage:\n  notation [command]\n⟨⋮⟩",
    ),
    refused("a bad flag goes before help", "key list --help --nope", "unknown flag: --nope"),
    Case("--help=false is no call for help", "key list --help=false", out=_HEADS),
    refused(
        "--help takes only what means true or false",
        "key list --help=maybe",
        'invalid argument "maybe" for "-h, --help" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
    ),
    unknown("an unknown command is refused", "nope"),
    unknown("a misspelt command is guessed", "verfy", "verify"),
    unknown("the beginning of commands is guessed", "log", "login", "logout", lines=(OLD,)),
    unknown("the newer line guesses its own commands, too", "log", "login", "logout", "blob", lines=(NEW,)),
    unknown("guesses do not go by case", "LIST", "list"),
    unknown("an alias is no guess", "certs", *()),
    refused(
        "commands go by their exact names",
        "Key",
        'unknown command "Key" for "notation"\n\nDid you mean this?\n\tkey\n',
        usage=True,
    ),
    refused("a group has no flags of its commands", "key --default", "unknown flag: --default"),
    Case("-- ends the flags", "key list -- --nope", out=_HEADS),
    Case("a lone dash is an argument", "key list -", out=_HEADS),
    refused("a flag needs its value", "key add --plugin", "flag needs an argument: --plugin"),
    refused("a short flag needs its value", "cert list -t", "flag needs an argument: 't' in -t"),
    refused(
        "a group of short flags needs the value of its last",
        "cert delete -yt",
        "flag needs an argument: 't' in -t",
    ),
    Case("a flag takes a value that looks like a flag", "cert list --type --store"),
    Case("the value of a short flag may follow at once", "cert list -tnope -s=x"),
    refused("short flags may be grouped", "cert delete -yat nope", 'required flag(s) "store" not set'),
    refused(
        "an unknown short flag is named with its group",
        "cert delete -yxa",
        "unknown shorthand flag: 'x' in -xa",
    ),
    refused(
        "a short flag of more than one byte is unknown", "key list -é", "unknown shorthand flag: 'Ã' in -é"
    ),
    refused("three dashes are bad syntax", "key list ---help", "bad flag syntax: ---help"),
    refused("a flag without a name is bad syntax", "key list --=x", "bad flag syntax: --=x"),
    refused("an unknown flag is named without its value", "key list --nope=1", "unknown flag: --nope"),
    refused("flags have no short forms of their names", "cert list --sto x", "unknown flag: --sto"),
    Case(
        "the last value of a flag counts",
        "cert list --type ca -t nope",
        world=(place("truststore/x509/ca/acme/z.txt", "junk"),),
    ),
    *(
        refused(
            f"a switch takes {typed}",
            f"key update --default={typed} ''",
            "key name cannot be empty",
            lines=(OLD,),
        )
        for typed in ("1", "t", "T", "TRUE", "true", "True")
    ),
    *(
        Case(f"a switch takes {typed} for off", f"key update --default={typed} ''", lines=(OLD,))
        for typed in ("0", "f", "F", "FALSE", "false", "False")
    ),
    flag(
        "a switch takes no other word",
        "key update --default=yes x",
        '"yes" for "--default" flag: strconv.ParseBool: parsing "yes": invalid syntax',
    ),
    flag(
        "a value is quoted as Go does",
        "key update --default='\"a\\b\té\u200b' x",
        '"\\"a\\\\b\\té\\u200b" for "--default" flag: strconv.ParseBool: parsing "\\"a\\\\b\\té\\u200b": '
        "invalid syntax",
    ),
    *(
        refused(f"a number may be written {typed}", f"{_BITS}={typed} 'a b'", _BAD_NAME, lines=(OLD,))
        for typed in ("2048", "0x800", "0o4000", "04000", "0b100000000000", "2_048", "0_4000", "+2048", "-1")
    ),
    *(
        flag(
            f"a number may not be written '{typed}'",
            f"{_BITS} '{typed}' x",
            f'"{typed}" {_INT} "{typed}": invalid syntax',
        )
        for typed in ("", "x", "0x", "08", "1__0", "_1", "1_", "1e3", " 1", "٣")
    ),
    flag(
        "a number has at most 64 bits",
        f"{_BITS} 9223372036854775808 x",
        f'"9223372036854775808" {_INT} "9223372036854775808": value out of range',
    ),
    *(
        flag(
            f"a duration may not be written '{typed}'",
            f"sign -e '{typed}' x",
            f'"{typed}" for "-e, --expiry" flag: time: {problem}',
        )
        for typed, problem in (
            ("", 'invalid duration ""'),
            ("x", 'invalid duration "x"'),
            ("5", 'missing unit in duration "5"'),
            ("1d", 'unknown unit "d" in duration "1d"'),
            ("1h30", 'missing unit in duration "1h30"'),
            ("1 h", 'unknown unit " h" in duration "1 h"'),
            (".h", 'invalid duration ".h"'),
            ("--1h", 'invalid duration "--1h"'),
            ("9999999h", 'invalid duration "9999999h"'),
            ("1é", 'unknown unit "\\xc3\\xa9" in duration "1\\xc3\\xa9"'),
        )
    ),
    helped("completion shows its help", "completion", "notation completion [command]"),
    refused(
        "completion takes no arguments",
        "completion bash x",
        'unknown command "x" for "notation completion bash"',
    ),
    Case(
        "completion prints a script",
        "completion bash",
        out="# bash completion V2 for notation ⟨⋮⟩",
        differs=_HELP,
        our_out="# completion of notation for bash\n⟨⋮⟩",
    ),
)
