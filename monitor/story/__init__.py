"""Which story an entry belongs to."""
