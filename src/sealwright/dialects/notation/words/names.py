"""Distinguished names that cannot be used."""

__all__ = ["WORDS"]

_NEEDED = "it must contain 'C', 'ST' or 'S', and 'O' RDN attributes at a minimum"

WORDS = {
    "identity.plugin-refused": (
        "trusted identify verification by plugin {plugin:q} failed with reason {said:q}"
    ),
    "identity.hexadecimal-value": (
        "unsupported distinguished name (DN) {name:q}: notation does not support x509.subject identities "
        'containing "=#"'
    ),
    "identity.name-malformed": (
        "parsing distinguished name (DN) {name:q} failed with err: {problem}. A valid DN must contain 'C', "
        "'ST' or 'S', and 'O' RDN attributes at a minimum, and follow RFC 4514 standard"
    ),
    "identity.multi-valued": (
        "distinguished name (DN) {name:q} has multi-valued RDN attributes, remove multi-valued RDN "
        "attributes as they are not supported"
    ),
    "identity.attribute-repeated": (
        "distinguished name (DN) {name:q} has duplicate RDN attribute for {attribute:q}, "
        "DN can only have unique RDN attributes"
    ),
    "identity.attribute-missing": (
        "distinguished name (DN) {name:q} has no mandatory RDN attribute for {attribute:q}, " + _NEEDED
    ),
    "identity.subject-ambiguous": (
        "error while parsing the certificate subject from the digital signature. error : "
        '"distinguished name (DN) \\"{subject}\\" has multi-valued RDN attributes, remove multi-valued RDN '
        'attributes as they are not supported"'
    ),
}
