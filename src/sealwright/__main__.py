"""`python -m sealwright` is `seal`."""

from sealwright.cli import main

main()
