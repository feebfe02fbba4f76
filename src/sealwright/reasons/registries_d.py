"""registries.d of skopeo and podman: where signatures are kept beside a registry."""

REASONS = {
    "registries_d.malformed": ("the file is not valid YAML: {problem}", "mend the file at the place named"),
    "registries_d.wrong-type": ("{where} must be {wanted}", "mend the file at the place named"),
    "registries_d.key-repeated": (
        "the key {key!r} stands twice, first in line {first}",
        "keep one of them; newer clients refuse the file, and older ones take the last",
    ),
    "registries_d.scope-in-two-files": (
        'docker "{scope}" is defined both here and in {other}',
        "keep one of them; skopeo and podman refuse to work",
    ),
    "registries_d.default-in-two-files": (
        "default-docker is defined both here and in {other}",
        "keep one of them; skopeo and podman refuse to work",
    ),
    "registries_d.too-many-files": (
        "the folder holds more than {limit} files",
        "put sections that belong together into one file",
    ),
}
