"""Where the shipped feeds.yaml and templates lie: packaged in a wheel, at the top in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).parent.parent


def default_file() -> Path:
    """Return the path of the shipped feeds.yaml."""
    return _shipped("feeds.yaml")


def default_templates() -> Path:
    """Return the folder of the shipped templates."""
    return _shipped("templates")


def _shipped(name: str) -> Path:
    packaged = _PACKAGE / "_defaults" / name
    return packaged if packaged.exists() else _PACKAGE.parent / name
