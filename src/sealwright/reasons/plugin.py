"""Signatures that only a plugin can verify: the check `plugin`."""

REASONS = {
    "plugin.not-run": (
        "the signature has to be verified by the plugin {plugin!r}, and none may run here",
        "verify on a machine that has the plugin",
    ),
    "plugin.not-supported": (
        "the signature has to be verified by the plugin {plugin!r}, and this version runs no plugins",
        "have the image signed without a verification plugin",
    ),
}
