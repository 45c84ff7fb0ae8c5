"""What the person who writes a file reads about a fault that pydantic found in it."""

from typing import Any

_MAPPING = "must be a mapping with the fields {fields}"
_LIST = "must be a list"
_SIZE = "must be {range}, is {input}"
_UNKNOWN = "unknown field; known are {fields}"

_WORDS = {
    "missing": "is missing",
    "extra_forbidden": _UNKNOWN,
    "unexpected_keyword_argument": _UNKNOWN,
    "model_type": _MAPPING,
    "dataclass_type": _MAPPING,
    "dict_type": "must be a mapping",
    "tuple_type": _LIST,
    "frozen_set_type": _LIST,
    "too_short": "needs at least {min_length}, has {actual_length}",
    "too_long": "may have at most {max_length}, has {actual_length}",
    "enum": "must be one of {options}",
    "literal_error": "must be one of {options}",
    "string_type": "must be text; put numbers, yes and no in quotes",
    "string_too_short": "is empty",
    "string_too_long": "is longer than {max_length} characters",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number {range}",
    "int_from_float": "must be a whole number {range}",
    "int_parsing": "must be a whole number {range}",
    "float_type": "must be a number {range}",
    "finite_number": "must be a number {range}",
    "greater_than": _SIZE,
    "greater_than_equal": _SIZE,
    "less_than": _SIZE,
    "less_than_equal": _SIZE,
    "date_type": "must be a date such as 2027-12-31",
    "date_parsing": "must be a date such as 2027-12-31",
    "date_from_datetime_parsing": "must be a date such as 2027-12-31",
    "date_from_datetime_inexact": "must be a date such as 2027-12-31",
    "value_error": "{error}",
}
"""Kind of a pydantic error -> what the person who writes the file reads."""


def is_unknown_field(error: Any) -> bool:
    """Say whether an error is about a field that its model does not have."""
    return _WORDS.get(error["type"]) == _UNKNOWN


def in_words(error: Any, schema: dict[str, Any]) -> str:
    """Return an error in words; `schema` is the JSON Schema of its place.

    For an unknown field that is the schema of the mapping in which it stands.
    """
    context = error.get("ctx", {})
    words = _WORDS.get(error["type"], "{message}")
    if error["input"] is None and words != _UNKNOWN:
        return "has no value"
    facts = {
        "fields": ", ".join(name for name in schema.get("properties", ()) if name[0] != "."),
        "range": _range(schema),
        "options": context.get("expected", "").replace("'", "").replace(" or ", ", "),
        "input": error["input"],
        "message": error["msg"],
    }
    return words.format_map({**context, **facts}).rstrip()


def _range(schema: dict[str, Any]) -> str:
    """Return the bounds of a number in words, empty where it has none."""
    if "minimum" in schema and "maximum" in schema:
        return f"from {schema['minimum']} to {schema['maximum']}"
    named = {
        "minimum": "at least",
        "exclusiveMinimum": "above",
        "maximum": "at most",
        "exclusiveMaximum": "below",
    }
    return " and ".join(
        f"{words} {schema[name]}" for name, words in named.items() if name in schema
    )
