"""How people are reached: what an address of a kind is, how it is asked for and how it is shown."""

from collections.abc import Callable
from dataclasses import dataclass

from modules.text import Text


@dataclass(frozen=True)
class AddressKind:
    """One kind of address: telephone numbers, say.

    `canonical(written)` is the one form under which it is kept; it raises InvalidAddress, which
    does not repeat what was written. `shown(address)` tells which one it is without telling it
    whole, in words that follow «reminders go to». `label`, `hint` and
    `fault` are the words of the field that asks for it, `input_type` and `autocomplete` its HTML.
    """

    label: Text
    hint: Text
    fault: Text
    input_type: str
    autocomplete: str
    canonical: Callable[[str], str]
    shown: Callable[[str], Text]
