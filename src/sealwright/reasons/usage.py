"""Command lines."""

REASONS = {
    "usage.client-unknown": (
        "{client!r} is no version of a client",
        "write it like skopeo-1.9, podman-4.3 or, for the version of containers/image, 5.23",
    ),
    "usage.no-such-platform": (
        "the index has no manifest for {platform}; it has {known}",
        "name one of these, or leave --platform out",
    ),
    "usage.command-line": ("{problem}", "{command} --help shows the flags, with examples"),
    "usage.other-digest": (
        "the image has the digest {digest}, and {target} names another",
        "name the target by a tag, or without a digest",
    ),
    "usage.not-a-repository": (
        "{name} names one image, where a repository with all its tags is wanted",
        "leave the tag and the digest away",
    ),
    "usage.not-a-journal": (
        "{file} is not the journal of a run: {problem}",
        "name a file that does not exist yet, or the journal of the run to go on with",
    ),
    "usage.journal-in-use": (
        "another run is writing the journal {file}",
        "wait until that run ends, or name another file",
    ),
    "usage.journal-of-another-run": (
        "the journal {file} is of another run; these differ: {differences}",
        "go on with the same policy, trust stores and flags, or begin anew with another file",
    ),
    "usage.no-images": ("no image is named", "give names as arguments, or one on each line after -"),
    "usage.out-of-range": ("{name} is {value}", "give a number from 1 to {most}"),
    "usage.time-without-zone": (
        "the time {time} has no time zone",
        "give an aware time, such as datetime.now(timezone.utc)",
    ),
    "usage.client-closed": ("the client is closed", "make a new one, or close it later"),
    "usage.signature-name": (
        "the name of {file} does not tell what kind of signature it is",
        "name it like NAME.jws.sig or NAME.cose.sig, or give --signature-format",
    ),
    "usage.envelope-unknown": ("there is no kind of envelope called {kind!r}", "the kinds are: {known}"),
    "usage.key-twice": ("the key is named twice, by --key and by --id", "leave one of them away"),
    "usage.plugin-without-id": (
        "--plugin names who reaches the key, and nothing says which key",
        "add --id with the plugin's name for the key",
    ),
    "usage.key-incomplete": (
        "a new key has either --key-file and --cert-file, or --id, maybe with --plugin",
        "give one or the other",
    ),
    "usage.vault-content": ("what is to be signed is not named, or is named twice", "give FILE or --digest"),
    "usage.vault-algorithm": (
        "{algorithm} is no algorithm of keys of {kind}",
        "those of such keys are: {known}",
    ),
    "usage.policy-without-keys": (
        "a policy about keys of vaults names at least one",
        "add --key, with the name of a key or its identifier",
    ),
    "usage.policy-key-with-host": (
        "the key {key} names the host {host}, and a policy has one service for all of its keys",
        'write the policy by hand, with "service": "{host}", and import it',
    ),
    "usage.metadata-twice": (
        "both --metadata and --user-metadata are given",
        "write all of it in one of the two",
    ),
}
