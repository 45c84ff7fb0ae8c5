"""Telephone numbers as they are written in Mexico, as WhatsApp reports them, and one form of ours.

WhatsApp reports a Mexican mobile as ``+521`` and ten digits, which is no valid number any more;
people still write 044, 045 or 01 before ten digits, 52 without a plus, or 00 and 011 as they would
dial from abroad. All of these are one person. The canonical form is E.164 without the old 1.
Nothing here is ever used to guess a time zone: numbers move.
"""

import re
import unicodedata

import phonenumbers

from modules.records.crypto import keyring
from modules.text import Text
from notifications.address import AddressKind
from notifications.errors import InvalidAddress

OLD_MOBILE = re.compile(r"^\+521(\d{10})$")
MEXICAN = re.compile(r"^\+52(\d{10})$")
MEXICAN_AS_WRITTEN = re.compile(r"^(?:\+?52)?(?:044|045|01|1)?(\d{10})$")
"""With or without country, with or without one of the prefixes that were dialled before 2019."""
ABROAD = re.compile(r"^\+*(?:00|011)")
"""How one dials out of Europe and out of North America; a Mexican area code never begins so."""
NAMED = re.compile(r"^(?:whatsapp|tel|cel|celular|m[oó]vil|mobile|phone)[.:]*", re.IGNORECASE)
"""The word before a number on a card or in a link."""
SEPARATORS = re.compile(r"[\s().,/_·\-\u2010-\u2015\u2212]")


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
    # A number copied from a contact carries signs that nobody sees (marks of direction, category
    # Cf), or digits and a plus of full width.
    seen = "".join(sign for sign in written if unicodedata.category(sign) != "Cf")
    plain = NAMED.sub("", SEPARATORS.sub("", unicodedata.normalize("NFKC", seen)))
    plain = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in plain)
    plain = ABROAD.sub("+", plain)
    match = MEXICAN_AS_WRITTEN.match(plain)
    return f"+52{match.group(1)}" if match else plain


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
        "Esto no parece un número de celular. Escribe los diez dígitos con lada, por ejemplo"
        " 55 1234 5678; si es de otro país, empieza con + y la clave del país.",
        "This does not look like a mobile number. Write its ten digits with the area code, for"
        " example 55 1234 5678; a number of another country begins with + and the country code.",
    ),
    input_type="tel",
    autocomplete="tel",
    canonical=canonical,
    shown=_shown,
)
