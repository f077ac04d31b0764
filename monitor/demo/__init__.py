"""The offline demonstration: sample feeds on loopback through the real pipeline."""
