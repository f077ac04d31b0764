"""What a comparison adds up to, and how it is told."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field


@dataclass
class Tally:
    """What a comparison adds up to."""

    compared: Counter[str] = field(default_factory=Counter)
    agreed: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def note(self, name: str, *, agrees: bool) -> None:
        """Count one comparison."""
        self.compared[name] += 1
        self.agreed[name] += agrees

    def show(self, title: str, examples: int) -> None:
        """Print shares of agreement, and every difference under its reason."""
        print(f"\n{title}")
        for name, count in sorted(self.compared.items()):
            print(
                f"  {name:12} {self.agreed[name]:6} of {count:6}  {100 * self.agreed[name] / count:6.2f} %"
            )
        for reason, cases in sorted(self.reasons.items(), key=lambda pair: -len(pair[1])):
            print(f"  {len(cases):5} × {reason}")
            for case in cases[:examples]:
                print(f"          {case[:220]}")

    def figures(self) -> dict[str, object]:
        """Give what a results file keeps."""
        return {
            "compared": dict(self.compared),
            "agreed": dict(self.agreed),
            "differences": {reason: len(cases) for reason, cases in self.reasons.items()},
        }
