"""The file that ``monitor init`` writes."""

from pathlib import Path

from monitor.config.defaults import default_file

_MINIMAL = Path(__file__).with_name("minimal.yaml")


def starter(*, minimal: bool = False) -> str:
    """Return the text of a first feeds.yaml: the shipped one, or the shortest that works."""
    return (_MINIMAL if minimal else default_file()).read_text(encoding="utf-8")
