"""Plugins that are missing, fail, or answer what they should not."""

__all__ = ["WORDS"]

_METADATA = "metadata validation failed for plugin {plugin}: "

WORDS = {
    "plugin.absent": (
        "plugin executable file is either not found or inaccessible: stat {file}: no such file or directory"
    ),
    "plugin.not-regular": "plugin executable file is not a regular file",
    "plugin.answer-malformed": "failed to unmarshal the response of {command} command for plugin {plugin}",
    "plugin.metadata-empty": _METADATA + "empty {member}",
    "plugin.contract-unknown": (
        _METADATA
        + "contract version {wanted:q} is not in the list of the plugin supported versions [{known}]"
    ),
    "plugin.name-differs": (
        'plugin executable file name must be "notation-{said}" instead of "notation-{plugin}"'
    ),
    "plugin.request-refused": "{said}",
    "plugin.contract-refused": "{said}",
    "plugin.access-denied": "{said}",
    "plugin.timed-out": "{said}",
    "plugin.throttled": "{said}",
    "plugin.failed": "{said}",
    "plugin.cannot-sign": "plugin does not have signing capabilities",
    "plugin.other-key": "keyID in {answer} response {answered:q} does not match request {wanted:q}",
    "plugin.other-envelope": (
        "signatureEnvelopeType in generateEnvelope response {answered:q} does not match request {wanted:q}"
    ),
    "plugin.cannot-verify": (
        "digital signature requires plugin {plugin:q} with signature verification capabilities "
        '("SIGNATURE_VERIFIER.TRUSTED_IDENTITY" and/or "SIGNATURE_VERIFIER.REVOCATION_CHECK") installed'
    ),
    "plugin.version-invalid": (
        "plugin {plugin} has pluginVersion {version} which is not in valid semver format"
    ),
    "plugin.version-too-low": (
        "found plugin {plugin} with version {version} but signature verification needs plugin version "
        "greater than or equal to {wanted}"
    ),
    "plugin.attribute-unprocessed": (
        "extended critical attribute {attributes:q} was not processed by the verification plugin {plugin:q} "
        "(all extended critical attributes must be processed by the verification plugin)"
    ),
    "plugin.result-missing": "verification plugin {plugin:q} failed to verify {capability:q}",
    "plugin.archive-path": "file name in {archive} cannot contain '..', but found {name:q}",
    "plugin.none-in-source": (
        "failed to read plugin from input directory: no plugin executable file was found"
    ),
    "plugin.several-in-source": (
        "failed to read plugin from input directory: found more than one plugin executable files"
    ),
    "plugin.downgrade": (
        "failed to install plugin {plugin}. The installing plugin version {version} is lower than the "
        "existing plugin version {present}"
    ),
    "plugin.present": "plugin {plugin} with version {version} already exists",
}
