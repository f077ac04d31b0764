"""How true the parser is: against what feedparser's tests expect, and against feedparser on real feeds.

    python -m bench.quality.parse --data DIR [--json out.json] [--show 200]

DIR holds folders ``feeds-*``. Part one takes each condition of ``feeds-feedparser-tests`` on an entry's id,
link, title, summary, content or dates or on a feed's title, and compares what ``monitor parse`` prints;
what is expected is made plain first, as we print no markup. Part two compares entries of all other
sets field by field with feedparser's, and with the ``.json`` that some sets keep beside a feed; every difference
is counted under its reason. Reasons are told by rule, never by name of a file.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from bench.quality.parse_compare import compare_expected, compare_feeds
from bench.quality.parse_expect import expectations
from bench.quality.tally import Tally


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--show", type=int, default=3, help="examples of each reason")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    parts = {
        "what feedparser's tests expect": expectations,
        "against feedparser": compare_feeds,
        "against what sets expect": compare_expected,
    }
    figures = {}
    for title, measure in parts.items():
        tally = Tally()
        measure(options.data, tally)
        tally.show(title, options.show)
        figures[title] = tally.figures()
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
