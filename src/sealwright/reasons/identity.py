"""Names of signers: identities as policies write them, and the check `identity`."""

REASONS = {
    "identity.hexadecimal-value": (
        "the name {name!r} holds a value in hexadecimal (=#)",
        "write the value as text",
    ),
    "identity.name-malformed": (
        "{name!r} is not a distinguished name: {problem}",
        "write it like C=US, ST=WA, O=Acme, CN=build; a comma within a value needs a backslash before it",
    ),
    "identity.multi-valued": (
        "the name {name!r} has a part of several attributes (joined by +)",
        "write each attribute as a part of its own, parted by commas",
    ),
    "identity.attribute-repeated": (
        "the name {name!r} has the attribute {attribute} more than once",
        "name each attribute once; S and ST are the same",
    ),
    "identity.attribute-missing": (
        "the name {name!r} has no {attribute}",
        "an identity names at least C, ST and O",
    ),
    "identity.attribute-unknown": (
        "the name {name!r} has the attribute {attribute}, which a new certificate cannot hold",
        "use C, ST, L, POSTALCODE, STREET, O, OU, CN, SERIALNUMBER, DC, UID or emailAddress",
    ),
    "identity.subject-ambiguous": (
        "the signer {subject!r} has the attribute {attribute} more than once, so no identity fits",
        "sign with a certificate whose subject has each attribute once",
    ),
    "identity.no-match": (
        "the signing certificate was issued to {subject!r}, and the policy trusts {identities}",
        "add the identity to the policy's trustedIdentities, or sign with a certificate that it names",
    ),
    "identity.plugin-refused": (
        "the plugin {plugin!r}, which decides on the signer, refuses it: {said}",
        "add the identity to the policy's trustedIdentities in the plugin's own words",
    ),
    "identity.signed-name-malformed": (
        "the signature is about the name {signed!r}, which is no reference: {problem}",
        "have the image signed again under its full name, such as registry.example/app:v1",
    ),
    "identity.signed-name-without-tag": (
        "the signature is about {signed}, which has neither tag nor digest, and {kind} asks for one",
        "have the image signed with its tag, or set signedIdentity to matchRepository in the policy",
    ),
    "identity.other-name": (
        "the signature is about {signed}, and {kind} asks for {wanted}",
        "pull it under the signed name, have it signed under this one, or set another signedIdentity",
    ),
    "identity.other-repository": (
        "the signature is about {signed}, and {kind} asks for the repository {wanted}",
        "pull it from the signed repository, or set signedIdentity to remapIdentity or exactRepository",
    ),
    "identity.image-without-name": (
        "the signature is about {signed}, and the image has no name in a registry that {kind} could look at",
        "set signedIdentity to exactReference or exactRepository in the policy",
    ),
    "identity.remapped-name-malformed": (
        "with {prefix} replaced by {signed_prefix} the image would be {name}, which is no full name",
        "write the signedPrefix of remapIdentity out in full, beginning with the registry",
    ),
    "identity.kms-other-repository": (
        "the signed message is about the repository {signed!r}, not about {wanted!r}",
        "have the image signed in this repository, or let the policy name the signed one as repositoryName",
    ),
    "identity.kms-other-region": (
        "the signed message is about the region {signed!r}, not about {wanted!r}",
        "have the image signed there, or let the policy name the signed region",
    ),
    "identity.kms-image-without-name": (
        "the image has no name in a registry that the signed repository could be compared with: {name!r}",
        "give its name with --scope, or let the policy name the signed one as repositoryName",
    ),
}
