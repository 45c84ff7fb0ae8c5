"""Whose login or launch it is, for the limit of those that lead nowhere."""

import ipaddress
from functools import lru_cache


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
