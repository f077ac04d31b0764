"""A digest in words: the operator's templates first, the built-in ones behind them."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import structlog

from monitor.digest.environment import Templates
from monitor.digest.messages import WRITERS
from monitor.digest.sample import sample_digests
from monitor.errors import TemplateError
from monitor.model.outbox import ChannelKind, Digest, Message

log = structlog.get_logger(__name__)

_KINDS: tuple[ChannelKind, ...] = ("email", "slack", "file", "terminal")
_HREF = re.compile(r"(?:href|src)\s*=\s*[\"']?\s*\{\{(?P<value>[^}]*)\}\}")


class Renderer:
    """Turns digests into the messages of a channel kind."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """Take folders of templates, the operator's overlay first, the built-in one last."""
        self._folders = tuple(folder.resolve() for folder in folders)
        self._overlaid = Templates(self._folders)
        self._built_in = Templates(self._folders[-1:])

    def render(self, digest: Digest, kind: ChannelKind) -> tuple[Message, ...]:
        """Write the messages of a digest, in parts where the channel's limits ask for it.

        An overlay that cannot be rendered is left aside with a warning: the digest goes out in the
        built-in words. Raises TemplateError if those are at fault.
        """
        try:
            return WRITERS[kind](digest, self._overlaid)
        except TemplateError as error:
            if len(self._folders) == 1:
                raise
            log.warning(
                "template broken, built-in one used",
                template=error.template,
                line=error.line,
                error=error.what,
            )
            return WRITERS[kind](digest, self._built_in)

    def check(self) -> tuple[TemplateError, ...]:
        """Try every template on samples, as ``monitor check`` does; give each fault once."""
        faults = [*self._stray_files(), *self._unsafe_links(), *self._broken()]
        return tuple({(fault.template, fault.line): fault for fault in faults}.values())

    def _broken(self) -> Iterator[TemplateError]:
        for digest in sample_digests():
            for kind in _KINDS:
                try:
                    WRITERS[kind](digest, self._overlaid)
                except TemplateError as error:
                    yield error

    def _stray_files(self) -> Iterator[TemplateError]:
        """Find overlay files that nothing reads, a misspelt name for one; ``_*`` is the operator's own."""
        known = {path.name for path in self._folders[-1].glob("*.j2")}
        for folder in self._folders[:-1]:
            if not folder.is_dir():
                yield TemplateError(str(folder), 0, "there is no such folder of templates")
            for path in sorted(folder.glob("*.j2")):
                if path.name not in known and not path.name.startswith("_"):
                    names = ", ".join(sorted(known))
                    yield TemplateError(
                        str(path), 0, f"no template has this name; there are {names}"
                    )

    def _unsafe_links(self) -> Iterator[TemplateError]:
        """Find addresses put into HTML unchecked: escaping does not stop ``javascript:`` (X17)."""
        for folder in self._folders:
            for path in sorted(folder.glob("*.html.j2")):
                lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
                for number, line in enumerate(lines, 1):
                    if any("safe_url" not in match["value"] for match in _HREF.finditer(line)):
                        what = (
                            'an address needs the filter safe_url: href="{{ line.url|safe_url }}"'
                        )
                        yield TemplateError(str(path), number, what)
