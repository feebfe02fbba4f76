"""Where images are kept: registries, image layouts, archives."""
