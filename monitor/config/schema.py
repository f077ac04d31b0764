"""The shape of feeds.yaml: every key with its type and meaning.

Only single values and shapes are judged here; what hangs together is judged in ``checks``. Each
key's description is what ``monitor schema`` shows in an editor.
"""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

from monitor.config.fields import (
    ClockTime,
    ClockTimes,
    Contact,
    Country,
    Duration,
    EnvironmentName,
    Flag,
    HeaderName,
    HeaderValue,
    Host,
    Language,
    Name,
    Network,
    OneOrMore,
    Query,
    Recipient,
    Sender,
    Size,
    SomeTime,
    Text,
    Texts,
    WebUrl,
    Weekday,
    Weight,
    Whole,
    Zone,
    empty_is_none,
)
from monitor.config.values import refuse


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class SecretRef(_Model):
    """Where a secret is read from: an environment variable or a file, one of the two."""

    env: EnvironmentName | None = Field(
        default=None, description="Name of an environment variable."
    )
    file: Text | None = Field(
        default=None,
        description="Path of a file; a bare name is first looked up in $CREDENTIALS_DIRECTORY.",
    )


def _refuse_inline(value: object) -> object:
    if isinstance(value, str):
        mend = "Write {env: NAME} or {file: PATH} and put the value there."
        raise refuse("a secret does not belong into this file", mend)
    return value


def _ref_or_url(value: object) -> str:
    return "secret" if isinstance(value, dict | SecretRef) else "plain"


Secret = Annotated[SecretRef, BeforeValidator(_refuse_inline)]
SecretUrl = Annotated[
    Annotated[SecretRef, Tag("secret")] | Annotated[WebUrl, Tag("plain")],
    Discriminator(_ref_or_url),
]


class PollingModel(_Model):
    """The section `polling`."""

    interval: SomeTime = Field(
        default=timedelta(minutes=60),
        description="How often a feed is polled unless it says otherwise.",
    )
    floor: SomeTime = Field(
        default=timedelta(minutes=15), description="No feed is polled more often than this."
    )
    pace: Literal["gentle", "prompt", "steady"] = Field(
        default="gentle",
        description="gentle: later where a feed hardly publishes; prompt: also sooner where it does; "
        "steady: always the interval.",
    )
    deadline: SomeTime = Field(
        default=timedelta(seconds=30), description="Time for one whole fetch, redirects included."
    )
    host_gap: Duration = Field(
        default=timedelta(seconds=1), description="Pause between two requests to one host."
    )
    max_bytes: Size = Field(
        default=10 * 2**20, description="Largest body taken, after decompression."
    )
    max_entries: Annotated[int, Whole(1, 100_000)] = Field(
        default=1000, description="Newest entries kept of one body."
    )
    concurrency: Annotated[int, Whole(1, 500)] = Field(
        default=20, description="Fetches under way at once."
    )
    robots: Flag = Field(
        default=False, description="true: feeds too are asked only where robots.txt allows it."
    )
    baseline: Duration = Field(
        default=timedelta(hours=24),
        description="Of a new feed, only entries this young count as news.",
    )


class NetworkModel(_Model):
    """What may be reached beside the public internet."""

    allow: list[Network] = Field(
        default_factory=list,
        description="Private networks that feeds and webhooks may reach, such as 127.0.0.0/8.",
    )


class FeedModel(_Model):
    """A source that is polled."""

    title: Text = Field(description="Name of the source as digests show it.")
    url: WebUrl = Field(description="Address of the RSS, Atom, RDF or JSON feed.")
    id: Name | None = Field(
        default=None,
        description="Short name for commands; by default made of the title. Keep it stable.",
    )
    language: Language | None = Field(
        default=None, description="Language code such as ru or uz-Latn."
    )
    country: Country | None = Field(default=None, description="Country code such as KZ.")
    interval: SomeTime | None = Field(default=None, description="How often this feed is polled.")
    rank: Annotated[int, Whole(-100, 100)] = Field(
        default=0, description="The source with the higher rank speaks first for a story."
    )
    timezone: Zone | None = Field(default=None, description="Time zone of dates that name none.")
    full_text: Flag = Field(
        default=False,
        description="true: read the text of new entries from their pages; for feeds of mere titles.",
    )
    enabled: Flag = Field(default=True, description="Write false to keep the feed but not poll it.")


