"""The guard's judgement of addresses."""

from ipaddress import ip_address, ip_network

import pytest

from monitor.fetch.guard import Guard, Network, special_kind

SPECIAL = [
    "0.0.0.0",  # noqa: S104 -- an address to judge, none to bind
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.254",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.8",
    "192.0.0.9",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:2::1",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fdff::1",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "4000::1",
    "2a00:1450::5efe:7f00:1",
    "2a00:1450::200:5efe:a00:1",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.255.255",
    "172.32.0.1",
    "192.0.1.1",
    "198.17.255.255",
    "198.20.0.1",
    "223.255.255.255",
    "2001:4860:4860::8888",
    "2606:4700:4700::1111",
    "2a00:1450:4001::200e",
    "2a00:1450::5efe:808:808",
]


def refusal(
    *addresses: str, port: int = 443, allow: tuple[Network, ...] = (), host: str = "feeds.example"
) -> str | None:
    return Guard(allow).refusal(host, port, [ip_address(address) for address in addresses])


@pytest.mark.parametrize("address", SPECIAL)
def test_special_addresses_are_refused(address: str) -> None:
    """X3: no special-purpose address is reached, in whatever form an IPv4 address hides in it."""
    assert special_kind(ip_address(address))
    assert refusal(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_pass(address: str) -> None:
    """X3: ordinary addresses pass, right up to the borders of the special ranges."""
    assert special_kind(ip_address(address)) is None
    assert refusal(address) is None


@pytest.mark.parametrize("addresses", [("8.8.8.8", "127.0.0.1"), ("127.0.0.1", "8.8.8.8")])
def test_one_bad_address_condemns_the_name(addresses: tuple[str, str]) -> None:
    """X2: every address of a name is checked, in any order."""
    assert refusal(*addresses)


@pytest.mark.parametrize(
    ("port", "passes"),
    [
        (80, True),
        (443, True),
        (1024, True),
        (65535, True),
        (25, False),
        (22, False),
        (1023, False),
        (0, False),
    ],
)
def test_ports_of_other_services_are_refused(port: int, passes: bool) -> None:
    """X1: only 80, 443 and ports from 1024 up are used."""
    assert (refusal("8.8.8.8", port=port) is None) is passes


@pytest.mark.parametrize(
    ("address", "network", "passes"),
    [
        ("10.1.2.3", "10.1.0.0/16", True),
        ("10.2.2.3", "10.1.0.0/16", False),
        ("::ffff:10.1.2.3", "10.1.0.0/16", True),
        ("fd12::1", "fd12::/48", True),
        ("127.0.0.1", "::/0", False),
        ("64:ff9b::a01:203", "10.1.0.0/16", False),
    ],
)
def test_allowed_networks_are_exempt(address: str, network: str, passes: bool) -> None:
    """X3: what the operator allows passes, on any port; its neighbours do not."""
    allow = (ip_network(network),)
    assert (refusal(address, allow=allow) is None) is passes
    assert (refusal(address, allow=allow, port=25) is None) is passes


def test_an_allowed_address_does_not_excuse_another() -> None:
    """X2: an allowed address beside a forbidden one does not let the name through."""
    assert refusal("10.1.2.3", "127.0.0.1", allow=(ip_network("10.1.0.0/16"),))


def test_a_refusal_names_host_address_and_mend() -> None:
    """A refusal says where, what, and which line of feeds.yaml mends it."""
    assert refusal("10.1.2.3", host="wiki.example") == (
        "wiki.example is refused: it leads to 10.1.2.3, a private network."
        " If that is meant, add 10.1.2.3 to `network: allow:` in feeds.yaml."
    )
