"""Shell scripts that complete a dialect's commands and flags.

The tree of commands is written into the script, so that completing starts no program. Each script keeps a
table from the words of a command (`notation key add`) to what may follow: subcommands, or flags once a `-` is
typed. Flags that take a value, and arguments, complete as file names.
"""

from collections.abc import Iterator

from sealwright.dialects.cobra import Command, subcommands
from sealwright.dialects.cobra_help import help_flag

__all__ = ["SHELLS", "script"]

SHELLS = ("bash", "fish", "powershell", "zsh")

_BASH = """\
# completion of {name} for bash
_{name}_words() {{
    case "$1" in
{cases}
    esac
}}
_{name}_complete() {{
    local at="{name}" word following
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        [[ $word == -* ]] && continue
        following="$(_{name}_words "$at $word")"
        [[ -n $following ]] && at="${{following%%|*}}"
    done
    local all
    all="$(_{name}_words "$at")"
    all="${{all#*|}}"
    if [[ ${{COMP_WORDS[COMP_CWORD]}} == -* ]]; then all="${{all#*|}}"; else all="${{all%%|*}}"; fi
    COMPREPLY=($(compgen -W "$all" -- "${{COMP_WORDS[COMP_CWORD]}}"))
}}
complete -o default -F _{name}_complete {name}
"""
_ZSH = """\
#compdef {name}
# completion of {name} for zsh
autoload -U +X bashcompinit && bashcompinit
"""
_FISH = """\
# completion of {name} for fish
function __{name}_words
    switch "$argv"
{cases}
    end
end
function __{name}_complete
    set -l at {name}
    for word in (commandline -opc)[2..-1]
        string match -q -- '-*' $word; and continue
        set -l following (__{name}_words $at $word)
        test (count $following) -gt 0; and set at (string split ' ' -- $following[1])
    end
    set -l found (__{name}_words $at)
    if string match -q -- '-*' (commandline -ct)
        string split -n ' ' -- $found[3]
    else
        string split -n ' ' -- $found[2]
    end
end
complete -c {name} -a '(__{name}_complete)'
"""
_POWERSHELL = """\
# completion of {name} for PowerShell
Register-ArgumentCompleter -Native -CommandName '{name}' -ScriptBlock {{
    param($typed, $line, $place)
    $known = @{{
{cases}
    }}
    $at = '{name}'
    foreach ($word in $line.CommandElements | Select-Object -Skip 1) {{
        if ("$word" -like '-*' -or $word.Extent.EndOffset -ge $place) {{ continue }}
        if ($known.ContainsKey("$at $word")) {{ $at = $known["$at $word"][0] }}
    }}
    $which = if ($typed -like '-*') {{ 2 }} else {{ 1 }}
    $known[$at][$which] -split ' ' | Where-Object {{ $_ -and $_ -like "$typed*" }}
}}
"""


def script(shell: str, root: Command, line: str) -> str:
    """The script for a shell.

    Args:
        shell: one of `SHELLS`.
        root: the program.
        line: of the program, which its commands may depend on.
    """
    rows = list(_rows(root, root.name, (), line))
    match shell:
        case "bash" | "zsh":
            cases = "\n".join(
                f"        {_quoted(*paths)}) echo '{path}|{follow}|{flags}' ;;"
                for path, paths, follow, flags in rows
            )
            text = _BASH if shell == "bash" else _ZSH + _BASH
        case "fish":
            cases = "\n".join(
                f"        case {' '.join(_quoted(each) for each in paths)}\n"
                f"            printf '%s\\n' '{path}' '{follow}' '{flags}'"
                for path, paths, follow, flags in rows
            )
            text = _FISH
        case _:
            cases = "\n".join(
                f"        '{each}' = @('{path}', '{follow}', '{flags}')"
                for path, paths, follow, flags in rows
                for each in paths
            )
            text = _POWERSHELL
    return text.format(name=root.name, cases=cases)


def _quoted(*paths: str) -> str:
    return "|".join(f"'{path}'" for path in paths)


def _rows(
    command: Command, path: str, aliases: tuple[str, ...], line: str
) -> Iterator[tuple[str, tuple[str, ...], str, str]]:
    """For each command its path, the paths by which it may be typed, its subcommands, its flags."""
    shown = [each for each in subcommands(command, line) if not each.hidden]
    flags = sorted(f"--{flag.name}" for flag in (*command.flags, help_flag(command)) if not flag.hidden)
    paths = (path, *(f"{path.rpartition(' ')[0]} {alias}" for alias in aliases))
    yield path, paths, " ".join(sorted(each.name for each in shown)), " ".join(flags)
    for each in shown:
        yield from _rows(each, f"{path} {each.name}", each.aliases, line)
