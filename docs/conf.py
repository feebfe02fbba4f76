import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import generated  # noqa: E402  # stands beside this file

from sealwright.version import __version__  # noqa: E402  # after the path is set

generated.renew()

project = "Sealwright"
author = "The Sealwright authors"
project_copyright = f"2026, {author}"
release = version = __version__

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 4
nitpicky = True

html_theme = "furo"
html_title = "Sealwright"
html_copy_source = False
html_show_sphinx = False
