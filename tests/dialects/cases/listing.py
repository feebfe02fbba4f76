"""`notation list`, and how artifacts are named and found."""

from dialects.case import NEW, OLD, Case, File
from dialects.cases.warnings import EXPERIMENTAL, WITH_EXPERIMENTS, by_tag
from dialects.setting import Setting, layout, place
from dialects.shelf import acme
from sealwright import media_types
from sealwright.repositories.layout import open_directory
from world import images

EXPECTING = "Expecting <registry>/<repository>:<tag> or <registry>/<repository>@<digest>\n"
EXPECTING_PATH = "Expecting <file_path>:<tag> or <file_path>@<digest>\n"
ANY = File()
TREE = "└── application/vnd.cncf.notary.signature\n"
EXCEEDED = "Warning: exceeded configured limit of max signatures 1 to examine\n"
NO_LAYOUT = "A folder that is no OCI layout is not made one by looking at it."
HALF_A_LOGIN = "A user name without a password, or a password without a user name, is refused at once."
SETTINGS = "Files of credentials are only read when a registry asks for a login, and what is wrong with settings is said in our words."
BOTH_FORMS = "In OCI layouts signatures of both forms are found; 1.3.2 finds those of the legacy form only."
NAME_SERVER = "Which name server was asked is not said."
TOKEN_SERVICE = "What a token service answered is not repeated."


def signed_layout(setting: Setting) -> None:
    """The same layout with a signature of the artifact form."""
    layout(setting)
    with open_directory(str(setting.work / "layout"), write=True) as opened:
        subject = opened.resolve("v1")
        images.attach_signature(opened, subject, media_types.NOTARY_JWS, b"{}", *acme().certificates)


def refused(name: str, typed: str, problem: str) -> Case:
    """A reference that is none."""
    return Case(
        f"a reference is refused: {name}",
        f"list '{typed}'",
        err=f'Error: "{typed}": invalid reference: {problem}. {EXPECTING}',
        status=1,
    )


