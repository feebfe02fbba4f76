"""What stands in the way of making a signature."""

REASONS = {
    "signing.expiry-not-after-signing": (
        "the signature would expire at {expiry}, which is not after its signing at {signed_at}",
        "give a later expiry",
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
}
