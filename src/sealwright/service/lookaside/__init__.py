"""The signature store: GPG simple signatures over HTTP, read-only, in the three layouts that clients know.

    <repository>@sha256=<hex>/signature-<N>           containers/image; registries.d points here
    <host>/<repository>@sha256:<hex>/signature-<N>    atomic before 1.17
    sha256=<hex>/signature-<N>                        OpenShift's releases: whatever repository it is in

A client asks for 1, 2, 3 and so on until it gets a 404, and gives up on every other failure. So a number that
is beyond the last one, or a path that is none, is a 404, and nothing else is. A base with a slash at its end
makes clients ask for two slashes in a row, which count as one.
"""
