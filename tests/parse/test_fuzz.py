"""A short run of the fuzzer; the long one is ``python -m bench.fuzz --inputs 1000000``."""

import pytest

from bench.fuzz import corpus, measure, outcome


def test_broken_bodies() -> None:
    """Whatever is done to a feed, what comes out is entries with keys of their own, or a ParseError."""
    tally = measure(range(1500), seed=7, bodies=corpus())
    assert not tally.failures
    assert len(tally.outcomes) > 3


@pytest.mark.parametrize("body", corpus())
def test_kept_bodies(body: bytes) -> None:
    """What once broke the parser, and what all inputs are made from, is read or refused."""
    assert outcome(body, "text/xml")
