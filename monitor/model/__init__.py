"""Frozen values of the program, one file a subject; no I/O, no third-party import."""
