"""How many logins and launches one address may begin that lead nowhere."""

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache


class RateLimit:
    """Lets `burst` requests of one address through at once and `per_second` after that.

    A login that ends in an accepted launch is given back, so that a whole hospital behind one
    address is never held up; only those that lead nowhere count. Kept in the memory of one worker:
    it stops floods, it is not an accounting.
    """

    def __init__(
        self, burst: int, per_second: float, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst, self._rate, self._seconds = float(burst), per_second, seconds
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def admits(self, address: str) -> bool:
        """Whether this address may pass now."""
        at = self._seconds()
        with self._lock:
            tokens, since = self._left.pop(address, (self._burst, at))
            tokens = min(self._burst, tokens + (at - since) * self._rate)
            admitted = tokens >= 1
            self._left[address] = (tokens - 1 if admitted else tokens, at)
            while len(self._left) > 10_000:
                self._left.popitem(last=False)
        return admitted

    def give_back(self, address: str) -> None:
        """Forget one request of this address: it was an honest one."""
        with self._lock:
            if address in self._left:
                tokens, since = self._left[address]
                self._left[address] = (min(self._burst, tokens + 1), since)


@lru_cache(maxsize=1024)
def visitor_address(peer: str | None, forwarded: str | None) -> str:
    """Return whose request it is, for the rate limit.

    A peer on this machine or in a private network is taken for our own web server, which writes
    the visitor's address last into `X-Forwarded-For`; anybody else may write there what they like.
    """
    near = _address(peer)
    told = _address((forwarded or "").rpartition(",")[2].strip())
    if told is not None and (near is None or near.is_loopback or near.is_private):
        return str(told)
    return str(near or "")


def _address(text: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text or "")
    except ValueError:
        return None
