"""`notation key`: the list of signing keys."""

from collections.abc import Mapping

from dialects.case import NEW, OLD, Case, File
from dialects.setting import place

_LIST = "signingkeys.json"
_HEAD = "NAME   KEY PATH   CERTIFICATE PATH   ID   PLUGIN NAME   \n"


def keys(*names: str, default: str = "") -> str:
    """`signingkeys.json` as notation writes it, with keys of the plugin `pk`."""
    entries = ",\n".join(
        f'        {{\n            "name": "{name}",\n            "id": "{name}-id",\n'
        '            "pluginName": "pk"\n        }'
        for name in names
    )
    first = f'    "default": "{default}",\n' if default else ""
    listed = f"[\n{entries}\n    ]" if names else "[]"
    return f'{{\n{first}    "keys": {listed}\n}}\n'


PLUGIN = place("plugins/pk/notation-pk", "a program, if it were run", 0o755)
THREE = place(_LIST, keys("a", "b", "c", default="b"))


def written(*names: str, default: str = "") -> Mapping[str, File]:
    """The list afterwards."""
    return {_LIST: File(keys(*names, default=default), mode=0o600)}


def malformed(name: str, content: str, problem: str) -> Case:
    """A list that cannot be used."""
    return Case(name, "key list", err=f"Error: {problem}\n", status=1, world=(place(_LIST, content),))


_ADD = "key add --plugin pk --id a-id"

