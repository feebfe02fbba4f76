"""`notation blob`: files signed and verified, with signatures in files of their own."""

from sealwright.dialects.cobra import Command, Entry

__all__ = ["command"]


def command(line: str) -> Command:
    """The command; only the newer line has it."""
    del line
    folder = "sealwright.dialects.notation.commands"
    return Command(
        "blob [command]",
        "Sign and verify blobs",
        "Sign and verify blobs: files that are in no registry.",
        subcommands=(
            Entry("inspect", "Show what the signature of a blob says", f"{folder}.blob_inspect"),
            Entry("policy", "Keep the trust policy for blobs", f"{folder}.blob_policy"),
            Entry("sign", "Sign a blob", f"{folder}.blob_sign"),
            Entry("verify", "Verify a blob by its signature", f"{folder}.blob_verify"),
        ),
    )
