"""A small part of ``python -m bench.crash`` and ``python -m bench.deliver``, so that neither rots."""

from pathlib import Path

import pytest

from bench import crash, deliver


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_killed_senders_lose_nothing(tmp_path: Path) -> None:
    """What killed senders left is sent by the next, and only what was not recorded comes again (D2, D3)."""
    count = crash.crash("webhook", kills=4, deliveries=40, seed=3, room=tmp_path)
    assert (count.kills, count.lost, count.outside_window) == (4, 0, 0)
    assert count.received == count.owed + count.repeated
    assert count.widest_window <= crash.WINDOW


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_every_row_of_the_throughput_is_settled(tmp_path: Path) -> None:
    """Each delivery arrives once and is recorded; how quickly is not asked here."""
    rows = deliver.measure(4, 2, tmp_path)
    assert all(seconds > 0 for row in rows.values() for seconds in row)
