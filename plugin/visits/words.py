"""What was answered, in words, for the pages of the team."""

from modules.outcomes.questionnaire import Item, Kind, Reason
from plugin import i18n
from plugin.filters import label


def said(item: Item, value: object) -> str:
    """Return an answer, or the reason for none, in words."""
    if item.kind is not Kind.TEXT and isinstance(value, str) and value in set(Reason):
        return label(Reason.of(value))
    marks = value if isinstance(value, list | tuple) else (value,)
    labels = [c.label.get(i18n.language()) for c in item.choices if c.value in marks]
    return "; ".join(labels) or (label(Reason.SKIPPED) if value is None else str(value))
