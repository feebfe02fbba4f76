"""Our own settings for those who sign and verify."""
