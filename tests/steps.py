"""Work without a clock: the same on every machine, busy or not."""

import sys
from collections.abc import Callable


def steps(run: Callable[[], object]) -> int:
    """Count the calls and returns that something makes when run again, in Python and in C.

    What a call into C does, such as a search for a pattern, is not seen: bench/ has the clock.
    """
    run()  # warm: patterns are compiled when first needed
    counted = 0

    def count(*_: object) -> None:
        nonlocal counted
        counted += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        run()
    finally:
        sys.setprofile(before)
    return counted
