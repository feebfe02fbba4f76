"""The command line of atomic 1.22, as far as signatures of images go.

    atomic sign | push | pull IMAGE
    atomic trust show | default | add | delete | reset

What it was told for good stands in `/etc/atomic.conf`. It says atomic's text, and that of skopeo, which
atomic calls for all that it does with registries.
"""
