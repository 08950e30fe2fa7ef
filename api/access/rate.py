"""Rates: how often one actor or address may ask, as a bucket of tokens that fills with time."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable

from api.problems import Refused

#: So many actors are remembered; the one that asked longest ago is forgotten first.
_MOST = 10_000


class Rate:
    """A bucket each: it holds `burst` tokens at most, and gets `per_second`; 0 is without limit."""

    def __init__(
        self, per_second: float, burst: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_second = per_second
        self._burst = burst
        self._now = now
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, whose: str) -> None:
        """Take a token; raises `Refused` (429) with the seconds until there is one."""
        if not self._per_second:
            return
        now = self._now()
        tokens, since = self._held.pop(whose, (self._burst, now))
        tokens = min(self._burst, tokens + (now - since) * self._per_second)
        self._held[whose] = (max(0.0, tokens - 1) if tokens >= 1 else tokens, now)
        if len(self._held) > _MOST:
            self._held.popitem(last=False)
        if tokens < 1:
            seconds = max(1, math.ceil((1 - tokens) / self._per_second))
            raise Refused(
                "too-many-requests",
                f"This came too often. The next may come in {seconds} s.",
                headers={"Retry-After": str(seconds)},
            )


def neighbourhood(address: str) -> str:
    """What is counted as one address: an IPv6 client has a whole /64 of them."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.IPv6Network((found, 64), strict=False))
    return address
