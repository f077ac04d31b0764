"""Rules of editing feeds.yaml: comments, layout and line ends stay, and only what is right is written."""

from pathlib import Path

import pytest

from monitor.config.edit import add_feeds, ids, remove_feeds
from monitor.errors import ConfigError

_NEW = {
    "title": "Новости: дня",
    "url": "https://new.example/rss",
    "language": "ru",
    "country": "KZ",
}
_LINE = '- {title: "Новости: дня", url: "https://new.example/rss", language: ru, country: KZ}\n'
_HEAD = "# mine\ncontact: mailto:me@desk.kz\n"
_TAIL = "\nwatches:\n  rivers: {title: Rivers, query: river}  # all\n"
_ONE = '{title: One, url: "https://one.example/rss"}'


def write(path: Path, feeds: str) -> Path:
    file = path / "feeds.yaml"
    file.write_bytes((_HEAD + feeds + _TAIL).encode())
    return file


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            f"feeds:\n  # first\n  - {_ONE}  # good\n  # last\n",
            f"feeds:\n  # first\n  - {_ONE}  # good\n  {_LINE}  # last\n",
            id="flow",
        ),
        pytest.param(
            "feeds:\n- title: One\n  url: https://one.example/rss # here\n\n# later\n",
            f"feeds:\n- title: One\n  url: https://one.example/rss # here\n{_LINE}\n# later\n",
            id="block-without-indent",
        ),
        pytest.param(
            f"feeds:\r\n    - {_ONE}\r\n", f"feeds:\r\n    - {_ONE}\r\n    {_LINE}", id="crlf"
        ),
    ],
)
def test_a_feed_is_added_after_the_last(tmp_path: Path, before: str, after: str) -> None:
    """The new line has the others' indent; all else is byte for byte what it was."""
    file = write(tmp_path, before)
    add_feeds(file, [_NEW])
    assert file.read_bytes() == (_HEAD + after + _TAIL).encode()
    assert "новости-дня" in ids(file)


@pytest.mark.parametrize(
    "feeds",
    [
        pytest.param(
            "feeds:\n  - title: One\n    url: https://one.example/\n    rank: 2\n", id="block"
        ),
        pytest.param(f"feeds:\n  - {_ONE}\n", id="flow"),
    ],
)
@pytest.mark.parametrize("name", ["новости-дня", "Новости: дня", "https://new.example/rss"])
def test_a_feed_is_removed_by_any_of_its_names(tmp_path: Path, feeds: str, name: str) -> None:
    """What was added and is removed leaves no trace."""
    file = write(tmp_path, feeds)
    before = file.read_bytes()
    add_feeds(file, [_NEW])
    assert remove_feeds(file, [name]) == 1
    assert file.read_bytes() == before
    assert remove_feeds(file, ["nobody"]) == 0


def test_what_would_be_wrong_is_not_written(tmp_path: Path) -> None:
    """The strict loader sees the new text first; the file stays, and nothing is left beside it."""
    file = write(tmp_path, f"feeds:\n  - {_ONE}\n")
    before = file.read_bytes()
    with pytest.raises(ConfigError) as raised:
        add_feeds(file, [_NEW | {"interval": "never"}])
    assert str(raised.value).startswith(f"{file}:5:")
    with pytest.raises(ConfigError):
        remove_feeds(file, ["one"])  # the last one
    assert file.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["feeds.yaml"]


def test_a_list_on_one_line_is_left_to_the_operator(tmp_path: Path) -> None:
    """The mend says how to write it."""
    file = write(tmp_path, f"feeds: [{_ONE}]\n")
    with pytest.raises(ConfigError, match="line of its own"):
        add_feeds(file, [_NEW])


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """The file that a symbolic link names is edited, and its mode kept."""
    (tmp_path / "etc").mkdir()
    real = write(tmp_path / "etc", f"feeds:\n  - {_ONE}\n")
    real.chmod(0o640)
    link = tmp_path / "feeds.yaml"
    link.symlink_to(real)
    add_feeds(link, [_NEW])
    assert link.is_symlink()
    assert "Новости" in real.read_text(encoding="utf-8")
    assert real.stat().st_mode & 0o777 == 0o640
