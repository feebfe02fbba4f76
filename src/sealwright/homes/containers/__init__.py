"""The folder that skopeo and podman keep: policy.json and registries.d."""
