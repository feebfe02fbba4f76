"""The settings of the service: one TOML file, and what the environment changes of it."""

from sealwright.service.configuration.document import Configuration, load

__all__ = ["Configuration", "load"]
