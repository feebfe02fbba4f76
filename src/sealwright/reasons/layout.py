"""Images on this machine: layouts, folders, archives, and what other programs keep."""

REASONS = {
    "layout.referrers-left-behind": (
        "{count} Notary signature(s) or other referrer(s) stay behind: {transport}: holds an image alone",
        "copy the image to a registry or an image layout to keep them",
    ),
    "layout.archive-compressed": (
        "the archive {path} is compressed with {kind}",
        "decompress it first",
    ),
    "layout.archive-malformed": (
        "{path} cannot be read as a tar file: {problem}",
        "the file may be damaged or incomplete; get it from its source again",
    ),
    "layout.archive-member-refused": (
        "the archive {path} holds {member}, which is refused: {problem}",
        "an image layout needs plain files only; make the archive anew, for example with skopeo",
    ),
    "layout.archive-too-many-members": (
        "the archive {path} has more than {limit} members",
        "",
    ),
    "layout.blob-unknown": (
        "the layout {name} does not hold the blob {digest}",
        "the image was copied incompletely",
    ),
    "layout.cannot-hold": (
        "{name} cannot hold {what}",
        "use an image layout, oci:PATH, which can",
    ),
    "layout.changed": (
        "the archive {path} was changed by another program meanwhile",
        "run the command again",
    ),
    "layout.choose": (
        "the layout {name} holds {count} images and none was chosen; tags: {tags}",
        "add :TAG or @DIGEST to the path",
    ),
    "layout.daemon-address": (
        "Docker cannot be reached at {host}, which is neither unix:// nor tcp://",
        "set DOCKER_HOST to the socket or the address of Docker",
    ),
    "layout.daemon-refused": (
        "Docker at {host} answered {status}: {said}",
        "",
    ),
    "layout.file-too-large": (
        "{path} has more than {limit} bytes, and no more are read",
        "",
    ),
    "layout.index-malformed": (
        "the index.json of {path} cannot be read: {problem}",
        "",
    ),
    "layout.layer-unreadable": (
        "a layer of {name} cannot be unpacked: {problem}",
        "the image was copied incompletely; get it from its source again",
    ),
    "layout.location-malformed": (
        "{typed} does not name an image on this machine: {problem}",
        "write it as in: {forms}",
    ),
    "layout.locked": (
        "another program has been writing to {path} for {seconds} seconds",
        "wait for it to end, or end it",
    ),
    "layout.manifest-unknown": (
        "the layout {name} holds nothing under {reference}",
        "check the name, and the tag or digest",
    ),
    "layout.no-dir-image": (
        "there is no image in the folder {path}",
        "check the path; a folder that dir: means has a file called manifest.json",
    ),
    "layout.not-a-layout": (
        "there is no image layout at {path}",
        "check the path; a layout has a file called oci-layout",
    ),
    "layout.not-empty": (
        "{path} is not empty and holds no image of this kind",
        "give a new or empty folder",
    ),
    "layout.program-failed": (
        "{program} failed with the image {name}: {problem}",
        "",
    ),
    "layout.program-missing": (
        "{what} is only reached through {programs}, and neither was found",
        "install one of them",
    ),
    "layout.read-failed": (
        "{path} cannot be read: {problem}",
        "",
    ),
    "layout.tag-ambiguous": (
        "the layout {name} lists different images under the tag {tag}",
        "choose one by @DIGEST",
    ),
    "layout.too-many-manifests": (
        "the layout {name} lists more than {limit} manifests",
        "",
    ),
    "layout.undeletable": (
        "{digest} cannot be taken out of {name}",
        "remove the whole image instead",
    ),
    "layout.version-unknown": (
        "the layout {path} is of the version {version}, which is not known here",
        "",
    ),
    "layout.write-failed": (
        "{path} cannot be written: {problem}",
        "",
    ),
}
