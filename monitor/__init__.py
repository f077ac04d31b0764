"""A scheduled news monitor: polls feeds, keeps what matches, sends each story once."""

__version__ = "0.1.0"
