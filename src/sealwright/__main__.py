"""`python -m sealwright` is `seal`."""

from sealwright.programs import main

main()
