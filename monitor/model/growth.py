"""How much news came of a watch or a story lately, against what is usual."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal


@dataclass(frozen=True, slots=True)
class Mention:
    """One hit of a watch, as growth counts it; ``house`` is whoever publishes."""

    watch: str
    story_id: str
    house: str
    told_at: datetime


@dataclass(frozen=True, slots=True)
class Growth:
    """What grew beyond its usual; ``reports`` counts each house once a story."""

    of: Literal["watch", "story"]
    sources: int
    reports: int
    window: timedelta
    usual: float  # of a watch, reports in such a window; of a story, the sources that one has
