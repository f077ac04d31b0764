"""One file a channel kind."""
