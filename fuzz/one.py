"""Fuzz one target until told to stop; arguments after its name are libFuzzer's.

Started by `fuzz/campaign.py`.
"""

import random
import sys
from pathlib import Path

import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]  # only where fuzzing is done

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "tests")]

with atheris.instrument_imports(include=["sealwright"]):
    import targets

    from sealwright.cli import messages
    from sealwright.errors import SealwrightError

BY_PARTS = 0.5
"""How often a change is made inside the container rather than to its bytes."""


def main() -> None:
    target = targets.TARGETS[sys.argv.pop(1)]
    folder = Path(sys.argv[-1])
    if folder.is_dir():  # from here: what is signed counts only with the keys that were made in this process
        for number, content in enumerate(target.seeds(), 1):
            (folder / f"seed-{number}").write_bytes(content)

    def check(content: bytes) -> None:
        try:
            target.read(content)
        except SealwrightError as error:
            for line in messages.lines(error):
                line.encode(errors="backslashreplace")

    def mutate(content: bytes, most: int, seed: int) -> bytes:
        choice = random.Random(seed)
        changed = b""
        if target.mutate is not None and choice.random() < BY_PARTS:
            changed = target.mutate(content, lambda part: atheris.Mutate(part, len(part) + 16), choice)
        if not changed or len(changed) > most:
            changed = atheris.Mutate(content, most)
        return changed

    if target.mutate is not None:
        atheris.Setup(sys.argv, check, custom_mutator=mutate)
    else:
        atheris.Setup(sys.argv, check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
