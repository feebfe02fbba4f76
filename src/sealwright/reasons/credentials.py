"""Where credentials for registries are kept."""

REASONS = {
    "credentials.auth-malformed": (
        "the member auth of {server} is not the base64 form of user:password",
        "mend the file at the place named, or run seal login {server}",
    ),
    "credentials.helper-failed": (
        "the credential helper {helper} failed: {problem}",
        "run it by hand to see why, or change credsStore or credHelpers in the file that names it",
    ),
    "credentials.helper-missing": (
        "the credential helper {helper} is configured and not installed",
        "install it, or change credsStore or credHelpers in the file that names it",
    ),
    "credentials.helper-name": (
        "{helper} cannot be the name of a credential helper",
        "credsStore and credHelpers take what follows docker-credential- in the program's name",
    ),
    "credentials.incomplete": (
        "{there} is given without {missing}",
        "give both or neither",
    ),
    "credentials.stored-in-clear": (
        "the password for {registry} is kept in {file}, readable by your user and not encrypted",
        "install a credential helper, for example docker-credential-pass, and log in again",
    ),
    "credentials.not-given": (
        "the {what} is missing, and nobody can be asked",
        "use --username with --password-stdin",
    ),
    "credentials.not-a-registry": (
        "{server!r} is not a registry's host name",
        "write it with its domain or port, such as registry.example or localhost:5000",
    ),
    "credentials.two-registries": (
        "one user name is given for several registries",
        "use seal login for each of them",
    ),
}
