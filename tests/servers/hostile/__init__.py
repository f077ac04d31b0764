"""A server that judges whoever polls it: each rule is a scene, played by the real fetcher, poller and store.

Run it for the report::

    python -m tests.servers.hostile

The rules are those of polite polling (P1-P38) and of safe requests and content (X1-X21), in the
spirit of Rachel Kroll's feed reader score. Days pass on a clock that the scene moves.
"""
