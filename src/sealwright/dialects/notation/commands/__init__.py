"""notation's commands, one module each with `command(line)`."""
