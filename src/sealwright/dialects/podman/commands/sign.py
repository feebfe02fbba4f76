"""`podman image sign`: signatures beside a registry, in a folder that it never looks into itself."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Never

from sealwright import media_types
from sealwright.dialects.cobra import Command, Fault, Invocation
from sealwright.dialects.go_references import reference_problem
from sealwright.dialects.go_text import quote
from sealwright.dialects.pflag import Flag
from sealwright.dialects.podman import counts
from sealwright.errors import SealwrightError
from sealwright.homes.containers import registries_d
from sealwright.homes.environment import Environment
from sealwright.keys.passphrases import Passphrases
from sealwright.keys.providers import open_sealer
from sealwright.reference import Reference
from sealwright.stores.store_url import StoreUrl
from sealwright.workflow.clock import now
from sealwright.workflow.inside import children
from sealwright.workflow.opening import Reach, bind
from sealwright.workflow.seal import seal_manifest, signed_name
from sealwright.workflow.written_stores import tell_if_unseen, written_store

if TYPE_CHECKING:
    from sealwright.descriptor import Descriptor
    from sealwright.events import Event
    from sealwright.workflow.context import Context, Place

__all__ = ["command"]

_TRANSPORTS = frozenset({"containers-storage", "dir", "docker", "docker-archive", "docker-daemon", "oci"})
_REGISTRY = "docker"


def command(line: str) -> Command:
    """The command."""
    del line
    return Command(
        "sign [options] IMAGE [IMAGE...]",
        "Sign an image",
        long=(
            "Sign images of registries, and keep the signatures in the folder that registries.d names for\n"
            "writing, or in that of --directory.\n\n"
            "Example - Sign an image with a key of gpg:\n"
            "  podman image sign --sign-by joe@example.com docker://registry.example/app:v1"
        ),
        flags=(
            Flag("all", "bool", "Sign all the manifests of the multi-architecture image", shorthand="a"),
            Flag("authfile", "string", "Path of the authentication file"),
            Flag("cert-dir", "string", "`Pathname` of a directory containing TLS certificates and keys"),
            Flag("directory", "string", "Define an alternate directory to store signatures", shorthand="d"),
            Flag("sign-by", "string", "Name of the signing key"),
        ),
        flags_in_use_line=False,
        arguments=counts.at_least_one,
        run=_run,
    )


def _run(invocation: Invocation) -> None:
    if not invocation.values["sign-by"]:
        raise Fault("please provide an identity")
    directory = str(invocation.values["directory"])
    if directory and not Path(directory).exists():
        raise Fault(f"stat {directory}: no such file or directory")
    environment = _environment(invocation)
    reach = _reach(str(invocation.values["cert-dir"]))
    for image in invocation.arguments:
        reference = _reference(image)
        try:
            with bind(reach, environment, now, _told(invocation)) as context:
                _sign(invocation, context, environment, image, reference)
        except SealwrightError as error:
            raise Fault(f"getting image source: {error}") from None


def _sign(
    invocation: Invocation, context: "Context", environment: Environment, image: str, reference: Reference
) -> None:
    directory = str(invocation.values["directory"])
    with context.open_image(image, write=True) as place:
        descriptor = place.subject().descriptor
        name = signed_name(place)
        base = Path(directory).absolute().as_uri() if directory else _configured(environment, reference)
        with _storing(reference, descriptor):
            store = written_store(environment, reference, base)
            sealer = open_sealer(f"gpg:{invocation.values['sign-by']}", Passphrases(environment), environment)
        tell_if_unseen(context, place)
        for one in _chosen(invocation, place, descriptor, image):
            with _storing(reference, one):
                store.add(*seal_manifest(context, place, one, sealer, name))


def _configured(environment: Environment, reference: Reference) -> str:
    """The address of the folder that registries.d names for writing.

    Raises:
        Fault: it is no folder.
        SealwrightError: registries.d cannot be read.
    """
    address = registries_d.read(environment).lookaside_for_writing(reference)
    url = StoreUrl.parse(address)
    if url.scheme != "file":
        shown = url.below(reference.path).shown
        raise Fault(f"writing to {shown} is not supported. Use a supported scheme")
    return address


def _chosen(
    invocation: Invocation, place: "Place", descriptor: "Descriptor", image: str
) -> Iterator["Descriptor"]:
    """The manifests to sign: the one that was named, or, with `--all`, those in it and not itself."""
    if not invocation.values["all"]:
        yield descriptor
        return
    if descriptor.media_type not in media_types.INDEXES:
        raise Fault(f"{image} is not a multi-architecture image (manifest type {descriptor.media_type})")
    yield from {one.digest: one for one in children(place.repository, descriptor)}.values()


@contextlib.contextmanager
def _storing(reference: Reference, descriptor: "Descriptor") -> Iterator[None]:
    try:
        yield
    except SealwrightError as error:
        raise Fault(f"storing signature for {reference}, {descriptor.digest}: {error}") from None


def _reference(image: str) -> Reference:
    """The name of an image in a registry, with the tag `latest` where it has none.

    Raises:
        Fault: in podman's words.
    """
    transport, colon, rest = image.partition(":")
    if not colon:
        _invalid(f"Invalid image name {quote(image)}, expected colon-separated transport:reference")
    if transport not in _TRANSPORTS:
        _invalid(f"Invalid image name {quote(image)}, unknown transport {quote(transport)}")
    if transport != _REGISTRY:
        raise Fault(f"cannot determine canonical Docker reference for destination {image}")
    if not rest.startswith("//"):
        _invalid(f"docker: image reference {rest} does not start with //")
    problem = reference_problem(rest.removeprefix("//"))
    if problem:
        _invalid(problem)
    try:
        found = Reference.parse(rest.removeprefix("//"))
    except SealwrightError as error:
        _invalid(str(error))
    return found if found.tag or found.digest else found.tagged("latest")


def _invalid(problem: str) -> Never:
    raise Fault(f"parsing image name: {problem}")


def _environment(invocation: Invocation) -> Environment:
    """The user's, with the file of credentials that the command line names."""
    authfile = str(invocation.values["authfile"])
    found = invocation.environment
    if not authfile:
        return found
    variables = {**found.variables, "REGISTRY_AUTH_FILE": authfile}
    return Environment(variables, found.home, found.root)


def _reach(folder: str) -> Reach:
    """With the certificates of a folder: `*.crt` of an authority, `*.cert` and `*.key` of our own."""

    def only(ending: str) -> str | None:
        paths = sorted(Path(folder).glob(f"*.{ending}")) if folder else []
        if len(paths) > 1:
            raise Fault(f"{folder} holds several files *.{ending}: Sealwright takes one")
        return str(paths[0]) if paths else None

    return Reach(ca_file=only("crt"), client_certificate=only("cert"), client_key=only("key"))


def _told(invocation: Invocation) -> "Callable[[Event], None]":
    def tell(event: "Event") -> None:
        from sealwright import reasons  # noqa: PLC0415  # only where something is told
        from sealwright.events import Notice  # noqa: PLC0415  # the same

        if isinstance(event, Notice):
            invocation.warn(f"WARN[0000] {reasons.sentence(event.code, event.data)}")

    return tell
