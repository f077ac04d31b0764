"""What the elements of a well-formed feed do: feedparser's rules, as far as such feeds need them."""

import re
from collections.abc import Callable
from functools import partial

from monitor.parse.item import Item, Person
from monitor.parse.raw import UnfitError
from monitor.parse.repair import mended
from monitor.parse.state import Attributes, State

Begin = Callable[[State, Attributes], None]
End = Callable[[State], None]
Rule = tuple[Begin, End | None]

_HTML_LINKS = frozenset({"text/html", "html", "application/xhtml+xml", "xhtml"})
_HALF_ENTITY = re.compile(r"&([A-Za-z0-9_]+);")  # of an address: "?a=1&b;=2"
_ITUNES = "http://www.itunes.com/"
_MEDIA = "http://search.yahoo.com/mrss/category_schema"
_FIELDS = {
    "published": "published pubdate issued dcterms_issued",
    "updated": "updated modified lastbuilddate dc_date dcterms_modified",
    "created": "created dcterms_created",
    "language": "language dc_language",
}
_BARE_FIELDS = ("feedburner_origlink", "ttl", "sy_updateperiod", "sy_updatefrequency")


def _unfit(_state: State, _attributes: Attributes) -> None:
    raise UnfitError("an element for the tolerant reader")


def _begin_channel(state: State, attributes: Attributes) -> None:
    if state.item or not attributes.keys().isdisjoint(("lastmod", "href")):
        raise UnfitError("a feed inside an entry, or a channel definition")
    state.in_feed = True


def _end_channel(state: State) -> None:
    state.in_feed = False


def _begin_item(state: State, attributes: Attributes) -> None:
    if state.item or not attributes.keys().isdisjoint(("lastmod", "href")):
        raise UnfitError("an entry inside an entry, or a channel definition")
    state.item = Item()
    state.title_depth = -1
    if attributes.get("rdf:about"):
        state.item.fields["id"] = attributes["rdf:about"]


def _end_item(state: State) -> None:
    if state.item:
        state.entries.append(state.item.entry())
    state.item = None
    state.has_content = False


def _begin_text(state: State, _attributes: Attributes) -> None:
    state.collect()


def _begin_bare_text(state: State, attributes: Attributes) -> None:
    if attributes:
        raise UnfitError("attributes where none are known")
    state.collect()


def _end_field(name: str, state: State) -> None:
    state.put(name, state.text())


def _drop(state: State) -> None:
    state.raw_text()


def _begin_id(state: State, attributes: Attributes) -> None:
    state.id_is_link = attributes.get("ispermalink", "true") == "true"
    state.collect()


def _end_id(state: State) -> None:
    text = state.raw_text()
    if state.id_is_link and text:
        text = state.resolved(text)
    text = mended(text)
    state.put("id", text)
    if state.id_is_link:
        state.target.fields.setdefault("link", text)


def _begin_link(state: State, attributes: Attributes) -> None:
    relation = attributes.get("rel", "alternate").lower()
    href = _address(attributes)
    if href is None:
        state.target.links.append([relation, ""])
        state.collect()
        return
    href = state.resolved(href)
    state.target.links.append([relation, href])
    if relation == "alternate" and attributes.get("type", "text/html").lower() in _HTML_LINKS:
        state.target.fields["link"] = href


def _end_link(state: State) -> None:
    if not state.leaf:
        return
    text = state.raw_text()
    text = mended(state.resolved(text) if text else "")
    if state.item:
        text = text.replace("&amp;", "&")
    elif not state.in_feed:
        return
    text = _HALF_ENTITY.sub(r"&\1", text)
    state.target.fields["link"] = text
    if text:
        state.target.links[-1][1] = text


def _begin_enclosure(state: State, attributes: Attributes) -> None:
    state.target.links.append(["enclosure", _address(attributes) or ""])


def _address(attributes: Attributes) -> str | None:
    named = (attributes.get(name) for name in ("url", "uri", "href"))
    first = next((value for value in named if value is not None), None)
    return first or attributes.get("href")


def _begin_title(state: State, attributes: Attributes) -> None:
    state.collect_passage(attributes, "text/plain")


def _end_title(state: State) -> None:
    if _take_title(state):
        state.title_depth = state.depth


def _take_title(state: State) -> str:
    title = state.labelled()
    stands = -1 < state.title_depth <= state.depth
    if not stands and (state.item or state.in_feed):
        state.put("title", title.text)
        state.target.details["title"] = title
    return title.text


def _end_media_title(state: State) -> None:
    _take_title(state)


def _begin_passage(default: str, state: State, attributes: Attributes) -> None:
    state.repeats = "summary" in state.target.fields and not state.has_content
    state.has_content = state.has_content or state.repeats
    state.collect_passage(attributes, "text/plain" if state.repeats else default)


def _end_passage(name: str, state: State) -> None:
    if state.repeats:
        state.repeats = False
        _end_content(state)
    else:
        passage = state.passage()
        state.put(name, passage.text)
        if state.item or state.in_feed:
            state.target.details[name] = passage


