"""What stands in the way of making a signature."""

REASONS = {
    "signing.left-behind": (
        "{count} GPG signature(s) stay behind: images of the kind {transport}: have no place for them",
        "copy the image to a registry or to dir:FOLDER to keep them",
    ),
    "signing.not-carried": (
        "what is kept as a signature at {location} cannot be read and stays behind ({code})",
        "",
    ),
    "signing.only-for-simple": (
        "{flag} is about GPG signatures only, and the key makes others",
        "leave it out, or sign with a key gpg:ID",
    ),
    "signing.not-for-simple": (
        "a GPG signature has no place for {wish}, only a Notary signature does",
        "leave it out, or sign with a Notary key",
    ),
    "signing.no-name": (
        "a simple signature is about a name in a registry, and {typed} has none",
        "name it with --sign-identity REGISTRY/REPOSITORY:TAG",
    ),
    "signing.no-simple-store": (
        "images of the kind {transport}: have no place for simple signatures",
        "push the image to a registry, or write it to dir:FOLDER, and sign it there",
    ),
    "signing.beside-unseen": (
        "{registry} keeps signatures by itself, and clients will not look into the folder that is written",
        "sign with: seal sign --key gpg:ID IMAGE, or share the folder for another registry",
    ),
    "signing.subkey": (
        "the key {fingerprint} is a subkey of {primary}, and containers/image up to 5.36 refuses subkeys",
        "sign with a primary key that may sign, if skopeo, podman or CRI-O of today shall accept it",
    ),
    "signing.digest-not-sha256": (
        "simple signatures name SHA-256 digests only, and the image has {digest}",
        "push the image under a SHA-256 digest, or sign it with a Notary key",
    ),
    "signing.expiry-not-after-signing": (
        "the signature would expire at {expiry}, which is not after its signing at {signed_at}",
        "give a later expiry",
    ),
    "signing.not-for-files": (
        "the key {key} makes signatures of images only, not of files",
        "sign with a key that signs bytes: in a file, in hardware, or behind a plugin that signs bytes",
    ),
    "signing.media-type-invalid": (
        "{media_type!r} is not a media type",
        "write it like application/octet-stream or text/plain",
    ),
    "signing.signature-exists": (
        "{file} exists already",
        "use --force to replace it, or --signature-directory to write elsewhere",
    ),
    "signing.metadata-not-text": (
        "the user metadata {key!r} holds bytes that are not UTF-8 text",
        "write it in UTF-8, or encode it, such as with base64",
    ),
    "signing.metadata-reserved": (
        "the name {key!r} of user metadata begins with {prefix}, which is reserved",
        "choose a name of your own, such as com.example.build",
    ),
    "signing.metadata-clash": (
        "the image has an annotation {key!r} already, so it cannot be user metadata",
        "choose another name",
    ),
    "signing.metadata-too-many": (
        "{found} annotations are too many to sign; the most is {limit}",
        "sign fewer, or sign the digest of a file that holds them",
    ),
    "signing.by-tag": (
        "the tag {tag} can be moved to another image at any time; what is signed is {digest}",
        "name the image by its digest",
    ),
    "signing.kms-metadata": (
        "the metadata is no JSON: {problem}",
        """write it in one word, such as --metadata '{{"buildnumber":"8447"}}'""",
    ),
    "signing.kms-too-long": (
        "the message to sign has {size} bytes, and a vault signs {limit} at most",
        "shorten description or metadata",
    ),
    "signing.resume-unknown": (
        "nothing is saved here that waits for the approval {request}",
        "see seal approval list; a signature can be gone on with only where it was begun, and only once",
    ),
    "signing.resume-malformed": (
        "{file} is no saved signature: {problem}",
        "remove it, and sign anew",
    ),
    "signing.resume-with-images": (
        "a signature that is gone on with has its image already",
        "leave the images out, or --resume",
    ),
    "signing.pending-full": (
        "{limit} signatures wait for approval in {folder} already",
        "go on with them, or remove those that nobody needs",
    ),
    "signing.not-for-kms": (
        "a signature as Oracle's registry has it has no place for {wish}",
        "leave it away, or sign in Notary format",
    ),
}
