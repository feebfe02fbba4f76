"""The folder that notation keeps: settings, keys, trust stores, policies (notation, "Directory Structure")."""
