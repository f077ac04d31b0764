"""Where work runs: bounded concurrency and killable processes."""