def _end_description(state: State) -> None:
    _end_passage("summary" if state.item else "subtitle", state)


def _begin_content(default: str, state: State, attributes: Attributes) -> None:
    state.has_content = True
    state.collect_passage(attributes, default)


def _end_subtitle(state: State) -> None:
    subtitle = state.labelled()
    if not state.item and state.in_feed:
        state.feed.details["subtitle"] = subtitle


def _end_content(state: State) -> None:
    passage = state.passage()
    if state.item:
        state.item.add_content(passage)
    state.target.fields.setdefault("summary", passage.text)


def _begin_author(state: State, _attributes: Attributes) -> None:
    if state.item:
        state.item.people.append(Person())
        state.collect_author()


def _end_author(state: State) -> None:
    if state.item and state.in_author:
        state.put("author", state.author_text())
        state.item.name_author()


def _begin_part(state: State, _attributes: Attributes) -> None:
    """Begin a part of a person; only an author's matter."""
    if state.in_author:
        state.collect()


def _end_part(part: str, state: State) -> None:
    if not (state.leaf and state.item):
        return
    text = state.raw_text()
    if part == "name" and not state.in_publisher:
        state.item.people[-1].name = text
    elif part == "address" and not state.in_publisher:
        state.item.people[-1].address = text


def _begin_owner(state: State, _attributes: Attributes) -> None:
    state.in_publisher = True


def _end_owner(state: State) -> None:
    state.in_publisher = False


def _begin_category(state: State, attributes: Attributes) -> None:
    scheme = attributes.get("scheme", attributes.get("domain"))
    _tag(state, attributes.get("term"), scheme, attributes.get("label"))


def _begin_media_category(state: State, attributes: Attributes) -> None:
    _begin_category(state, {"scheme": _MEDIA} | attributes)


def _begin_itunes_category(state: State, attributes: Attributes) -> None:
    _tag(state, attributes.get("text"), _ITUNES, None)


def _tag(state: State, term: str | None, scheme: str | None, label: str | None) -> None:
    if state.item:
        state.item.add_tag(term, scheme, label)
        state.collect()


def _end_category(state: State) -> None:
    if state.item:
        state.item.name_tag(state.text())


def _end_keywords(scheme: str | None, state: State) -> None:
    for word in state.text().split(","):
        state.target.add_tag(word.strip(), scheme if word.strip() else None, None)


def _begin_aside(name: str, state: State, _attributes: Attributes) -> None:
    if name == "source" and not state.item:
        raise UnfitError("a source of no entry")
    state.begin_aside(name)


def _rules() -> dict[str, Rule]:
    title: Rule = (_begin_title, _end_title)
    description: Rule = (partial(_begin_passage, "text/html"), _end_description)
    summary: Rule = (partial(_begin_passage, "text/plain"), partial(_end_passage, "summary"))
    subtitle: Rule = (_begin_title, _end_subtitle)
    unread: Rule = (_begin_title, _drop)
    author: Rule = (_begin_author, _end_author)
    category: Rule = (_begin_category, _end_category)
    encoded: Rule = (partial(_begin_content, "text/html"), _end_content)
    by_names: dict[str, Rule] = {
        "channel feed": (_begin_channel, _end_channel),
        "item entry": (_begin_item, _end_item),
        "title dc_title": title,
        "media_title": (_begin_title, _end_media_title),
        "link": (_begin_link, _end_link),
        "guid id": (_begin_id, _end_id),
        "description dc_description media_description": description,
        "summary itunes_summary": summary,
        "content": (partial(_begin_content, "text/plain"), _end_content),
        "content_encoded fullitem": encoded,
        "subtitle tagline itunes_subtitle": subtitle,
        "rights copyright dc_rights info feedburner_browserfriendly": unread,
        "author managingeditor dc_author dc_creator itunes_author": author,
        "name itunes_name": (_begin_part, partial(_end_part, "name")),
        "email itunes_email": (_begin_part, partial(_end_part, "address")),
        "url uri homepage": (_begin_part, partial(_end_part, "")),
        "itunes_owner": (_begin_owner, _end_owner),
        "category keywords dc_subject": category,
        "media_category": (_begin_media_category, _end_category),
        "itunes_category": (_begin_itunes_category, _end_category),
        "media_keywords": (_begin_bare_text, partial(_end_keywords, None)),
        "itunes_keywords": (_begin_bare_text, partial(_end_keywords, _ITUNES)),
        "enclosure": (_begin_enclosure, None),
        "source": (partial(_begin_aside, "source"), None),
        "image": (partial(_begin_aside, "image"), None),
        "textinput": (partial(_begin_aside, "textinput"), None),
        "body xhtml_body abstract tags date": (_unfit, None),
        "authors author_detail links title_detail summary_detail subtitle_detail": (_unfit, None),
    }
    for field, names in _FIELDS.items():
        by_names[names] = (_begin_text, partial(_end_field, field))
    for field in _BARE_FIELDS:
        by_names[field] = (_begin_bare_text, partial(_end_field, field))
    return {name: rule for names, rule in by_names.items() for name in names.split()}


RULES = _rules()
