"""What is wrong in a file, in the reader's language.

Whoever reads files says it in English (`modules.reading`, `modules.outcomes.text_packs`), which is
what the command line prints; here the same words are found again and said in the page's language.
"""

import re

from flask_babel import gettext

N_ = str
"""Marks words to be collected for the catalogues."""

REASONS = (
    N_("is missing"),
    N_("has no value"),
    N_("is empty"),
    N_("written twice"),
    N_("no such item"),
    N_("is no questionnaire of this installation"),
    N_("this item has no ends of a scale"),
    N_("expired on %(day)s"),
    N_("unknown field; known are %(fields)s"),
    N_("is larger than %(size)s bytes"),
    N_("is not UTF-8 text"),
    N_("not valid YAML: %(problem)s"),
    N_("is not a table: %(problem)s"),
    N_("must be a mapping with the fields %(fields)s"),
    N_("must be a mapping"),
    N_("must be a list"),
    N_("must be one of %(options)s"),
    N_("must be text; put numbers, yes and no in quotes"),
    N_("must be a date such as 2027-12-31, or none"),
    N_("must be the two ends of the scale"),
    N_("must be a whole number"),
    N_("must be a file that ends in %(endings)s"),
    N_("must have exactly the codes %(codes)s"),
    N_("must have %(number)s columns"),
    N_("needs at least %(least)s, has %(has)s"),
    N_("must be %(value)s"),
)
"""Every reason that a text pack may be refused for; a more general one after the special ones."""


def in_words(reason: str) -> str:
    """Return a reason in the reader's language; one that is not known as it stands."""
    for template in REASONS:
        if found := re.fullmatch(_pattern(template), reason, re.DOTALL):
            return str(gettext(template, **found.groupdict()))
    return reason


def _pattern(template: str) -> str:
    parts = re.split(r"%\((\w+)\)s", template)
    return "".join(
        f"(?P<{part}>.+)" if place % 2 else re.escape(part) for place, part in enumerate(parts)
    )
