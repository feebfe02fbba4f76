"""A folder of an image whose writer is killed: the old image or the new one is there, whole."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from sealwright import manifest as manifests
from sealwright.repositories.dir_image import DirImage

TESTS = Path(__file__).parents[1]
PROGRAM = """
import itertools, sys
sys.path.insert(0, sys.argv[2])
from sealwright.repositories.dir_image import DirImage
from world.content import put_image
print("ready", flush=True)
for number in itertools.count(int(sys.argv[3])):
    with DirImage(sys.argv[1], write=True) as image:
        put_image(image, text=f"image {number}" * 1000)
"""


def test_a_writer_that_is_killed_leaves_a_whole_image(tmp_path: Path) -> None:
    seed = random.Random(1)  # noqa: S311  # a seed repeats it
    folder = tmp_path / "image"
    seen = set()
    for number in range(6):
        program = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(folder), str(TESTS), str(number * 1000)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert program.stdout is not None
        program.stdout.readline()
        while number == 0 and not (folder / "manifest.json").exists():
            time.sleep(0.001)
        time.sleep(seed.uniform(0.001, 0.04))
        program.send_signal(signal.SIGKILL)
        program.communicate(timeout=30)
        image = DirImage(str(folder))
        descriptor = image.resolve("")
        parsed = manifests.parse(image.manifest(descriptor))
        for blob in parsed.contents:
            assert blob.size == len(b"".join(image.open_blob(blob)))
        seen.add(descriptor.digest)
    assert len(seen) > 1
    with DirImage(str(folder), write=True) as image:
        image.push_manifest(image.manifest(image.resolve("")), descriptor.media_type, "v1")
    assert descriptor == DirImage(str(folder)).resolve("")
