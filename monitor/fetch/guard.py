"""Judges addresses: which of them a fetch or a webhook may connect to (X1-X4). Pure.

``ipaddress.is_global`` alone is no guard: it holds for multicast, for NAT64 and, on older
interpreters, for 6to4, and an IPv4 address hides in each of the latter. So the special-purpose
networks are listed here, and ``is_global`` only backs the list up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

WEB_PORTS = frozenset({80, 443})
FIRST_FREE_PORT = 1024  # below it only the web's own ports are let through (X1)

_METADATA: dict[Address, str] = {
    IPv4Address("169.254.169.254"): "a cloud metadata service",
    IPv6Address("fd00:ec2::254"): "a cloud metadata service",
}
_SPECIAL_NETWORKS: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(network), kind)
    for network, kind in (
        ("0.0.0.0/8", "this host itself"),
        ("10.0.0.0/8", "a private network"),
        ("100.64.0.0/10", "a provider's inner network"),
        ("127.0.0.0/8", "this host itself"),
        ("169.254.0.0/16", "the local link"),
        ("172.16.0.0/12", "a private network"),
        ("192.0.0.0/24", "a range for protocols"),
        ("192.0.2.0/24", "a range for examples"),
        ("192.88.99.0/24", "a 6to4 relay"),
        ("192.168.0.0/16", "a private network"),
        ("198.18.0.0/15", "a range for measurements"),
        ("198.51.100.0/24", "a range for examples"),
        ("203.0.113.0/24", "a range for examples"),
        ("224.0.0.0/4", "a multicast group"),
        ("240.0.0.0/4", "a reserved range"),
        ("::/128", "this host itself"),
        ("::1/128", "this host itself"),
        ("::/96", "an IPv4 address in disguise"),
        ("::ffff:0:0/96", "an IPv4 address in disguise"),
        ("::ffff:0:0:0/96", "an IPv4 address in disguise"),
        ("64:ff9b::/96", "an IPv4 address behind NAT64"),
        ("64:ff9b:1::/48", "a private network behind NAT64"),
        ("100::/64", "a range that discards"),
        ("2001::/32", "an IPv4 address behind Teredo"),
        ("2001::/23", "a range for protocols"),
        ("2001:db8::/32", "a range for examples"),
        ("2002::/16", "an IPv4 address behind 6to4"),
        ("3fff::/20", "a range for examples"),
        ("5f00::/16", "a range for segment routing"),
        ("fc00::/7", "a private network"),
        ("fe80::/10", "the local link"),
        ("fec0::/10", "a private network"),
        ("ff00::/8", "a multicast group"),
    )
)
_PUBLIC_IPV6 = IPv6Network("2000::/3")  # nothing else is given out
_ISATAP_MARKS = frozenset({0x00005EFE, 0x02005EFE})  # bits 64 to 95; the IPv4 address follows


def special_kind(address: Address) -> str | None:
    """Name what kind of special address this is; None if it is an ordinary public one (X3)."""
    if kind := _METADATA.get(address):
        return kind
    for network, kind in _SPECIAL_NETWORKS:
        if address in network:
            return kind
    if isinstance(address, IPv6Address):
        if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP_MARKS:
            return special_kind(IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in _PUBLIC_IPV6:
            return "a reserved range"
    return None if address.is_global else "a reserved range"


@dataclass(frozen=True, slots=True)
class Guard:
    """Decides on connections; ``allow`` are networks that the operator exempts."""

    allow: tuple[Network, ...] = ()

    def refusal(self, host: str, port: int, addresses: Sequence[Address]) -> str | None:
        """Say why this connection must not be made; None if it may.

        One bad address among good ones condemns them all: a name that leads to both a public and an
        inner address is an attack, or at best a mistake (X2).
        """
        strangers = [address for address in addresses if not self._is_allowed(address)]
        if strangers and port not in WEB_PORTS and port < FIRST_FREE_PORT:
            return (
                f"{host}:{port} is refused: feeds and webhooks may use port 80, 443, or 1024 and up."
                f"{_mend(strangers[0])}"
            )
        for address in strangers:
            if kind := special_kind(address):
                return f"{host} is refused: it leads to {address}, {kind}.{_mend(address)}"
        return None

    def _is_allowed(self, address: Address) -> bool:
        return any(form in network for form in _forms(address) for network in self.allow)


def _forms(address: Address) -> Iterable[Address]:
    """Give the address, and for an IPv4-mapped one the IPv4 address that the kernel dials."""
    yield address
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        yield address.ipv4_mapped


def _mend(address: Address) -> str:
    dialled = list(_forms(address))[-1]
    return f" If that is meant, add {dialled} to `network: allow:` in feeds.yaml."