class TermModel(_Model):
    """A concept with its spellings: each further key is a language code, or any."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Texts]

    title: Text | None = Field(default=None, description="Name of the concept as digests show it.")
    unless: Texts = Field(
        default_factory=list,
        description="An occurrence inside one of these phrases does not count.",
    )


class WatchModel(_Model):
    """A query whose matches are told."""

    query: Query = Field(description="Query over terms (@name), words and phrases.")
    title: Text | None = Field(default=None, description="Heading of its section in digests.")
    exclude: Query | None = Field(
        default=None, description="Query of what is left out all the same."
    )
    urgent: Flag = Field(default=False, description="true: its stories go out as alerts, at once.")
    weight: Weight = Field(default=1.0, description="Factor for the rank of its stories.")


class _ChannelModel(_Model):
    watches: list[Text] = Field(
        default_factory=list, description="Only these watches; by default all."
    )
    timezone: Zone | None = Field(
        default=None, description="Time zone of its quiet hours and of times in its alerts."
    )
    quiet: ClockTimes | None = Field(
        default=None,
        description="Hours of the day when nothing is sent, such as 22:00-07:00; it waits for their end.",
    )
    urgent_in_quiet: Literal["send", "hold"] = Field(
        default="send", description="What alerts do in quiet hours."
    )


class EmailModel(_ChannelModel):
    """Mail through an SMTP server."""

    type: Literal["email"] = Field(description="Kind of channel.")
    host: Host = Field(description="SMTP server.")
    port: Annotated[int, Whole(1, 65535)] | None = Field(
        default=None, description="Port; by default 587, 465 with tls, 25 with none."
    )
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="How the connection is protected."
    )
    user: Text | None = Field(default=None, description="Account on the server.")
    password: Secret | None = Field(
        default=None, description="Its password: {env: NAME} or {file: PATH}."
    )
    sender: Sender = Field(alias="from", description="Sender: an address, or Name <address>.")
    to: Annotated[list[Recipient], OneOrMore()] = Field(
        min_length=1, description="Recipients; each gets a mail of their own."
    )
    ca_file: Text | None = Field(
        default=None, description="Certificates to trust instead of the system's, as a PEM file."
    )
    unsubscribe: Text | None = Field(
        default=None,
        description="Where readers leave: an https: or mailto: address; {recipient} is put in.",
    )


class SlackModel(_ChannelModel):
    """An incoming webhook of Slack."""

    type: Literal["slack"] = Field(description="Kind of channel.")
    url: Secret = Field(description="The webhook's URL: {env: NAME} or {file: PATH}.")


class WebhookModel(_ChannelModel):
    """A receiver of signed JSON."""

    type: Literal["webhook"] = Field(description="Kind of channel.")
    url: SecretUrl = Field(description="The receiver's URL; {env: NAME} if it is secret.")
    secrets: list[Secret] = Field(
        default_factory=list, description="Signing secrets, newest first: {env: NAME} each."
    )
    headers: dict[HeaderName, HeaderValue] = Field(
        default_factory=dict, description="Further headers to send."
    )


class FileModel(_ChannelModel):
    """A folder that receives each digest as a page."""

    type: Literal["file"] = Field(description="Kind of channel.")
    folder: Text = Field(description="Folder, relative to this file.")


class TerminalModel(_ChannelModel):
    """Standard output."""

    type: Literal["terminal"] = Field(description="Kind of channel.")


ChannelModel = Annotated[
    EmailModel | SlackModel | WebhookModel | FileModel | TerminalModel, Field(discriminator="type")
]


class DigestModel(_Model):
    """When stories are told together."""

    title: Text | None = Field(default=None, description="Title of the message.")
    at: Annotated[list[ClockTime], OneOrMore()] = Field(
        min_length=1, description="Times of day, such as ['08:00', '18:00']."
    )
    days: Annotated[list[Weekday], OneOrMore()] = Field(
        default=list(range(7)),
        min_length=1,
        description="Days of the week, mon to sun; by default all.",
    )
    timezone: Zone | None = Field(default=None, description="Time zone of the times.")
    channels: Annotated[list[Text], OneOrMore()] = Field(
        default_factory=list, description="Where it goes; by default to all channels."
    )
    watches: Annotated[list[Text], OneOrMore()] = Field(
        default_factory=list, description="What it tells of; by default all watches."
    )
    limit: Annotated[int, Whole(1, 1000)] = Field(
        default=100,
        description="Stories in one digest, the best first; the others open the next one.",
    )
    when_empty: Literal["skip", "send"] = Field(
        default="skip", description="What to do when there is no story."
    )
    catch_up: Duration = Field(
        default=timedelta(hours=24), description="A digest missed by more than this is left out."
    )


class AlertsModel(_Model):
    """The section `alerts`."""

    channels: Annotated[list[Text], OneOrMore()] = Field(
        default_factory=list, description="Where alerts go; by default to all channels."
    )
    wait: Duration = Field(
        default=timedelta(seconds=30), description="Gathers what comes in a burst into one message."
    )
    interval: Duration = Field(
        default=timedelta(minutes=5),
        description="Least time between two alerts to one channel; the second gathers all since.",
    )
    limit: Annotated[int, Whole(1, 1000)] = Field(
        default=20, description="Stories in one alert; the others follow in the next."
    )
    breaking: Flag = Field(
        default=True,
        description="Tell also, of any watch, what grows well beyond its usual; false: never.",
    )


class ConfigModel(_Model):
    """The whole file. Nothing is required here, so that one fault does not hide the others."""

    contact: Contact | None = Field(
        default=None,
        description="mailto: or web address under which publishers reach you. Required.",
    )
    timezone: Zone = Field(
        default="UTC", description="Time zone of digests and channels by default."
    )
    templates: Text | None = Field(
        default=None,
        description="Folder whose templates replace the built-in ones, relative to this file.",
    )
    polling: Annotated[PollingModel, empty_is_none] = Field(
        default_factory=PollingModel, description="Pace and limits of polling."
    )
    network: Annotated[NetworkModel, empty_is_none] = Field(
        default_factory=NetworkModel, description="What may be reached beside the internet."
    )
    feeds: list[FeedModel] = Field(
        default_factory=list, description="The sources that are polled. Required."
    )
    terms: Annotated[dict[Name, TermModel], empty_is_none] = Field(
        default_factory=dict, description="Concepts with their spellings, by name."
    )
    shorthands: Annotated[dict[Name, Query], empty_is_none] = Field(
        default_factory=dict, description="Pieces of queries that watches share, by name."
    )
    watches: dict[Name, WatchModel] = Field(
        default_factory=dict, description="Queries whose matches are told, by name. Required."
    )
    channels: Annotated[dict[Name, ChannelModel], empty_is_none] = Field(
        default_factory=dict,
        description="Where messages go, by name; by default a page and the terminal.",
    )
    digests: Annotated[dict[Name, DigestModel], empty_is_none] = Field(
        default_factory=dict,
        description="When stories are told together, by name; by default daily at 08:00.",
    )
    alerts: Annotated[AlertsModel, empty_is_none] = Field(
        default_factory=AlertsModel, description="How stories of urgent watches are told."
    )
