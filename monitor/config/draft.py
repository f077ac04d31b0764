"""The file as far as it fits the schema: one faulty feed does not hide what is wrong elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from monitor.config.addresses import is_barred
from monitor.config.places import Path, Places
from monitor.config.schema import ConfigModel
from monitor.config.sentences import problem_of
from monitor.config.yaml import Value, YamlFile
from monitor.errors import ConfigError, Problem
from monitor.text.urls import host_of

_NO_MAPPING = "The file is not made of lines of the form `name: value`."
_ITEM_SECTIONS = frozenset({"feeds", "terms", "shorthands", "watches", "channels", "digests"})


@dataclass(slots=True)
class Draft:
    """What has been read so far, and what was found wrong with it; checks add to the latter."""

    file: str
    folder: FilePath  # where relative paths begin
    places: Places
    model: ConfigModel
    feed_numbers: tuple[int, ...]  # of each feed in ``model``: its number in the file
    names: Mapping[str, tuple[str, ...]]  # section -> all names in it, faulty items' too
    faulty: frozenset[str] = frozenset()  # sections that could not be read at all
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def refuse(self, path: Path, what: str, mend: str = "", *, at_key: bool = False) -> None:
        """Note a problem at a value, or at its key."""
        self.problems.append(self._problem(path, what, mend, at_key=at_key))

    def refuse_at(self, line: int, column: int, what: str, mend: str = "") -> None:
        """Note a problem at a place inside a value."""
        self.problems.append(Problem(self.file, line, column, what, mend))

    def warn(self, path: Path, what: str, mend: str = "", *, at_key: bool = False) -> None:
        """Note what works but is hardly meant."""
        self.warnings.append(self._problem(path, what, mend, at_key=at_key))

    def warn_if_barred(self, path: Path, url: str) -> None:
        """Warn of a URL that the guard against private addresses will refuse (X2)."""
        if is_barred(host_of(url), self.model.network.allow):
            what = f"{path[-1]}: this is a private address, which is not reached unless allowed."
            self.warn(path, what, "Name its network under network: allow, such as 127.0.0.0/8.")

    def _problem(self, path: Path, what: str, mend: str, *, at_key: bool) -> Problem:
        line, column = (self.places.of_key if at_key else self.places.of_value)(path)
        return Problem(self.file, line, column, what, mend)


def draft(yaml_file: YamlFile, file: str, folder: FilePath) -> Draft:
    """Fit the file's data to the schema, leaving out each item that does not fit.

    Raises ConfigError where there is nothing to fit.
    """
    places, problems = yaml_file.places, list(yaml_file.problems)
    data = yaml_file.data
    if not isinstance(data, dict):
        what = "The file is empty." if data is None else _NO_MAPPING
        problems.append(Problem(file, 0, 0, what, "`monitor init` writes one to begin with."))
        raise ConfigError(tuple(problems))
    errors = _errors(data)
    faults = (problem_of(error, places, file) for error in errors)
    told = {(problem.line, problem.column) for problem in problems}
    problems.extend(fault for fault in faults if (fault.line, fault.column) not in told)
    faulty = frozenset(_item(error["loc"]) for error in errors)
    feeds = data.get("feeds")
    numbers = range(len(feeds)) if isinstance(feeds, list) else ()
    return Draft(
        file=file,
        folder=folder,
        places=places,
        model=ConfigModel.model_validate(_without(data, faulty)),
        feed_numbers=tuple(number for number in numbers if ("feeds", number) not in faulty),
        names={key: tuple(items) for key, items in data.items() if isinstance(items, dict)},
        faulty=frozenset(str(item[0]) for item in faulty),
        problems=problems,
    )


def _errors(data: Mapping[str, Value]) -> list[ErrorDetails]:
    try:
        ConfigModel.model_validate(data)
    except ValidationError as error:
        return error.errors(include_url=False)
    return []


def _item(path: Path) -> Path:
    """The smallest part that can be left out: an item of a section of items, or a section."""
    return path[:2] if path[0] in _ITEM_SECTIONS else path[:1]


def _without(data: Mapping[str, Value], faulty: frozenset[Path]) -> dict[str, Value]:
    return {
        section: _items_without(section, value, faulty)
        for section, value in data.items()
        if (section,) not in faulty
    }


def _items_without(section: str, value: Value, faulty: frozenset[Path]) -> Value:
    if isinstance(value, dict) and section in _ITEM_SECTIONS:
        return {key: item for key, item in value.items() if (section, key) not in faulty}
    if isinstance(value, list):
        return [item for number, item in enumerate(value) if (section, number) not in faulty]
    return value
