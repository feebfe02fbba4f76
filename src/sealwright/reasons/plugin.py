"""Plugins of the Notary contract: what they are, how they run, what they answer, how they are installed."""

_INSTALLED = "see which plugins there are with: seal plugin list"
_AUTHOR = "ask whoever made the plugin, or install another version of it"
_ARCHIVE = "get the plugin from whoever made it, and check its SHA-256"

REASONS = {
    "plugin.not-run": (
        "the signature has to be verified by the plugin {plugin!r}, and none may run here",
        "verify on a machine that has the plugin",
    ),
    "plugin.name-invalid": (
        "{plugin!r} cannot be the name of a plugin",
        "names have letters, digits, dots, dashes and underscores only",
    ),
    "plugin.absent": (
        "there is no plugin {plugin!r}: no file {file}",
        "install it with: seal plugin install FILE; NOTATION_LIBEXEC says where plugins are",
    ),
    "plugin.not-regular": (
        "the plugin {plugin!r} is no regular file: {file}",
        "install it anew; links and folders are not followed",
    ),
    "plugin.not-executable": (
        "the plugin {plugin!r} may not be executed: {file}",
        "allow it with: chmod u+x {file}",
    ),
    "plugin.unsafe": (
        "the plugin {plugin!r} could be changed by others: {problem}",
        "give the file to yourself or to root, and take the right to write from all others",
    ),
    "plugin.pin-differs": (
        "the plugin {plugin!r} is pinned to {pinned}, but its file {file} is {found}",
        "find out who changed it; if you did, pin it anew with: seal plugin pin {plugin}",
    ),
    "plugin.not-pinned": ("the plugin {plugin!r} is not pinned", _INSTALLED),
    "plugin.not-startable": (
        "the plugin {plugin!r} cannot be started: {problem}",
        "check that it is made for this machine: {file}",
    ),
    "plugin.too-slow": (
        "the plugin {plugin!r} did not end within {seconds} seconds, and was ended ({command})",
        "try again; if it stays so, ask whoever made the plugin",
    ),
    "plugin.too-much-output": ("the plugin {plugin!r} prints without end ({command})", _AUTHOR),
    "plugin.ended": (
        "the plugin {plugin!r} did not do it ({command}): {problem}",
        "run it by hand to see why: notation-{plugin} {command}",
    ),
    "plugin.answer-malformed": (
        "the plugin {plugin!r} answered what the contract does not have ({command}): {problem}",
        _AUTHOR,
    ),
    "plugin.metadata-empty": ("the plugin {plugin!r} does not say its {member}", _AUTHOR),
    "plugin.contract-unknown": (
        "the plugin {plugin!r} does not speak version {wanted} of the contract, only: {known}",
        _AUTHOR,
    ),
    "plugin.name-differs": (
        "the plugin {plugin!r} calls itself {said!r}",
        "its file has to be called notation-{said}, in a folder {said}",
    ),
    "plugin.request-refused": ("the plugin {plugin!r} refuses the request ({command}): {said}", _AUTHOR),
    "plugin.contract-refused": (
        "the plugin {plugin!r} refuses our version of the contract ({command}): {said}",
        _AUTHOR,
    ),
    "plugin.access-denied": (
        "the plugin {plugin!r} is denied access ({command}): {said}",
        "check the credentials that the plugin uses, and the rights that they give",
    ),
    "plugin.timed-out": (
        "the plugin {plugin!r} got no answer in time ({command}): {said}",
        "try again later",
    ),
    "plugin.throttled": ("the plugin {plugin!r} asked too often ({command}): {said}", "try again later"),
    "plugin.failed": ("the plugin {plugin!r} could not do it ({command}): {said}", _AUTHOR),
    "plugin.other-key": (
        "the plugin {plugin!r} answered about the key {answered!r} ({command}), and {wanted!r} was asked for",
        _AUTHOR,
    ),
    "plugin.other-envelope": (
        "the plugin {plugin!r} gave an envelope of the kind {answered!r}, and {wanted} was asked for",
        _AUTHOR,
    ),
    "plugin.cannot-sign": (
        "the plugin {plugin!r} makes no signatures: its capabilities are {capabilities}",
        "use another plugin",
    ),
    "plugin.cannot-verify": (
        "the signature needs the plugin {plugin!r}, which verifies nothing: it can do {capabilities}",
        "install the version of the plugin that the signer means",
    ),
    "plugin.version-invalid": (
        "the plugin {plugin!r} has the version {version!r}, which is no semantic version",
        _AUTHOR,
    ),
    "plugin.min-version-invalid": (
        "the signature asks for the plugin {plugin!r} of version {wanted!r}, which is no semantic version",
        "have the image signed again",
    ),
    "plugin.version-too-low": (
        "the plugin {plugin!r} has version {version}, and the signature needs {wanted} or later",
        "install a later version of the plugin",
    ),
    "plugin.attribute-unprocessed": (
        "the plugin {plugin!r} did not look at what the signature marks as critical: {attributes}",
        "install the version of the plugin that the signer means",
    ),
    "plugin.result-missing": (
        "the plugin {plugin!r} was asked for {capability}, and did not tell",
        _AUTHOR,
    ),
    "plugin.source-unknown": (
        "{source} is neither a file nor a folder that a plugin could be installed from",
        "name the program, a folder, a .zip or .tar.gz file, or an https URL with --sha256",
    ),
    "plugin.none-in-source": (
        "there is no program notation-NAME in {source}",
        "its file has to be called notation-NAME, and be executable",
    ),
    "plugin.several-in-source": (
        "there are several programs notation-NAME in {source}: {found}",
        "install them one by one",
    ),
    "plugin.checksum-needed": (
        "what comes from a URL needs its SHA-256",
        "add --sha256 with the figure that whoever made the plugin has published",
    ),
    "plugin.checksum-malformed": (
        "{checksum!r} is no SHA-256",
        "it has 64 hexadecimal digits, such as sha256sum prints",
    ),
    "plugin.checksum-differs": (
        "the SHA-256 of {source} is {found}, and {wanted} was asked for",
        "get it again; if it stays so, ask whoever made the plugin",
    ),
    "plugin.url-not-https": ("plugins are downloaded by https only, not from {url}", "use an https URL"),
    "plugin.download-failed": ("{url} answered with status {status}", "check the URL"),
    "plugin.too-large": (
        "{name} is larger than {limit} bytes, or all files together are",
        _ARCHIVE,
    ),
    "plugin.archive-malformed": ("the archive {source} cannot be read: {problem}", _ARCHIVE),
    "plugin.archive-path": ("the archive has an entry outside of itself: {name!r}", _ARCHIVE),
    "plugin.archive-entry-kind": (
        "the archive has an entry that is neither a file nor a folder: {name!r} ({kind})",
        _ARCHIVE,
    ),
    "plugin.archive-repeats": ("the archive has two entries for one file: {name!r}", _ARCHIVE),
    "plugin.archive-entries": ("the archive has more than {limit} entries", _ARCHIVE),
    "plugin.archive-bomb": (
        "the files of the archive are more than {limit} times larger than the archive",
        _ARCHIVE,
    ),
    "plugin.made-executable": (
        "the program of the plugin {plugin!r} was not executable, and was made so: {file}",
        "",
    ),
    "plugin.pinned-to-other": (
        "the plugin {plugin!r} is pinned to other bytes than those that were installed, and will not run",
        "pin it to these with: seal plugin pin {plugin}",
    ),
    "plugin.downgrade": (
        "the plugin {plugin!r} is there in version {present}, which is later than {version}",
        "to go back on purpose, add --force",
    ),
    "plugin.present": (
        "the plugin {plugin!r} is there in version {version} already",
        "to install it again, add --force",
    ),
}
