"""Hits to words: compose and render."""
