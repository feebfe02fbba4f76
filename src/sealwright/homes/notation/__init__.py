"""The folder that notation keeps: settings, keys, trust stores and policies."""
