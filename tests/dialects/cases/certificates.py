"""`notation certificate`: the certificates of trust stores."""

import shutil

from cryptography import x509

from dialects.case import Case, File, Step
from dialects.setting import Setting, place
from dialects.shelf import acme
from world.home import pem

_STORE = "truststore/x509/ca/acme"
_HEADS = "STORE TYPE   STORE NAME   CERTIFICATE   \n"
_DETAILS = f"Certificate details\n{'-' * 80}\n"


def files(setting: Setting) -> None:
    """In the folder where the program is started: certificates in several forms, and what is none."""
    root = acme().root
    (setting.work / "root.pem").write_bytes(pem(root))
    (setting.work / "root.der").write_bytes(root)
    (setting.work / "two.pem").write_bytes(b"first\n" + pem(root) + b"second\n" + pem(acme().certificates[1]))
    (setting.work / "leaf.pem").write_bytes(pem(acme().certificates[0]))
    (setting.work / "junk.txt").write_text("junk\n")
    (setting.work / "empty").write_text("")
    (setting.work / "folder").mkdir()
    certificate = x509.load_der_x509_certificate(root)
    setting.values["from"] = f"{certificate.not_valid_before_utc:%Y-%m-%d %H:%M:%S} +0000 UTC"
    setting.values["until"] = f"{certificate.not_valid_after_utc:%Y-%m-%d %H:%M:%S} +0000 UTC"
    setting.values["subject"] = certificate.subject.rfc4514_string()


def stored(*names: str, kind: str = "ca", store: str = "acme") -> Step:
    """The root of `acme` in a trust store, under these file names."""

    def step(setting: Setting) -> None:
        folder = setting.config / "truststore" / "x509" / kind / store
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            (folder / name).write_bytes(pem(acme().root))

    return step


def linked(setting: Setting) -> None:
    """A symbolic link in a trust store."""
    (setting.config / _STORE / "link.pem").symlink_to(setting.config / _STORE / "a.pem")


def without_stores(setting: Setting) -> None:
    """No trust store at all."""
    shutil.rmtree(setting.config / "truststore", ignore_errors=True)


def copy_of(name: str) -> File:
    """A file of a trust store that is the copy of one in the folder where the program is started."""
    return File(same_as=f"~/work/{name}", mode=0o600)


_NAMED = "failed to list all certificates stored in the named store acme"
_MALFORMED = ", with error: x509: malformed certificate"
_SURE = 'Are you sure you want to delete "a.pem" in "acme" of type "ca"? [y/N] '
_SURE_ALL = 'Are you sure you want to delete all certificates in "acme" of type "ca"? [y/N] '
_UNFIT = (
    "A certificate that is neither of a CA nor self-signed is refused when it is added to a trust store; "
    "notation refuses it when the store is used."
)
_ELSEWHERE = (
    "`cert delete` takes the name of a file in the trust store; a path that leads elsewhere is refused."
)
_DOTS = "A trust store cannot be called `.` or `..`."


def refused(name: str, arguments: str, problem: str) -> Case:
    """A command line that is refused before anything is looked at."""
    return Case(name, arguments, err=f"Error: {problem}\n", status=1)


