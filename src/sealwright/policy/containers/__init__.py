"""The policy language of skopeo, podman, buildah and CRI-O: policy.json (containers-policy.json(5))."""
