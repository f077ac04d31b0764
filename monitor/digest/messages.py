"""What each kind of channel is sent: which templates, which limits."""

import binascii
import json
from collections.abc import Callable

import css_inline

from monitor.digest import slack
from monitor.digest.environment import Templates
from monitor.digest.parts import split
from monitor.digest.payload import payload
from monitor.digest.view import Part, view
from monitor.errors import TemplateError
from monitor.model.outbox import ChannelKind, Digest, Message
from monitor.text.clean import one_line

SUBJECT_LIMIT = 200
HTML_LIMIT = 86_000  # encoded for mail, below Gmail's clip at about 102 KB of it all (E15)
WEBHOOK_LIMIT = 20_000  # bytes, as Standard Webhooks advises (W6)
_SLACK_RESERVE = 2  # blocks kept free for a note that the deliverer may put before the others

# Selectors that could be inlined leave the style tag; what stays is the dark scheme and the phone.
_INLINER = css_inline.CSSInliner(
    keep_style_tags=True, remove_inlined_selectors=True, load_remote_stylesheets=False
)

Writer = Callable[[Digest, Templates], tuple[Message, ...]]


def email_messages(digest: Digest, templates: Templates) -> tuple[Message, ...]:
    """Write mails of subject, text and HTML, each with at most 90 KB of encoded HTML."""
    parts = split(digest, lambda part: _encoded_size(_html(part, templates)) / HTML_LIMIT)
    return tuple(
        _numbered(
            part,
            subject=_subject(part, templates),
            text=_text(part, templates),
            html=_html(part, templates),
        )
        for part in parts
    )


def slack_messages(digest: Digest, templates: Templates) -> tuple[Message, ...]:
    """Write Slack payloads within its limits, each with a plain text to fall back on (S15)."""
    parts = split(digest, lambda part: _slack_fullness(_blocks(part, templates)))
    return tuple(_slack_message(part, templates) for part in parts)


def webhook_messages(digest: Digest, templates: Templates) -> tuple[Message, ...]:
    """Write JSON bodies of at most 20 KB where stories allow it."""
    parts = split(digest, lambda part: len(payload(part).encode()) / WEBHOOK_LIMIT)
    return tuple(
        _numbered(part, subject=_subject(part, templates), payload=payload(part)) for part in parts
    )


def page_messages(digest: Digest, templates: Templates) -> tuple[Message, ...]:
    """Write one page with all stories, as HTML, text and JSON."""
    part = _whole(digest)
    message = _numbered(
        part,
        subject=_subject(part, templates),
        text=_text(part, templates),
        html=_html(part, templates),
        payload=payload(part),
    )
    return (message,)


def terminal_messages(digest: Digest, templates: Templates) -> tuple[Message, ...]:
    """Write one text with all stories; the JSON beside it tells a terminal what to mark."""
    part = _whole(digest)
    message = _numbered(
        part,
        subject=_subject(part, templates),
        text=_text(part, templates),
        payload=payload(part),
    )
    return (message,)


WRITERS: dict[ChannelKind, Writer] = {
    "email": email_messages,
    "slack": slack_messages,
    "webhook": webhook_messages,
    "file": page_messages,
    "terminal": terminal_messages,
}


def _whole(digest: Digest) -> Part:
    return Part(digest, total=len(digest.lines))


def _numbered(
    part: Part, *, subject: str, text: str = "", html: str = "", payload: str = ""
) -> Message:
    return Message(
        subject=subject,
        text=text,
        html=html,
        payload=payload,
        part=part.number,
        parts=part.count,
    )


def _subject(part: Part, templates: Templates) -> str:
    return one_line(
        templates.write(f"{part.digest.kind}.subject.j2", "text", view(part)), SUBJECT_LIMIT
    )


def _text(part: Part, templates: Templates) -> str:
    return templates.write(f"{part.digest.kind}.text.j2", "text", view(part)).strip() + "\n"


def _html(part: Part, templates: Templates) -> str:
    name = f"{part.digest.kind}.html.j2"
    markup = templates.write(name, "html", {**view(part), "subject": _subject(part, templates)})
    try:
        return _INLINER.inline(markup)
    except (css_inline.InlineError, ValueError) as error:
        raise TemplateError(name, 0, f"its styles cannot be read: {error}") from error


def _encoded_size(html: str) -> int:
    """Count bytes as quoted-printable with CRLF, the way mail carries them (E4)."""
    encoded = binascii.b2a_qp(html.encode(), istext=True)
    return len(encoded) + encoded.count(b"\n")


def _blocks(part: Part, templates: Templates) -> list[slack.Block]:
    name = f"{part.digest.kind}.slack.j2"
    try:
        return slack.read_blocks(templates.write(name, "slack", view(part)))
    except ValueError as error:
        raise TemplateError(name, 0, str(error)) from error


def _slack_fullness(blocks: list[slack.Block]) -> float:
    text = sum(slack.size(text) for block in blocks for text in slack.block_texts(block))
    return max(len(blocks) / (slack.BLOCKS - _SLACK_RESERVE), text / slack.TEXT_BUDGET)


def _slack_message(part: Part, templates: Templates) -> Message:
    subject = _subject(part, templates)
    headlines = [f"• {line.headline}" for line in part.digest.lines]
    body = {
        "text": slack.plain(" ".join([subject, *headlines]), slack.FALLBACK),
        "blocks": _blocks(part, templates),
        "unfurl_links": False,
        "unfurl_media": False,
    }
    return _numbered(
        part,
        subject=subject,
        text=_text(part, templates),
        payload=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
    )
