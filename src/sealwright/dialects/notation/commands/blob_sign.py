"""`notation blob sign`."""

import os
from collections.abc import Mapping
from pathlib import Path

from sealwright.dialects import go_media_types
from sealwright.dialects.cobra import Command, Invocation
from sealwright.dialects.fault import Fault
from sealwright.dialects.go_text import quote
from sealwright.dialects.notation import stamping
from sealwright.dialects.notation.approvals import telling
from sealwright.dialects.notation.blob_files import require_readable, typed_path
from sealwright.dialects.notation.confirmation import confirmed
from sealwright.dialects.notation.flags import logging
from sealwright.dialects.notation.key_values import pairs
from sealwright.dialects.notation.logs import log
from sealwright.dialects.notation.positional import named_in
from sealwright.dialects.notation.signers import Chosen, chosen
from sealwright.dialects.notation.signing_flags import (
    SIGNER,
    SIGNER_EXCLUSIVE,
    TIMESTAMP,
    TOGETHER,
    check_timestamp_flags,
    envelope_of,
    signature_format,
    term,
    user_metadata,
)
from sealwright.dialects.notation.words import said
from sealwright.dialects.pflag import Flag
from sealwright.errors import EnvironmentalError, KeyUnavailableError, SealwrightError
from sealwright.homes import files
from sealwright.homes.pending import PendingFolder
from sealwright.interfaces import EnvelopeMaker
from sealwright.workflow import blobs
from sealwright.workflow.blobs import SignedBlob
from sealwright.workflow.clock import now
from sealwright.workflow.opening import Reach, bind
from sealwright.workflow.sign import Wish

__all__ = ["command"]


def command(line: str) -> Command:
    """The command in a line of notation."""
    return Command(
        "sign [flags] <blob_path>",
        "Sign a blob",
        "Sign a blob with a key of the list (see `notation key`), and write the signature to a file\n"
        "{name of the blob}.{form of the signature}.sig.\n",
        flags=(
            *logging(line),
            *SIGNER,
            Flag("media-type", "string", "media type of the blob", default=blobs.MEDIA_TYPE),
            Flag("signature-directory", "string", "folder that the signature is written to", default="."),
            *TIMESTAMP,
            Flag("force", "bool", "replace a signature that is there without asking"),
        ),
        arguments=named_in("blob sign", "file path to the blob artifact"),
        required_together=TOGETHER,
        mutually_exclusive=SIGNER_EXCLUSIVE,
        run=_run,
    )


def _run(invocation: Invocation) -> None:
    """Sign, in notation's order of work.

    1. The flags about timestamps; the key.
    2. The form of the signature, pairs, the timestamp authority.
    3. The blob is there; expiry and media type; the signature is made.
    4. The user is asked, if a signature would be replaced; it is written.
    """
    # 1. flags, the key
    check_timestamp_flags(invocation)
    key = chosen(invocation)
    # 2. form, pairs, authority
    form = signature_format(invocation)
    envelope = envelope_of(form)
    config = pairs(invocation.values["plugin-config"], "plugin-config")
    metadata = user_metadata(invocation)
    timestamp = stamping.chosen(invocation)
    # 3. the signature
    require_readable(invocation.arguments[0])
    wish = Wish(envelope, term(invocation.values["expiry"]), metadata, timestamp=timestamp)
    path = _path(invocation, form)
    made = _made(invocation, key, config, wish, path)
    # 4. the file
    _keep(invocation, made, path)


def _path(invocation: Invocation, form: str) -> str:
    """Of the file of the signature."""
    blob = invocation.arguments[0]
    name = f"{os.path.basename(os.path.normpath(blob))}.{form}.sig"  # noqa: PTH119  # as Go takes paths apart
    return os.path.normpath(f"{invocation.values['signature-directory'] or '.'}/{name}")


def _made(
    invocation: Invocation, chosen_key: Chosen, config: Mapping[str, str], wish: Wish, path: str
) -> SignedBlob:
    blob, media_type = invocation.arguments[0], str(invocation.values["media-type"])
    if not media_type:
        raise Fault("content media-type cannot be empty")
    if problem := go_media_types.problem(media_type):
        raise Fault(f"invalid content media-type '{media_type}': {problem}")
    key = chosen_key.key(config)
    if isinstance(key, EnvelopeMaker):
        plugin = quote(chosen_key.entry.plugin_name)
        raise Fault(f"the plugin {plugin} lacks the signature generator capability required for blob signing")
    try:
        with bind(Reach(), invocation.environment, now, telling(invocation)) as context:
            name, replace = typed_path(blob), bool(invocation.values["force"])
            return blobs.sign_blob(context, name, key, wish, media_type, path=Path(path), replace=replace)
    except KeyUnavailableError as error:
        raise Fault(chosen_key.unusable(error)) from None
    except EnvironmentalError as error:
        raise Fault(_unreached(error, chosen_key)) from None
    except SealwrightError as error:
        raise Fault(said(error, invocation.line)) from None


def _unreached(error: EnvironmentalError, key: Chosen) -> str:
    """What an authority, a plugin or a file did not do, in notation's words."""
    if error.code.startswith("timestamp."):
        return stamping.told(error)
    if error.code.startswith(("approval.", "plugin.")):
        return key.unusable(error)
    return said(error, key.invocation.line)


def _keep(invocation: Invocation, made: SignedBlob, path: str) -> None:
    blob = invocation.arguments[0]
    log(invocation, "info", f"Writing signature to file {path}")
    if invocation.values["force"]:
        invocation.warn("Warning: existing signature file will be overwritten")
    elif os.path.exists(path):  # noqa: PTH110  # as Go takes paths apart
        question = "The signature file already exists, do you want to overwrite it?"
        if not confirmed(invocation, question, already=False):
            return
    try:
        files.write(Path(path), made.content, files.PRIVATE)
        blobs.keep_proof(made, Path(path), PendingFolder.of(invocation.environment))
    except SealwrightError as error:
        raise Fault(f"failed to write signature to file: {said(error, invocation.line)}") from None
    invocation.say(f"Successfully signed {blob}", f" Signature file written to {path}")
