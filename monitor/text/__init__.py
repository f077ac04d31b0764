"""Plain text: folding, markup removal, URLs, scripts; pure."""
