"""Speed and quality, measured; each module runs alone: ``python -m bench.<name>``."""
