"""`notation list`."""

from dialects.case import NEW, OLD, Case

LIST_TAG = (
    "Warning: Always list the artifact using digest(@sha256:...) rather than a tag(:v1) because resolved digest "
    "may not point to the same signed artifact, as tags are mutable.\n"
)

CASES = (
    Case(
        "list shows the one signature of an image",
        "list {registry}/signed@{image}",
        out="{registry}/signed@{image}\n└── application/vnd.cncf.notary.signature\n    └── {signature}\n",
    ),
    Case(
        "list warns of a tag",
        "ls {registry}/signed:v1",
        out="{registry}/signed@{image}\n└── application/vnd.cncf.notary.signature\n    └── {signature}\n",
        err=LIST_TAG,
    ),
    Case(
        "list says that there is no signature",
        "list {registry}/unsigned@{image}",
        out={
            NEW: "{registry}/unsigned@{image} has no associated signatures\n",
            OLD: "{registry}/unsigned@{image} has no associated signature\n",
        },
    ),
    Case(
        "list wants a reference",
        "list",
        err="Error: missing reference to the artifact: use `notation list --help` to see what parameters are required\n",
        status=1,
    ),
)
