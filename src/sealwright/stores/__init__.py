"""Where signatures are kept."""
