"""feeds.yaml to typed, frozen settings; errors with line and column."""
