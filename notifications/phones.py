"""Telephone numbers as they are written in Mexico, as WhatsApp reports them, and one form of ours.

WhatsApp reports a Mexican mobile as ``+521`` and ten digits, which is no valid number any more;
people still write 044, 045 or 01 before ten digits. All of these are one person. The canonical
form is E.164 without the old 1. Nothing here is ever used to guess a time zone: numbers move.
"""

import re

import phonenumbers

from modules.records.crypto import keyring
from modules.text import Text
from notifications.address import AddressKind
from notifications.errors import InvalidAddress

OLD_MOBILE = re.compile(r"^\+521(\d{10})$")
OLD_TRUNK = re.compile(r"^(?:044|045|01|1)(\d{10})$")
MEXICAN = re.compile(r"^\+52(\d{10})$")
SEPARATORS = re.compile(r"[\s().\-\u2010-\u2015\u00a0]")


def canonical(written: str) -> str:
    """The one form (E.164) under which a number is kept; a number without country is Mexican.

    Raises InvalidAddress, which does not repeat the number.
    """
    try:
        parsed = phonenumbers.parse(_without_old_prefixes(written), "MX")
    except phonenumbers.NumberParseException:
        raise InvalidAddress from None
    if parsed.extension or not phonenumbers.is_valid_number(parsed):
        raise InvalidAddress
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _without_old_prefixes(written: str) -> str:
    plain = SEPARATORS.sub("", written.strip().removeprefix("whatsapp:"))
    plain = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in plain)
    if plain.startswith("00"):
        plain = "+" + plain[2:]
    for shape, prefix in ((OLD_MOBILE, "+52"), (OLD_TRUNK, "+52")):
        if match := shape.match(plain):
            return prefix + match.group(1)
    return plain


def both_forms(number: str) -> tuple[str, ...]:
    """The canonical number and, for a Mexican one, the form with the old 1."""
    match = MEXICAN.match(number)
    return (number, f"+521{match.group(1)}") if match else (number,)


def other_form(number: str) -> str | None:
    """The other way to write a Mexican mobile (with or without the 1); None elsewhere."""
    if match := OLD_MOBILE.match(number):
        return f"+52{match.group(1)}"
    match = MEXICAN.match(number)
    return f"+521{match.group(1)}" if match else None


def masked(number: str) -> str:
    """A number fit for a staff page: the last four digits, the rest hidden."""
    return f"••••{number[-4:]}" if len(number) > 4 else "••••"


def digest(address: str) -> str:
    """A keyed hash of a number in any writing, or of an opaque WhatsApp id (64 hex digits).

    Equal numbers are found again by it; none can be read from it.
    """
    try:
        address = canonical(address)
    except InvalidAddress:
        address = address.strip()
    return keyring().blind_index(address, "contacts.phone")


def _shown(number: str) -> Text:
    end = number[-4:]
    return Text(f"el número que termina en {end}", f"the number that ends in {end}")


TELEPHONE = AddressKind(
    label=Text("Número de celular", "Mobile number"),
    hint=Text("Diez dígitos, por ejemplo 55 1234 5678", "Ten digits, for example 55 1234 5678"),
    fault=Text(
        "Esto no parece un número de teléfono. Escribe diez dígitos.",
        "This does not look like a telephone number. Write ten digits.",
    ),
    input_type="tel",
    autocomplete="tel",
    canonical=canonical,
    shown=_shown,
)
