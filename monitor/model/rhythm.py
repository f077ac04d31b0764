"""How a feed publishes, as far as polling has learned it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

HOURS, DAYS = 24, 7
FIRST_TRUST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Quiet:
    """When a feed asks not to be polled (RSS 2.0, skipHours and skipDays)."""

    hours: frozenset[int] = frozenset()  # 0 to 23, in GMT
    days: frozenset[int] = frozenset()  # Monday is 0


NEVER_QUIET = Quiet()


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Entries counted by the hour (UTC) and the day of their publication, old ones fading."""

    hours: tuple[float, ...] = (0.0,) * HOURS
    days: tuple[float, ...] = (0.0,) * DAYS  # Monday first
    begun_at: datetime | None = None  # publication of the first entry counted
    counted_at: datetime | None = None  # up to when entries are counted
    looked_at: datetime | None = None  # when a body was read last
    listed: int = 0  # entries in it
    fresh: int = 0  # of these, those that were not in the bodies before
    turnover: timedelta | None = None  # in which all that is listed is replaced; None: not seen yet
    trust: timedelta = FIRST_TRUST  # after so long without a body "not modified" is put to the test
    ttl: timedelta | None = None  # the feed's own wish: ttl or sy:updatePeriod
    quiet: Quiet = NEVER_QUIET

    @property
    def count(self) -> float:
        """How many entries the figures rest on."""
        return sum(self.hours)


UNKNOWN = Rhythm()
