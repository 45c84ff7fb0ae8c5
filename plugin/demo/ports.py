"""The ports of the demonstration: each its own, each free."""

import errno
import itertools
import socket
from collections.abc import Collection, Mapping

from plugin.demo.faults import CannotStart

HIGHEST = 65535


def require(wanted: Mapping[str, int]) -> None:
    """Raise CannotStart unless every port, by the name one sets it with, can be listened on."""
    for one, other in itertools.combinations(wanted, 2):
        if wanted[one] == wanted[other]:
            instead = _suggestion(wanted[other], wanted.values())
            raise CannotStart(
                f"{one} and {other} are both {wanted[one]}. Choose two different ports:"
                f" {_typed(other, instead)}"
            )
    for name, port in wanted.items():
        if (fault := _fault(port)) is not None:
            instead = _suggestion(port, wanted.values())
            raise CannotStart(f"{fault} Choose another one: {_typed(name, instead)}")


def _typed(name: str, port: int) -> str:
    """Return what to type: make's variables in capitals, the command's own options otherwise."""
    return f"make demo {name}={port}" if name.isupper() else f"{name}={port}"


def _fault(port: int) -> str | None:
    """Return why a port cannot be listened on, None if it can."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return f"Port {port} is in use by another program."
            return f"Port {port} cannot be used: {error.strerror}."
    return None


def _suggestion(port: int, taken: Collection[int]) -> int:
    """Return a port near the one wished for that can be listened on now."""
    unprivileged = max(port + 1, 1024)
    near = itertools.chain(range(unprivileged, HIGHEST + 1), range(HIGHEST, 1023, -1))
    return next(one for one in near if one not in taken and _fault(one) is None)
