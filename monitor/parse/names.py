"""Names of XML elements and attributes, whatever prefix a feed gives their namespace."""

from types import MappingProxyType

from monitor.parse.raw import UnfitError

ATOM = "http://www.w3.org/2005/atom"
RSS_1 = "http://purl.org/rss/1.0/"
# The prefix by which a namespace is known to all; none for the feed formats themselves.
_PREFIXES = MappingProxyType({
    ATOM: "",
    RSS_1: "",
    "http://backend.userland.com/rss": "",
    "http://backend.userland.com/rss2": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://purl.org/atom/ns#": "",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://search.yahoo.com/mrss": "media",
    "http://search.yahoo.com/mrss/": "media",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://www.w3.org/xml/1998/namespace": "xml",
})  # fmt: skip
_KNOWN = frozenset(_PREFIXES.values())


class Names:
    """The namespaces of one document.

    Raises UnfitError where a feed gives a known prefix to another namespace: what it means is then a guess.
    """

    def __init__(self) -> None:
        self.declared: set[str] = set()  # in lower case
        self._prefixes: dict[str, str] = {}  # of namespaces that are not known to all
        self._attributes: dict[str, str] = {}

    def declare(self, prefix: str | None, namespace: str | None) -> None:
        """Note a namespace declaration; has the form of an expat handler."""
        if not namespace:
            return
        if namespace.split() != [namespace]:
            raise UnfitError("blanks in the name of a namespace")
        lower = namespace.lower()
        known = _PREFIXES.get(lower)
        if prefix in _KNOWN and prefix != known:
            raise UnfitError("a known prefix for another namespace")
        if known is None and prefix:
            self._prefixes.setdefault(namespace, prefix.lower())
        self.declared.add(lower)

    def element(self, raw: str) -> str:
        """Name an element as ``local`` or ``prefix_local``, in lower case."""
        namespace, local = _parts(raw)
        prefix = _PREFIXES.get(namespace.lower())
        if prefix is None:
            prefix = self._prefixes.get(namespace, "")
        return f"{prefix}_{local}" if prefix else local

    def attributes(self, raw: dict[str, str]) -> dict[str, str]:
        """Name attributes as ``local`` or, in known namespaces, ``prefix:local``."""
        named = self._attributes
        return {named.get(name) or self._learn(name): value for name, value in raw.items()}

    def _learn(self, raw: str) -> str:
        namespace, local = _parts(raw)
        prefix = _PREFIXES.get(namespace.lower(), "")
        name = f"{prefix}:{local}" if prefix else local
        self._attributes[raw] = name
        return name


def _parts(raw: str) -> tuple[str, str]:
    """Split what expat gives (``namespace local prefix``) into namespace and local name in lower case."""
    parts = raw.split(" ")
    return ("", parts[0].lower()) if len(parts) == 1 else (parts[0], parts[1].lower())
