"""The use cases; the only place where core and ports meet."""
