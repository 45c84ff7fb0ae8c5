"""What a reader has to know of each questionnaire: version, range, bands, licence. Pure."""

from exports import dictionary
from exports.report.reader import Reader, own_wording
from modules.outcomes.questionnaire import Instrument


def notes(reader: Reader) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return each questionnaire with its facts: (title, [(name, value)])."""
    own = own_wording(reader)
    found = []
    for one in reader.cover.instruments:
        low, high = one.range_ends
        facts = [
            ("version", one.version),
            ("main_score", f"{low} … {high} {reader.text(one.unit)}"),
            ("direction", reader.text(dictionary.DIRECTIONS[one.direction])),
            ("recall", reader.text(one.recall)),
            ("bands", "; ".join(f"{b.low}–{b.high}: {reader.text(b.label)}" for b in one.bands)),
            ("missing_rule", reader.text(one.missing_rule)),
            ("licence", _licence(reader, one)),
            ("wording", f"{reader.say('own_wording')}, {reader.say('own_wording_note')}"
             if one in own else ""),
        ]  # fmt: skip
        found.append(
            (reader.text(one.title), [(reader.say(name), value) for name, value in facts if value])
        )
    return found


def _licence(reader: Reader, one: Instrument) -> str:
    return f"{reader.text(dictionary.LICENCES[one.licence])}. {reader.text(one.rights)}"
