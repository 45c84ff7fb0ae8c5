"""Long lists a page at a time: one shape for all of them (`components/pager.html`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from flask import request

Item = TypeVar("Item")
SIZE = 25


@dataclass(frozen=True)
class Page(Generic[Item]):
    """One page of a list; `parameter` is what its number is called in the address."""

    items: Sequence[Item]
    number: int
    pages: int
    total: int
    parameter: str

    @property
    def first(self) -> int:
        """Place of its first item in the whole list, from 1."""
        return (self.number - 1) * SIZE + 1

    @property
    def last(self) -> int:
        """Place of its last item in the whole list."""
        return self.first + len(self.items) - 1

    def address(self, number: int, anchor: str) -> str:
        """Return the address of another of its pages, with whatever else was asked for."""
        return f"{same_address(**{self.parameter: str(number)})}#{anchor}"


def same_address(**changes: str | None) -> str:
    """Return the address of this request with other values in its query; None takes one out.

    It is put together from its parts: no word of a query reaches the making of addresses.
    """
    query = {**request.args.to_dict(), **changes}
    left = {name: value for name, value in query.items() if value is not None}
    path = f"{request.script_root}{request.path}"
    return f"{path}?{urlencode(left)}" if left else path


def cut(items: Sequence[Item], number: int, parameter: str) -> Page[Item]:
    """Return a page of a list, counted from 1; the nearest there is for another number."""
    pages = max(-(-len(items) // SIZE), 1)
    number = min(max(number, 1), pages)
    return Page(items[(number - 1) * SIZE : number * SIZE], number, pages, len(items), parameter)


def asked(items: Sequence[Item], parameter: str) -> Page[Item]:
    """Return the page of a list that the address asks for, else the first."""
    return cut(items, request.args.get(parameter, 1, type=int), parameter)
