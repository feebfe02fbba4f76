"""The command line of podman, as far as signatures of images go.

    podman image trust set [-t TYPE] [-f KEY]... REGISTRY|default
    podman image trust show [-j|--raw] [-n] [REGISTRY]
    podman image sign --sign-by KEY [-a] [-d DIR] IMAGE...

It speaks podman 4.3. It runs no containers, and so never takes the name `podman` on a machine: it is called
as `seal podman image …`.
"""
