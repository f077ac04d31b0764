"""``monitor feeds add, remove, discover, import, export``: the list in feeds.yaml."""

import asyncio
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Annotated

import typer

from monitor import __version__
from monitor.app import utc_now
from monitor.cli.options import options_of
from monitor.cli.output import EXIT_FAILED, ago, emit, fail, note, result, table
from monitor.config.edit import add_feeds, ids, remove_feeds
from monitor.config.feeds import slug
from monitor.config.settings import Settings
from monitor.errors import FetchError, ParseError
from monitor.fetch import HttpFetcher
from monitor.model.source import Fetched, ParsedFeed
from monitor.parse import parse_feed
from monitor.parse.opml import read_opml, write_opml
from monitor.pipeline.discover import FoundFeed
from monitor.pipeline.discover import discover as find_feeds
from monitor.text.urls import canonical_url, host_of


def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="A feed, or a page that names its feeds.")],
    title: Annotated[str | None, typer.Option(help="Name; by default the feed's own.")] = None,
    language: Annotated[str | None, typer.Option(help="Such as ru; default: the feed's.")] = None,
    country: Annotated[str | None, typer.Option(help="Such as KZ.")] = None,
    interval: Annotated[str | None, typer.Option(help="How often to poll, such as 2h.")] = None,
) -> None:
    """Add a feed, or the first one of a page, to feeds.yaml."""
    options = options_of(context)
    settings = options.settings(secrets=False)
    found = _discover(url, settings)
    best = found[0]
    wanted = {
        "title": title or best.title or host_of(best.url),
        "url": best.url,
        "language": language or _language(best.language),
        "country": country,
        "interval": interval,
    }
    for other in found[1:]:
        note(f"Also there: {other.url} ({other.title})")
    if not _add(options.config, settings, [wanted]):
        note(f"{best.url} is in {options.config} already.")
        return
    note(
        f"{options.config}: added {wanted['title']}, {best.url}, with {best.entries} entries now.",
        "green",
    )


def remove(
    context: typer.Context,
    feeds: Annotated[list[str], typer.Argument(help="Ids, titles or URLs.")],
) -> None:
    """Remove feeds from feeds.yaml; what they brought stays stored."""
    options = options_of(context)
    unknown = set(feeds) - ids(options.config)
    if unknown:
        fail(f"No feed is called {', '.join(sorted(unknown))}. Nothing was removed.")
        raise typer.Exit(2)
    count = remove_feeds(options.config, feeds)
    note(f"{options.config}: removed {count}.", "green")


def discover(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="A page, or a feed.")],
) -> None:
    """Find the feeds of a page; changes nothing."""
    options = options_of(context)
    found = _discover(url, options.settings(secrets=False))
    if options.json:
        for feed in found:
            emit({name: getattr(feed, name) for name in FoundFeed.__slots__})
        return
    now = utc_now()
    table(
        ("feed", "title", "lang", "entries", "newest"),
        [(f.url, f.title, f.language or "", str(f.entries), ago(f.newest_at, now)) for f in found],
    )


def import_opml(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="An OPML file, as other readers export it.")],
) -> None:
    """Add the feeds of an OPML file that feeds.yaml has not yet."""
    options = options_of(context)
    settings = options.settings(secrets=False)
    try:
        listed = read_opml(file.read_bytes())
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}.")
        raise typer.Exit(2) from None
    except ParseError as error:
        fail(f"{file}: {error}")
        raise typer.Exit(EXIT_FAILED) from None
    wanted = [
        {
            "title": one.title or host_of(one.url),
            "url": one.url,
            "language": _language(one.language),
            "country": one.country,
        }
        for one in listed
    ]
    count = _add(options.config, settings, wanted)
    note(f"{options.config}: added {count} of {len(listed)} feeds.", "green")


def export(context: typer.Context) -> None:
    """Write the feeds as OPML, in folders by country, to stdout."""
    feeds = options_of(context).settings(secrets=False).feeds
    result.print(write_opml(feeds), markup=False, highlight=False, soft_wrap=True, end="")


def _discover(url: str, settings: Settings) -> list[FoundFeed]:
    """Give what is found, at least one; ends the program if there is nothing."""

    def read(fetched: Fetched) -> ParsedFeed:
        return parse_feed(
            fetched.body, feed_id="", url=fetched.url, content_type=fetched.content_type
        )

    async def ask() -> list[FoundFeed]:
        fetcher = HttpFetcher(
            contact=settings.contact,
            version=__version__,
            policy=settings.polling,
            allow=settings.allow,
            clock=utc_now,
        )
        async with fetcher:
            return await find_feeds(url, fetcher=fetcher, read=read)

    try:
        found = asyncio.run(ask())
    except (FetchError, ParseError) as error:
        fail(f"{url}: {error}")
        raise typer.Exit(EXIT_FAILED) from None
    if not found:
        fail(
            f"{url} names no feed, and none is at the usual places. Look on the page for RSS, and give that address."
        )
        raise typer.Exit(EXIT_FAILED)
    return found


def _add(config: Path, settings: Settings, wanted: Iterable[dict[str, str | None]]) -> int:
    """Add what is not there yet, under ids that are free; gives how many."""
    known = {canonical_url(feed.url) or feed.url for feed in settings.feeds} | set(ids(config))
    taken = set(ids(config))
    new: list[dict[str, str]] = []
    for feed in wanted:
        given = {key: value for key, value in feed.items() if value}
        address = canonical_url(given["url"]) or given["url"]
        if address in known or given["url"] in known:
            continue
        known.add(address)
        name = slug(given["title"]) or slug(host_of(given["url"]))
        if name in taken:
            given["id"] = name = _free(name, taken)
        taken.add(name)
        new.append(given)
    if new:
        add_feeds(config, new)
    return len(new)


def _free(name: str, taken: Collection[str]) -> str:
    return next(other for n in range(2, len(taken) + 3) if (other := f"{name}-{n}") not in taken)


def _language(tag: str | None) -> str | None:
    """Give the tag without its region: en-us is English."""
    return tag.partition("-")[0].lower() if tag and tag[-3:-2] == "-" else tag