CASES = (
    Case("key list without a list shows the heads", "key list", out=_HEAD),
    Case("key list ignores arguments", "key ls more", out=_HEAD),
    Case(
        "key list marks the default",
        "key list",
        out=(
            "NAME   KEY PATH   CERTIFICATE PATH   ID     PLUGIN NAME   \n"
            "a                                    a-id   pk            \n"
            "* b                                  b-id   pk            \n"
            "c                                    c-id   pk            \n"
        ),
        world=(THREE,),
    ),
    Case(
        "key list shows local keys with their paths",
        "key ls",
        out=(
            "NAME     KEY PATH   CERTIFICATE PATH   ID      PLUGIN NAME   \n"
            "* here   /k.pem     /c.pem                                   \n"
            "away                                   1<&>é   pk            \n"
        ),
        world=(
            place(
                _LIST,
                {
                    "default": "here",
                    "keys": [
                        {"name": "here", "keyPath": "/k.pem", "certPath": "/c.pem"},
                        {"name": "away", "id": "1<&>é", "pluginName": "pk"},
                    ],
                },
            ),
        ),
    ),
    malformed(
        "a key without a name spoils the list",
        '{"keys": [{"name": ""}]}',
        "malformed signingkeys.json: key name cannot be empty",
    ),
    malformed(
        "an empty default spoils the list",
        '{"default": "", "keys": [{"name": "a"}]}',
        "malformed signingkeys.json: default key name cannot be empty",
    ),
    malformed(
        "a default that is not there spoils the list",
        '{"default": "x", "keys": [{"name": "a"}]}',
        "malformed signingkeys.json: default key 'x' not found",
    ),
    malformed(
        "a name that comes twice spoils the list",
        '{"keys": [{"name": "a"}, {"name": "a"}]}',
        "malformed signingkeys.json: multiple keys with name 'a' found",
    ),
    malformed(
        "a list that is no JSON is refused", "junk", "invalid character 'j' looking for beginning of value"
    ),
    malformed("a list that ends early is refused", '{"keys": [', "unexpected EOF"),
    malformed("an empty list file is refused", "", "EOF"),
    Case(
        "a folder in the place of the list is refused",
        "key list",
        err='Error: "{config}/signingkeys.json" is not a regular file (symlinks are not supported)\n',
        status=1,
        world=(place(f"{_LIST}/inside", ""),),
    ),
    Case(
        "key add lists the key of a plugin",
        f"{_ADD} a",
        out="a\n",
        world=(PLUGIN,),
        files=written("a"),
    ),
    Case(
        "key add marks a default and escapes as Go does",
        "key add --plugin pk --id '<&>é' --plugin-config b=2 --plugin-config a=1=2 --default a",
        out="a: marked as default\n",
        world=(PLUGIN,),
        files={
            _LIST: File(
                '{\n    "default": "a",\n    "keys": [\n        {\n            "name": "a",\n'
                '            "id": "\\u003c\\u0026\\u003eé",\n            "pluginName": "pk",\n'
                '            "pluginConfig": {\n                "a": "1=2",\n                "b": "2"\n'
                "            }\n        }\n    ]\n}\n",
                mode=0o600,
            )
        },
    ),
    Case(
        "key add leaves the default as it is",
        "key add --plugin pk --id d-id d",
        out="d\n",
        world=(PLUGIN, THREE),
        files=written("a", "b", "c", "d", default="b"),
    ),
    Case(
        "key add looks for plugins where NOTATION_LIBEXEC says",
        f"{_ADD} a",
        out="a\n",
        world=(place("~/libexec/plugins/pk/notation-pk", "x", 0o755),),
        environment={"NOTATION_LIBEXEC": "{home}/libexec"},
        files=written("a"),
    ),
    Case(
        "key add finds no plugin",
        f"{_ADD} a",
        err=(
            "Error: plugin executable file is either not found or inaccessible: "
            "stat {config}/plugins/pk/notation-pk: no such file or directory\n"
        ),
        status=1,
    ),
    Case(
        "key add finds a folder where a plugin should be",
        f"{_ADD} a",
        err="Error: plugin executable file is not a regular file\n",
        status=1,
        world=(place("plugins/pk/notation-pk/inside", ""),),
    ),
    Case(
        "key add knows the name already",
        f"{_ADD} a",
        err='Error: signing key with name "a" already exists\n',
        status=1,
        world=(PLUGIN, THREE),
    ),
    Case("key add wants an id", "key add --plugin pk a", err="Error: missing key id\n", status=1),
    Case(
        "key add wants a name that is not empty",
        "key add --plugin pk --id 1 ''",
        err="Error: key name cannot be empty\n",
        status=1,
    ),
    Case(
        "key add wants the name of a plugin that is not empty",
        "key add --plugin '' --id 1 a",
        err="Error: plugin name cannot be empty\n",
        status=1,
    ),
    Case(
        "key add wants a plugin",
        "key add --id 1 a",
        err='Error: required flag(s) "plugin" not set\n',
        status=1,
    ),
    Case(
        "key add wants exactly one name",
        "key add --plugin pk --id 1 a b",
        err="Error: either missing key name or unnecessary parameters passed\n",
        status=1,
    ),
    Case(
        "key add wants pairs in --plugin-config",
        "key add --plugin pk --id 1 --plugin-config a= a",
        err='Error: could not parse flag plugin-config: key-value pair requires "=" as separator\n',
        status=1,
    ),
    Case(
        "key update changes the default",
        "key update --default c",
        out="c: marked as default\n",
        world=(THREE,),
        files=written("a", "b", "c", default="c"),
    ),
    Case(
        "key set gives a list its first default",
        "key set a --default",
        out="a: marked as default\n",
        world=(place(_LIST, keys("a", "b")),),
        files=written("a", "b", default="a"),
    ),
    Case("key update does nothing without --default", "key update whoever"),
    Case(
        "key update says so if asked for details",
        "key update -v whoever",
        err="level=warning msg=--default flag is not set, command did not take effect\n",
        lines=(OLD,),
    ),
    Case(
        "key update says so with the time if asked for all details",
        "key update --debug whoever",
        err="time=⟨rfc3339⟩ level=warning msg=--default flag is not set, command did not take effect\n",
    ),
    Case(
        "key update has no --verbose in the new line",
        "key update -v whoever",
        err="Error: unknown shorthand flag: 'v' in -v\n",
        status=1,
        lines=(NEW,),
    ),
    Case(
        "key update knows no such key",
        "key update --default nobody",
        err="Error: signing key nobody not found\n",
        status=1,
        world=(THREE,),
    ),
    Case("key update wants a name", "key update --default", err="Error: missing key name\n", status=1),
    Case(
        "key update wants a name that is not empty",
        "key update --default ''",
        err="Error: key name cannot be empty\n",
        status=1,
    ),
    Case(
        "key delete takes a key out",
        "key delete a",
        out="Removed a from Notation signing key list. The source key still exists.\n",
        world=(THREE,),
        files=written("b", "c", default="b"),
    ),
    Case(
        "key delete takes the default out",
        "key delete b",
        out="Removed default key b from Notation signing key list. The source key still exists.\n",
        world=(THREE,),
        files=written("a", "c"),
    ),
    Case(
        "key delete takes several out",
        "key delete c b a",
        out=(
            "Removed the following keys from Notation signing key list. The source keys still exist.\n"
            "c\nb (default)\na\n"
        ),
        world=(THREE,),
        files=written(),
    ),
    Case(
        "key delete of a key that is not there takes none out",
        "key delete a x",
        err="Error: signing key x not found\n",
        status=1,
        world=(THREE,),
    ),
    Case(
        "key delete does not find a key a second time",
        "key delete a a",
        err="Error: signing key a not found\n",
        status=1,
        world=(THREE,),
    ),
    Case("key delete wants names", "key delete", err="Error: missing key names\n", status=1),
)
