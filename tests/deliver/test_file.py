"""Digests as files."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from monitor.deliver.file import FileNotifier
from monitor.model.outbox import FileSettings, Message
from tests.deliver.samples import RENDERER, delivery, failure
from tests.digest.samples import NOW, digest, line


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_written(tmp_path: Path) -> None:
    """A digest is a page, a text and JSON under its date, and the newest page is `latest.html`."""
    folder = tmp_path / "state" / "digests"
    owed = delivery("file")
    await FileNotifier(FileSettings(folder)).send(owed)
    stem = "2026-11-22-0800-sco-and-kazakhstan-"
    assert [name[: len(stem)] for name in names(folder)] == [stem] * 3 + ["latest.html"]
    assert (folder / "latest.html").read_text(encoding="utf-8") == owed.message.html
    written = {path.suffix: path.read_text(encoding="utf-8") for path in folder.glob("2026*")}
    assert written == {
        ".html": owed.message.html,
        ".json": owed.message.payload,
        ".txt": owed.message.text,
    }


async def test_twice_is_once(tmp_path: Path) -> None:
    """A second attempt writes the same files (D4)."""
    notifier = FileNotifier(FileSettings(tmp_path))
    await notifier.send(delivery("file"))
    before = names(tmp_path)
    await notifier.send(replace(delivery("file"), attempts=2))
    assert names(tmp_path) == before


async def test_deliveries_do_not_meet(tmp_path: Path) -> None:
    """Two digests of one minute and title are two sets of files."""
    notifier = FileNotifier(FileSettings(tmp_path))
    await notifier.send(delivery("file", number=1))
    await notifier.send(delivery("file", number=2))
    assert len(names(tmp_path)) == 7


async def test_latest_is_the_newest(tmp_path: Path) -> None:
    """An old digest that is delivered late does not become the latest."""
    notifier = FileNotifier(FileSettings(tmp_path))
    await notifier.send(delivery("file", number=1))
    newest = (tmp_path / "latest.html").read_bytes()
    (old,) = RENDERER.render(digest(line(9, "Old"), slot_at=NOW - timedelta(days=2)), "file")
    await notifier.send(delivery("file", number=2, message=old))
    assert (tmp_path / "latest.html").read_bytes() == newest


async def test_hostile_name(tmp_path: Path) -> None:
    """A title cannot lead out of the folder."""
    folder = tmp_path / "digests"
    (message,) = RENDERER.render(digest(line(), title="../../etc/\x00passwd\n" + "x" * 300), "file")
    await FileNotifier(FileSettings(folder)).send(delivery("file", message=message))
    assert names(tmp_path) == ["digests"]
    assert all(len(name) < 120 and "/" not in name and ".." not in name for name in names(folder))


async def test_message_without_digest(tmp_path: Path) -> None:
    """A message that is no digest is named by its subject and the delivery's time."""
    owed = delivery("file", message=Message("Test: hello", "Hello\n"))
    await FileNotifier(FileSettings(tmp_path)).send(owed)
    assert [name[:27] for name in names(tmp_path)] == ["2026-11-22-0300-test-hello-"]


async def test_folder_that_cannot_be(tmp_path: Path) -> None:
    """A folder that is a file is a fault of the channel, told with its path."""
    blocked = tmp_path / "file"
    blocked.write_text("here already")
    error = await failure(FileNotifier(FileSettings(blocked)), delivery("file"))
    assert error.scope == "channel"
    assert str(blocked) in str(error)
