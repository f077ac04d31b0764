"""Bytes to entries; feedparser behind one door."""
