"""One module for each command of `seal`."""
