"""Have the settings of the chosen channel the form its provider's have?"""

from collections.abc import Sequence
from datetime import datetime

from modules.text import Text
from notifications.channels import CHANNELS
from plugin import reminders
from plugin.status.check import Check, Finding, Installation, State


def look(place: Installation) -> tuple[str, Sequence[str]]:
    """Return the channel, and the names of its settings that cannot be right."""
    key = place.settings.channel
    given = reminders.channel_settings(place.settings)
    needs = CHANNELS[key].needs
    return key, [each.name for each in needs if each.fault(given.get(each.field, ""), sending=True)]


def judge(facts: tuple[str, Sequence[str]], _now: datetime) -> Finding:
    """Say whether the channel can send, as far as its settings tell."""
    key, wrong = facts
    if wrong:
        return Finding(State.BAD, "wrong_form", {"wrong": len(wrong)}, tuple(wrong))
    if key == "console":
        return Finding(State.UNSURE, "console")
    return Finding(State.GOOD, "formed")


CHECK = Check(
    key="channel",
    label=Text("Canal de los recordatorios", "Channel of the reminders"),
    look=look,
    judge=judge,
    words={
        "formed": Text(
            "Sus credenciales tienen la forma debida.", "Its credentials have the right form."
        ),
        "console": Text(
            "Los recordatorios se quedan en esta máquina (COLUMNA_CHANNEL=console): ningún "
            "paciente los recibe.",
            "Reminders stay on this machine (COLUMNA_CHANNEL=console): no patient receives them.",
        ),
        "wrong_form": Text(
            "Estos ajustes no pueden ser correctos; docs/settings.md dice cómo son.",
            "These settings cannot be right; docs/settings.md says what they look like.",
        ),
    },
    needs_database=False,
)
