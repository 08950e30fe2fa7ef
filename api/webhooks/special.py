"""Special addresses: which are of the public Internet, by registries and not by a Python's age.

As the IANA IPv4 and IPv6 Special-Purpose Address Registries have them (RFC 6890 and its updates,
the newest of them RFC 9637 and RFC 9780), and the registries of address space.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address

#: Not to be reached from everywhere, or nobody's in particular.
_IPV4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network (RFC 791)
        "10.0.0.0/8",  # private use (RFC 1918)
        "100.64.0.0/10",  # shared (RFC 6598)
        "127.0.0.0/8",  # loopback (RFC 1122)
        "169.254.0.0/16",  # link local (RFC 3927)
        "172.16.0.0/12",  # private use
        "192.0.0.0/24",  # of protocols, anycast among them (RFC 6890)
        "192.0.2.0/24",  # documentation (RFC 5737)
        "192.88.99.0/24",  # relays of 6to4, deprecated (RFC 7526)
        "192.168.0.0/16",  # private use
        "198.18.0.0/15",  # benchmarking (RFC 2544)
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast (RFC 5771)
        "240.0.0.0/4",  # reserved, and broadcast (RFC 1112, RFC 8190)
        # In no registry: the host of an Azure machine, by a number of the public Internet.
        "168.63.129.16/32",
    )
)
#: All that is given out of IPv6 lies in here (RFC 4291); loopback, private, site and link local
#: addresses, multicast, and what a segment routes by do not.
_GIVEN_OUT = IPv6Network("2000::/3")
_IPV6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # of protocols: Teredo, benchmarking, identifiers (RFC 2928)
        "2001:db8::/32",  # documentation (RFC 3849)
        "2002::/16",  # 6to4, which leads to an address of IPv4 (RFC 3056)
        "3fff::/20",  # documentation (RFC 9637)
    )
)
#: Addresses that stand for one of IPv4: RFC 6052 and RFC 4291.
_TRANSLATED, _MAPPED = IPv6Network("64:ff9b::/96"), IPv6Network("::ffff:0:0/96")


def is_public(address: Address) -> bool:
    """Whether an address is one of the public Internet, or stands for one that is."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _IPV4)
    if address in _TRANSLATED or address in _MAPPED:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _GIVEN_OUT and not any(address in network for network in _IPV6)
