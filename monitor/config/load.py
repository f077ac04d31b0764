"""feeds.yaml -> Settings, or all that is wrong with it at once."""

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.config.addresses import is_example
from monitor.config.channels import read_channels
from monitor.config.draft import Draft, draft
from monitor.config.feeds import poll_policy, read_feeds
from monitor.config.queries import read_shorthands, read_terms, read_watches
from monitor.config.schedules import check_names, read_alerts, read_schedules
from monitor.config.secrets import Vault
from monitor.config.settings import Settings
from monitor.config.yaml import MAX_BYTES, read_yaml
from monitor.errors import ConfigError, Problem


@dataclass(frozen=True, slots=True)
class Report:
    """What ``monitor check`` has to say of a file; ``settings`` unless there are problems."""

    settings: Settings | None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def load(
    path: Path, *, environ: Mapping[str, str], secrets: bool = True, base: Path | None = None
) -> Settings:
    """Read and check a configuration.

    Relative paths in it begin at ``base``, by default the file's own folder. With ``secrets``
    false they are not read and come out empty, for commands that send nothing. Raises ConfigError
    with every problem found, in the file's order.
    """
    report = check(path, environ=environ, secrets=secrets, base=base)
    if report.settings is None:
        raise ConfigError(report.problems)
    return report.settings


def check(
    path: Path, *, environ: Mapping[str, str], secrets: bool = True, base: Path | None = None
) -> Report:
    """Find all problems and warnings of a configuration; raises nothing."""
    file = str(path)
    try:
        found = draft(read_yaml(_read(path), file), file, base or path.parent)
    except ConfigError as error:
        return Report(None, error.problems)
    settings = _settings(found, path, Vault(found, environ, secrets))
    problems = tuple(sorted(set(found.problems)))
    return Report(None if problems else settings, problems, settings.warnings)


def _settings(found: Draft, path: Path, vault: Vault) -> Settings:
    """Run all checks, which note what they find on the draft, and build what there is."""
    contact = _contact(found)
    _check_networks(found)
    feeds = read_feeds(found)
    terms, shorthands = read_terms(found), read_shorthands(found)
    watches = read_watches(found, shorthands)
    check_names(found)
    channels = read_channels(found, vault)
    return Settings(
        source=path,
        contact=contact,
        timezone=found.model.timezone,
        templates=_templates(found),
        polling=poll_policy(found, feeds),
        allow=tuple(found.model.network.allow),
        feeds=feeds,
        terms=terms,
        shorthands=shorthands,
        watches=watches,
        channels=channels,
        schedules=read_schedules(found, channels),
        alerts=read_alerts(found, channels),
        warnings=tuple(sorted(set(found.warnings))),
    )


def _read(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise _unreadable(path, "This is no file.", "Give the path of a feeds.yaml.")
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        mend = "`monitor init` writes one; --config names another."
        raise _unreadable(path, "There is no such file.", mend) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the path is no path"
        raise _unreadable(path, f"The file cannot be read: {reason}.", "") from error


def _unreadable(path: Path, what: str, mend: str) -> ConfigError:
    return ConfigError((Problem(str(path), 0, 0, what, mend),))


def _contact(found: Draft) -> str:
    contact = found.model.contact
    if contact is None:
        if "contact" not in found.faulty:
            what = "There is no contact, and publishers must be able to reach whoever polls them."
            found.refuse(("contact",), what, "Add `contact: mailto:you@your-desk.org`.")
        return ""
    if is_example(contact):
        what = "contact: this is still the example."
        found.warn(("contact",), what, "Write your own address, so that publishers can reach you.")
    return contact


def _templates(found: Draft) -> Path | None:
    if found.model.templates is None:
        return None
    folder = found.folder / Path(found.model.templates).expanduser()
    if not folder.is_dir():
        what = f"templates: there is no folder {folder}."
        found.refuse(("templates",), what, "Create it, or delete the line.")
    return folder


def _check_networks(found: Draft) -> None:
    for number, network in enumerate(found.model.network.allow):
        if network.prefixlen == 0:
            what = f"allow: {network} lets every feed reach every machine of your network."
            found.warn(("network", "allow", number), what, "Name only the networks that you need.")