CASES = (
    Case(
        "list shows the one signature of an image",
        "list {registry}/signed@{image}",
        out="{registry}/signed@{image}\n" + TREE + "    └── {signature}\n",
    ),
    Case(
        "list warns of a tag, also by its other name",
        "ls {registry}/signed:v1",
        out="{registry}/signed@{image}\n" + TREE + "    └── {signature}\n",
        err=by_tag("list"),
    ),
    Case(
        "list drops the tag of a reference with a digest",
        "list {registry}/signed:v1@{image}",
        out="{registry}/signed@{image}\n" + TREE + "    └── {signature}\n",
    ),
    Case(
        "list shows all signatures in the registry's order",
        "list {registry}/twice@{image}",
        out="{registry}/twice@{image}\n" + TREE + "    ├── {first}\n    └── {second}\n",
    ),
    Case(
        "list stops at the limit and says so",
        "list {registry}/twice@{image} --max-signatures 1",
        out={
            NEW: "{registry}/twice@{image}\n" + TREE + "    └── {first}\n",
            OLD: "{registry}/twice@{image}\n" + TREE + "    └── {first}\n" + EXCEEDED,
        },
        err={NEW: EXCEEDED},
    ),
    Case(
        "list at just the limit says nothing",
        "list {registry}/signed@{image} --max-signatures=1",
        out="{registry}/signed@{image}\n" + TREE + "    └── {signature}\n",
    ),
    Case(
        "list says that there is no signature",
        "list {registry}/unsigned@{image}",
        out={
            NEW: "{registry}/unsigned@{image} has no associated signatures\n",
            OLD: "{registry}/unsigned@{image} has no associated signature\n",
        },
    ),
    Case(
        "list lists what only says that it is a signature",
        "list {registry}/junk@{image}",
        out="{registry}/junk@{image}\n" + TREE + "    └── {junk}\n",
    ),
    Case(
        "list ignores words after the reference",
        "list {registry}/signed@{image} more words",
        out="{registry}/signed@{image}\n" + TREE + "    └── {signature}\n",
    ),
    Case(
        "list wants a reference",
        "list",
        err="Error: missing reference to the artifact: use `notation list --help` to see what parameters are required\n",
        status=1,
    ),
    Case(
        "list wants a positive limit",
        "list --max-signatures 0 {registry}/signed@{image}",
        err="Error: max-signatures value 0 must be a positive number\n",
        status=1,
    ),
    Case(
        "list wants a number as limit",
        "list --max-signatures many {registry}/signed@{image}",
        err='Error: invalid argument "many" for "--max-signatures" flag: strconv.ParseInt: parsing "many": invalid syntax\n',
        status=1,
    ),
    refused("a single word", "foo", "missing registry or repository"),
    refused("no tag and no digest", "foo/bar", "no tag or digest"),
    refused("capitals in the repository", "foo/BAR:v1", 'invalid repository "BAR"'),
    refused("two tags", "foo/bar:v1:v2", 'invalid tag "v1:v2"'),
    refused(
        "a short digest",
        "foo/bar@sha256:12",
        'invalid digest "sha256:12": invalid checksum digest length',
    ),
    refused(
        "a digest of another kind",
        "foo/bar@md5:12",
        'invalid digest "md5:12": unsupported digest algorithm',
    ),
    refused("a digest without a kind", "foo/bar@x", 'invalid digest "x": invalid checksum digest format'),
    refused("no registry", "/bar:v1", 'invalid registry ""'),
    refused("a percent sign in the registry", "ab%zz/b:v1", 'invalid registry "ab%zz"'),
    refused("nothing at all", "", "missing registry or repository"),
    Case(
        "an unknown tag is not found",
        "list {registry}/signed:v9",
        err="Error: failed to get manifest descriptor: {registry}/signed:v9: not found\n",
        status=1,
    ),
    Case(
        "an unknown digest is not found",
        "list {registry}/signed@sha256:" + 64 * "0",
        err="Error: failed to get manifest descriptor: {registry}/signed@sha256:"
        + 64 * "0"
        + ": not found\n",
        status=1,
    ),
    Case(
        "an unknown repository is not found",
        "list {registry}/nothing/here:v1",
        err="Error: failed to get manifest descriptor: {registry}/nothing/here:v1: not found\n",
        status=1,
    ),
    Case(
        "a registry that nobody runs refuses the connection",
        "list {nobody}/a:v1",
        err='Error: failed to get manifest descriptor: Head "http://{nobody}/v2/a/manifests/v1": dial tcp 127.0.0.1:{nobody_port}: connect: connection refused\n',
        status=1,
    ),
    Case(
        "only localhost with a port is spoken to without TLS",
        "list 127.0.0.1:{port}/signed@{image}",
        err='Error: failed to get manifest descriptor: Head "https://127.0.0.1:{port}/v2/signed/manifests/{image}": http: server gave HTTP response to HTTPS client\n',
        status=1,
    ),
    Case(
        "--insecure-registry speaks plain HTTP",
        "list --insecure-registry 127.0.0.1:{port}/signed@{image}",
        out="127.0.0.1:{port}/signed@{image}\n" + TREE + "    └── {signature}\n",
    ),
    Case(
        "a host that nobody knows cannot be looked up",
        "list nobody.invalid/a:v1",
        err='Error: failed to get manifest descriptor: Head "https://nobody.invalid/v2/a/manifests/v1": dial tcp: lookup nobody.invalid⟨…⟩\n',
        status=1,
        differs=NAME_SERVER,
        our_err='Error: failed to get manifest descriptor: Head "https://nobody.invalid/v2/a/manifests/v1": dial tcp: lookup nobody.invalid: no such host\n',
    ),
    Case(
        "a registry asks for a login and nobody knows one",
        "list {guarded}/basic:v1",
        err='Error: failed to get manifest descriptor: HEAD "http://{guarded}/v2/basic/manifests/v1": basic credential not found\n',
        status=1,
    ),
    Case(
        "a registry does not know the user of the flags",
        "list {guarded}/basic:v1 -u alice -p wrong",
        err='Error: failed to get manifest descriptor: HEAD "http://{guarded}/v2/basic/manifests/v1": response status code 401: Unauthorized\n',
        status=1,
    ),
    Case(
        "a registry knows the user of the environment",
        "list {guarded}/basic:v1",
        environment={"NOTATION_USERNAME": "alice", "NOTATION_PASSWORD": "wonderland"},
        err="Error: failed to get manifest descriptor: {guarded}/basic:v1: not found\n",
        status=1,
    ),
    Case(
        "the flags go before the environment",
        "list {guarded}/basic:v1 --username alice --password wonderland",
        environment={"NOTATION_USERNAME": "bob", "NOTATION_PASSWORD": "builder"},
        err="Error: failed to get manifest descriptor: {guarded}/basic:v1: not found\n",
        status=1,
    ),
    Case(
        "a credential helper that is not installed is missed when a registry asks for a login",
        "list {guarded}/basic:v1",
        world=(place("config.json", {"credsStore": "nope"}),),
        err='Error: failed to get manifest descriptor: HEAD "http://{guarded}/v2/basic/manifests/v1": failed to resolve credential: exec: "docker-credential-nope": executable file not found in $PATH\n',
        status=1,
    ),
    Case(
        "a credential helper that is not installed is not missed before",
        "list {registry}/signed@{image}",
        world=(place("config.json", {"credsStore": "nope"}),),
        out="{registry}/signed@{image}\n" + TREE + "    └── {signature}\n",
    ),
    *(
        Case(
            f"a password in {whose} is used",
            "list {guarded}/basic:v1",
            world=(place(file, {"auths": {"{guarded}": {"auth": "YWxpY2U6d29uZGVybGFuZA=="}}}),),
            err="Error: failed to get manifest descriptor: {guarded}/basic:v1: not found\n",
            status=1,
        )
        for whose, file in (("notation's settings", "config.json"), ("docker's", "~/.docker/config.json"))
    ),
    Case(
        "settings that are no JSON end everything",
        "list {registry}/signed@{image}",
        world=(place("config.json", "nonsense"),),
        err="Error: failed to get credentials store: failed to create credential store from config file: failed to decode config file at {config}/config.json: invalid config format: invalid character 'o' in literal null (expecting 'u')\n",
        status=1,
        differs=SETTINGS,
        our_err="Error: failed to get manifest descriptor: {config}/config.json:1:1: the file cannot be used: expecting value\n",
    ),
    Case(
        "docker's settings are not read before a registry asks for a login",
        "list {registry}/signed@{image}",
        world=(place("~/.docker/config.json", "nonsense"),),
        err="Error: failed to get credentials store: failed to create credential store from docker config file: failed to decode config file at {home}/.docker/config.json: invalid config format: invalid character 'o' in literal null (expecting 'u')\n",
        status=1,
        differs=SETTINGS,
        our_out="{registry}/signed@{image}\n" + TREE + "    └── {signature}\n",
        our_err="",
        our_status=0,
    ),
    Case(
        "half a login is refused",
        "list {guarded}/basic:v1 -p wonderland",
        err='Error: failed to get manifest descriptor: HEAD "http://{guarded}/v2/basic/manifests/v1": missing username or password for basic auth\n',
        status=1,
        differs=HALF_A_LOGIN,
        our_err="Error: failed to get manifest descriptor: password is given without username\n",
    ),
    Case(
        "a token service refuses",
        "list {guarded}/bearer:v1",
        err='Error: failed to get manifest descriptor: HEAD "http://{guarded}/v2/bearer/manifests/v1": GET "http://{guarded}/token?scope=repository%3Abearer%3Apull&service=s": response status code 401: denied: not you\n',
        status=1,
        differs=TOKEN_SERVICE,
        our_err='Error: failed to get manifest descriptor: HEAD "http://{guarded}/v2/bearer/manifests/v1": response status code 401: Unauthorized\n',
    ),
    Case(
        "a registry denies access",
        "list {guarded}/denied:v1",
        err='Error: failed to get manifest descriptor: HEAD "http://{guarded}/v2/denied/manifests/v1": response status code 403: Forbidden\n',
        status=1,
    ),
    Case(
        "a layout is for experimenters",
        "list --oci-layout layout:v1",
        world=(layout,),
        err='Error: flag(s) --oci-layout in "notation list" is experimental and not enabled by default. To use, please set NOTATION_EXPERIMENTAL=1 environment variable\n',
        status=1,
    ),
    Case(
        "list looks into a layout",
        "list --oci-layout layout@{image}",
        world=(layout,),
        environment=WITH_EXPERIMENTS,
        out={
            NEW: "layout@{image} has no associated signatures\n",
            OLD: "layout@{image} has no associated signature\n",
        },
        err=EXPERIMENTAL,
    ),
    Case(
        "list finds a signature of the artifact form in a layout",
        "list --oci-layout layout@{image}",
        world=(signed_layout,),
        environment=WITH_EXPERIMENTS,
        out={
            NEW: "layout@{image}\n" + TREE + "    └── ⟨sha256⟩\n",
            OLD: "layout@{image} has no associated signature\n",
        },
        err=EXPERIMENTAL,
        differs=BOTH_FORMS,
        our_out="layout@{image}\n" + TREE + "    └── ⟨sha256⟩\n",
    ),
    Case(
        "list looks into a layout by tag, at an absolute path",
        "list --oci-layout {work}/layout:v1",
        world=(layout,),
        environment=WITH_EXPERIMENTS,
        out={
            NEW: "{work}/layout@{image} has no associated signatures\n",
            OLD: "{work}/layout@{image} has no associated signature\n",
        },
        err=EXPERIMENTAL + by_tag("list"),
    ),
    Case(
        "a layout without tag and digest is refused",
        "list --oci-layout layout",
        world=(layout,),
        environment=WITH_EXPERIMENTS,
        err=EXPERIMENTAL + 'Error: "layout": invalid reference: missing tag or digest. ' + EXPECTING_PATH,
        status=1,
    ),
    Case(
        "a layout without a path is refused",
        "list --oci-layout :v1",
        environment=WITH_EXPERIMENTS,
        err=EXPERIMENTAL + 'Error: ":v1": invalid reference: missing oci-layout file path. ' + EXPECTING_PATH,
        status=1,
    ),
    Case(
        "a tag that a layout does not have is not found",
        "list --oci-layout layout:v9",
        world=(layout,),
        environment=WITH_EXPERIMENTS,
        err=EXPERIMENTAL + "Error: failed to get manifest descriptor: not found\n",
        status=1,
    ),
    Case(
        "a layout that is not there is told as the system tells it",
        "list --oci-layout nowhere:v1",
        environment=WITH_EXPERIMENTS,
        err=EXPERIMENTAL + "Error: failed to create OCI store: stat nowhere: no such file or directory\n",
        status=1,
    ),
    Case(
        "a folder that is no layout holds nothing",
        "list --oci-layout {home}/.config:v1",
        environment=WITH_EXPERIMENTS,
        err=EXPERIMENTAL + "Error: failed to get manifest descriptor: not found\n",
        status=1,
        files={"~/.config/index.json": ANY, "~/.config/oci-layout": ANY},
        differs=NO_LAYOUT,
        our_files={},
    ),
    Case(
        "the older line warns of a flag that does nothing any more",
        "list --allow-referrers-api {registry}/unsigned@{image}",
        lines=(OLD,),
        environment=WITH_EXPERIMENTS,
        out="{registry}/unsigned@{image} has no associated signature\n",
        err=EXPERIMENTAL
        + "Warning: flag '--allow-referrers-api' is deprecated and will be removed in future versions.\n",
    ),
    Case(
        "the newer line knows no such flag",
        "list --allow-referrers-api {registry}/unsigned@{image}",
        lines=(NEW,),
        err="Error: unknown flag: --allow-referrers-api\n",
        status=1,
    ),
)
