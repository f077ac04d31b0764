"""HTTP: the only package that talks to feeds."""