CASES = (
    Case(
        "cert add copies a file",
        "cert add --type ca --store acme root.pem",
        out="Successfully added following certificates to named store acme of type ca:\nroot.pem\n",
        world=(files,),
        files={f"{_STORE}/root.pem": copy_of("root.pem")},
    ),
    Case(
        "certificate add copies PEM and DER, one certificate and many",
        "certificate add -t signingAuthority -sa.b_c-1 root.der two.pem {work}/root.pem",
        out=(
            "Successfully added following certificates to named store a.b_c-1 of type signingAuthority:\n"
            "root.der\ntwo.pem\n{work}/root.pem\n"
        ),
        world=(files,),
        files={
            f"truststore/x509/signingAuthority/a.b_c-1/{name}": copy_of(name)
            for name in ("root.der", "two.pem", "root.pem")
        },
    ),
    Case(
        "cert add copies what it can and names what it cannot",
        "cert add -t ca -s acme root.pem junk.txt empty folder nowhere root.pem",
        out="Successfully added following certificates to named store acme of type ca:\nroot.pem\n",
        err=(
            "Error: Failed to add following certificates to named store acme of type ca:\n"
            'junk.txt, with error "x509: malformed certificate"\n'
            'empty, with error "no valid certificate found in the file"\n'
            'folder, with error "read {work}/folder: is a directory"\n'
            'nowhere, with error "open {work}/nowhere: no such file or directory"\n'
            'root.pem, with error "certificate already exists in the Trust Store"\n\n'
        ),
        status=1,
        world=(files,),
        files={f"{_STORE}/root.pem": copy_of("root.pem")},
    ),
    Case(
        "cert add takes a certificate that no store may hold",
        "cert add -t ca -s acme leaf.pem",
        out="Successfully added following certificates to named store acme of type ca:\nleaf.pem\n",
        world=(files,),
        files={f"{_STORE}/leaf.pem": copy_of("leaf.pem")},
        differs=_UNFIT,
        our_out="",
        our_err=(
            "Error: Failed to add following certificates to named store acme of type ca:\n"
            'leaf.pem, with error "certificate with subject \\"⟨…⟩\\" is not a CA certificate or self-signed '
            'signing certificate"\n\n'
        ),
        our_status=1,
        our_files={},
    ),
    refused("cert add wants a file", "cert add -t ca -s acme", "missing certificate path"),
    refused("cert add wants a type and a store", "cert add x", 'required flag(s) "store", "type" not set'),
    refused("cert add wants a store", "cert add -t ca x", 'required flag(s) "store" not set'),
    refused("cert add knows three types", "cert add -t CA -s acme x", "unsupported store type: CA"),
    refused(
        "cert add wants a type that is not empty", "cert add --type= -s a x", "store type cannot be empty"
    ),
    refused(
        "cert add wants a name of few letters",
        "cert add -t ca -s 'a b' x",
        "named store name needs to follow [a-zA-Z0-9_.-]+ format",
    ),
    Case("cert list prints nothing where nothing is", "cert list", world=(without_stores,)),
    Case(
        "cert list goes through types, stores and files in order",
        "cert ls",
        out=(
            f"{_HEADS}ca           acme         a.pem         \nca           acme         b.pem         \n"
            "ca           zeta         a.pem         \ntsa          acme         t.crt         \n"
        ),
        world=(
            *(stored("b.pem", "a.pem"), stored("a.pem", store="zeta")),
            *(stored("t.crt", kind="tsa"), linked),
        ),
    ),
    Case(
        "cert list filters by type",
        "cert list --type tsa",
        out=f"{_HEADS}tsa          acme         t.crt         \n",
        world=(stored("a.pem"), stored("t.crt", kind="tsa")),
    ),
    Case(
        "cert list filters by store",
        "cert list --store acme",
        out=f"{_HEADS}ca           acme         a.pem         \ntsa          acme         t.crt         \n",
        world=(stored("a.pem"), stored("z.pem", store="zeta"), stored("t.crt", kind="tsa")),
    ),
    Case(
        "cert list filters by both",
        "cert list -s acme -t ca",
        out=f"{_HEADS}ca           acme         a.pem         \n",
        world=(stored("a.pem"), stored("z.pem", store="zeta"), stored("t.crt", kind="tsa")),
    ),
    Case("cert list of an unknown type prints nothing", "cert ls -t nope", world=(stored("a.pem"),)),
    Case("cert list of an unknown store prints nothing", "cert ls -s nope", world=(stored("a.pem"),)),
    Case(
        "cert list stops at a file that is no certificate",
        "cert ls",
        err=f"Error: failed to list all certificates stored in the trust store{_MALFORMED}\n",
        status=1,
        world=(stored("a.pem"), place(f"{_STORE}/z.txt", "junk")),
    ),
    Case(
        "cert list passes over a file of no bytes",
        "cert ls",
        world=(place(f"{_STORE}/z.pem", ""),),
    ),
    Case(
        "cert show finds no certificate in a file of no bytes",
        "cert show -t ca -s acme z.pem",
        err="Error: failed to show details of certificate z.pem, with error: no valid certificate found in the file\n",
        status=1,
        world=(place(f"{_STORE}/z.pem", ""),),
    ),
    Case(
        "cert list of a type stops there too",
        "cert ls -t ca",
        err=f"Error: failed to list all certificates stored of type ca{_MALFORMED}\n",
        status=1,
        world=(place(f"{_STORE}/z.txt", "junk"),),
    ),
    Case(
        "cert list of a store stops there too",
        "cert ls -s acme",
        err=f"Error: {_NAMED}{_MALFORMED}\n",
        status=1,
        world=(place(f"{_STORE}/z.txt", "junk"),),
    ),
    Case(
        "cert list of a store of a type stops there too",
        "cert ls -s acme -t ca",
        err=f"Error: {_NAMED} of type ca{_MALFORMED}\n",
        status=1,
        world=(place(f"{_STORE}/z.txt", "junk"),),
    ),
    Case(
        "cert show prints one certificate",
        "cert show --type ca --store acme a.pem",
        out=(
            f"{_DETAILS}Issuer: {{subject}}\nSubject: {{subject}}\nValid from: {{from}}\n"
            "Valid to: {until}\nIsCA: true\nSHA256 Thumbprint: ⟨hex⟩\n"
        ),
        world=(files, stored("a.pem")),
    ),
    Case(
        "cert show prints every certificate of a file",
        "cert show -t ca -s acme two.pem",
        out=(
            f"{_DETAILS}Issuer: ⟨…⟩\nSubject: {{subject}}\n⟨…⟩\n⟨…⟩\n⟨…⟩\n⟨…⟩\n{'-' * 80}\n"
            "Issuer: {subject}\nSubject: ⟨…⟩\nValid from: ⟨…⟩ +0000 UTC\nValid to: ⟨…⟩ +0000 UTC\nIsCA: true\n"
            "SHA256 Thumbprint: ⟨hex⟩\n"
        ),
        world=(files, lambda setting: _copy(setting, "two.pem")),
    ),
    Case(
        "cert show finds no such file",
        "cert show -t ca -s acme nope.pem",
        err=(
            "Error: failed to show details of certificate nope.pem, with error: "
            f"open {{config}}/{_STORE}/nope.pem: no such file or directory\n"
        ),
        status=1,
        world=(stored("a.pem"),),
    ),
    Case(
        "cert show finds no certificate in an empty file",
        "cert show -t ca -s acme empty",
        err=(
            "Error: failed to show details of certificate empty, with error: "
            "no valid certificate found in the file\n"
        ),
        status=1,
        world=(place(f"{_STORE}/empty", ""),),
    ),
    refused("cert show wants a file", "cert show -t ca -s a", "missing certificate file name"),
    refused(
        "cert show wants only one", "cert show -t ca -s a b c", "show only supports single certificate file"
    ),
    refused("cert show wants a name", "cert show -t ca -s a ''", "certificate fileName cannot be empty"),
    refused("cert show knows three types", "cert show -t x -s a b", "unsupported store type: x"),
    Case(
        "cert delete asks, and is told yes",
        "cert delete --type ca --store acme a.pem",
        out=f"{_SURE}Successfully deleted a.pem\n",
        world=(stored("a.pem", "b.pem"),),
        stdin="YES\n",
        files={f"{_STORE}/a.pem": None},
    ),
    Case(
        "cert delete asks, and is told no",
        "cert delete -t ca -s acme a.pem",
        out=f"{_SURE}Operation cancelled.\n",
        world=(stored("a.pem"),),
        stdin="nope\n",
    ),
    Case(
        "cert delete asks, and is told nothing",
        "cert delete -t ca -s acme a.pem",
        out=_SURE,
        world=(stored("a.pem"),),
    ),
    Case(
        "cert delete does not ask with --yes",
        "cert delete -t ca -s acme --yes a.pem",
        out="Successfully deleted a.pem\n",
        world=(stored("a.pem"),),
        files={f"{_STORE}/a.pem": None},
    ),
    Case(
        "cert delete asks before all of a store",
        "cert delete -t ca -s acme --all",
        out=f"{_SURE_ALL}Successfully deleted {{config}}/{_STORE}\n",
        world=(stored("a.pem", "b.pem"),),
        stdin="y\n",
        files={f"{_STORE}/a.pem": None, f"{_STORE}/b.pem": None},
    ),
    Case(
        "cert delete finds no such file",
        "cert delete -t ca -s acme -y nope.pem",
        err=(
            "Error: failed to delete the certificate file: "
            f"stat {{config}}/{_STORE}/nope.pem: no such file or directory\n"
        ),
        status=1,
        world=(stored("a.pem"),),
    ),
    Case(
        "cert delete finds no such store",
        "cert delete -t ca -s acme -ay",
        err=(
            "Error: failed to delete the named trust store: "
            f"stat {{config}}/{_STORE}: no such file or directory\n"
        ),
        status=1,
        world=(without_stores,),
    ),
    refused(
        "cert delete wants a file or --all",
        "cert delete -t ca -s acme",
        "delete requires either the certificate file name that needs to be deleted or --all flag to "
        "delete all certificates in the given named trust store",
    ),
    refused(
        "cert delete does not want both",
        "cert delete -t ca -s acme --all a.pem",
        "cannot delete a single certificate file when --all flag is set. use --help flag for more details",
    ),
    Case(
        "cert delete reaches into another store",
        "cert delete -t ca -s acme -y ../zeta/a.pem",
        out="Successfully deleted ../zeta/a.pem\n",
        world=(stored("a.pem"), stored("a.pem", store="zeta")),
        files={"truststore/x509/ca/zeta/a.pem": None},
        differs=_ELSEWHERE,
        our_out="",
        our_err=(
            'Error: failed to delete the certificate file: "../zeta/a.pem" is not the name of a file in a '
            "trust store\n"
        ),
        our_status=1,
        our_files={},
    ),
    Case(
        "cert add takes dots for a store",
        "cert add -t ca -s .. root.pem",
        out="Successfully added following certificates to named store .. of type ca:\nroot.pem\n",
        world=(files,),
        files={"truststore/x509/root.pem": copy_of("root.pem")},
        differs=_DOTS,
        our_out="",
        our_err="Error: named store name needs to follow [a-zA-Z0-9_.-]+ format\n",
        our_status=1,
        our_files={},
    ),
)


def _copy(setting: Setting, name: str) -> None:
    """A file of the folder where the program is started, in the trust store."""
    folder = setting.config / _STORE
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(setting.work / name, folder)
