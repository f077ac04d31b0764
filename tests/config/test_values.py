"""Single values: what each reader takes, and what it says where it refuses."""

from collections.abc import Callable
from datetime import time, timedelta
from ipaddress import ip_network

import pytest
from pydantic_core import PydanticCustomError

from monitor.config import addresses, values
from monitor.config.feeds import slug

Reader = Callable[[object], object]


@pytest.mark.parametrize(
    ("read", "given", "expected"),
    [
        (values.text, "  a\n b ", "a b"),
        (values.flag, "true", True),
        (values.weight, "0.5", 0.5),
        (values.duration, "0s", timedelta(0)),
        (values.duration, "90 m", timedelta(minutes=90)),
        (values.some_time, "1d", timedelta(days=1)),
        (values.size, "500KiB", 512_000),
        (values.size, "2MB", 2_000_000),
        (values.clock_time, "8:05", time(8, 5)),
        (values.clock_time, "23:59", time(23, 59)),
        (values.weekday, "sun", 6),
        (values.zone, "Asia/Almaty", "Asia/Almaty"),
        (values.language, "uz-Cyrl", "uz-Cyrl"),
        (values.language, "krc", "krc"),
        (values.country, "XK", "XK"),
        (values.network, "::1", ip_network("::1/128")),
        (addresses.host_name, "[::1]", "[::1]"),
        (addresses.host_name, "почта.рф", "почта.рф"),
        (addresses.web_url, "https://[2001:db8::1]:8443/a?b=c", "https://[2001:db8::1]:8443/a?b=c"),
        (addresses.web_url, "http://新华网.cn/rss", "http://新华网.cn/rss"),
        (addresses.contact, "https://desk.kz/bot", "https://desk.kz/bot"),
        (addresses.recipient, "o'neil+news@exämple.org", "o'neil+news@exämple.org"),
        (addresses.sender, '"Desk, Almaty" <a@b.kz>', '"Desk, Almaty" <a@b.kz>'),
        (addresses.header_value, "Bearer x", "Bearer x"),
    ],
)
def test_taken(read: Reader, given: str, expected: object) -> None:
    """A good value becomes its type; international hosts are taken as written (E9)."""
    assert read(given) == expected


@pytest.mark.parametrize(
    ("read", "given", "words"),
    [
        (values.text, "  ", "blank"),
        (values.text, "a\x07", "control character"),
        (values.text, ["a"], "not a list"),
        (values.name, "a b", "cannot be a name"),
        (values.name, "x" * 65, "cannot be a name"),
        (values.flag, "True", "neither true nor false"),
        (values.weight, "-1", "no weight"),
        (values.weight, "1e9", "no weight"),
        (values.duration, "60", "no duration"),
        (values.duration, "400d", "more than a year"),
        (values.duration, "６０m", "no duration"),
        (values.some_time, "0m", "cannot be 0"),
        (values.size, "1B", "out of bounds"),
        (values.size, "9GiB", "out of bounds"),
        (values.clock_time, "24:00", "no time of day"),
        (values.clock_time, "8:5", "no time of day"),
        (values.weekday, "7", "no day of the week"),
        (values.zone, "Asia", "no known time zone"),
        (values.zone, "+05:00", "an offset"),
        (values.language, "xx", "no code of a language"),
        (values.language, "russian", "no code of a language"),
        (values.country, "INT", "no code of a country"),
        (values.network, "1.2.3.4/99", "no network"),
        (addresses.host_name, "h kz", "no name of a host"),
        (addresses.host_name, "x" * 300, "no name of a host"),
        (addresses.host_name, "a..kz", "no name of a host"),
        (addresses.web_url, "https://a.kz/ b", "holds a blank"),
        (addresses.web_url, "https://a.kz/<b>", "holds <"),
        (addresses.web_url, "https://a.kz:port/", "cannot be read"),
        (addresses.web_url, "https://[::1/", "cannot be read"),
        (addresses.web_url, "https:///rss", "no proper host"),
        (addresses.web_url, "gopher://a.kz", "not fetched"),
        (addresses.web_url, "//a.kz/rss", "does not begin with"),
        (addresses.web_url, f"https://a.kz/{'x' * 5000}", "more than 4096"),
        (addresses.contact, "mailto:nobody", "no mail address"),
        (addresses.contact, "desk", "neither a mailto"),
        (addresses.recipient, "A <a@b.kz>", "the address alone"),
        (addresses.recipient, "a..b@c.kz", "no mail address"),
        (addresses.recipient, f"{'x' * 65}@c.kz", "no mail address"),
        (addresses.sender, "A\r\nBcc: x <a@b.kz>", "line end"),
        (addresses.header_value, "ü", "not ASCII"),
        (addresses.header_value, None, "no value"),
    ],
)
def test_refused(read: Reader, given: object, words: str) -> None:
    """A value that cannot be taken is refused in our own words (X1, E6, E10, W15)."""
    with pytest.raises(PydanticCustomError) as raised:
        read(given)
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("given", "guess"),
    [
        ("Beijing", "Asia/Shanghai"),
        ("almaty", "Asia/Almaty"),
        ("Asia/Almati", "Asia/Almaty"),
        ("europe/berlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
    ],
)
def test_nearest_zone(given: str, guess: str) -> None:
    """An unknown zone is answered with the one that was probably meant (R14)."""
    with pytest.raises(PydanticCustomError) as raised:
        values.zone(given)
    assert raised.value.context == {
        "what": f"'{given}' is no known time zone",
        "mend": f"Did you mean {guess}?",
    }


@pytest.mark.parametrize(
    ("host", "allowed", "expected"),
    [
        ("127.0.0.1", [], True),
        ("localhost", [], True),
        ("10.1.2.3", ["10.0.0.0/8"], False),
        ("[fd00::1]", ["10.0.0.0/8"], True),
        ("8.8.8.8", [], False),
        ("example.kz", [], False),
    ],
)
def test_barred_hosts(host: str, allowed: list[str], expected: bool) -> None:
    """Private addresses are barred unless their network is allowed; names are not resolved."""
    assert addresses.is_barred(host, map(ip_network, allowed)) is expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("The Astana Times", "the-astana-times"),
        ("Егемен Қазақстан", "егемен-қазақстан"),
        ("新华网", "新华网"),
        ("BAQ.KZ — news!", "baq-kz-news"),
        ("…", ""),
    ],
)
def test_slug(title: str, expected: str) -> None:
    """An id is made of the letters and digits of a title, in any script."""
    assert slug(title) == expected
