"""The signature extension of the registry (`X-Registry-Supports-Signatures`), as OpenShift has it.

    GET, HEAD     /extensions/v2/<name>/signatures/<digest>               all live ones of a manifest
    PUT           /extensions/v2/<name>/signatures/<digest>               attach one
    GET, HEAD     /extensions/v2/<name>/signatures/<digest>@<32 hex>      one, by its name
    DELETE        /extensions/v2/<name>/signatures/<digest>@<32 hex>      revoke it, `?reason=`

The last two lines are ours; the others are what skopeo, podman and `curl` calls written for OpenShift expect.
"""
