"""What the diary offers to tick as new, and which trigger a tick fires.

What the participant reads beside the box, and in which order, is in `content/safety.yaml`; it is
refused when it forgets one of these codes.
"""

from modules.safety.triggers import Trigger
from modules.text import LabelledEnum


class Symptom(LabelledEnum):
    """One thing that may be new since the last entry; the label is the one the team reads."""

    raises: Trigger

    def __init__(self, code: str, es: str, en: str, raises: Trigger):
        """Make a member from its code, its label and the trigger a tick fires."""
        super().__init__(code, es, en)
        self.raises = raises

    LEG = (
        "leg",
        "pierna: adormecimiento, hormigueo o debilidad nuevos",
        "leg: new numbness, tingling or weakness",
        Trigger.LEG_SYMPTOMS,
    )
    LEG_PAIN = (
        "leg_pain",
        "dolor que bajó por la pierna durante un ejercicio",
        "pain that moved down the leg during an exercise",
        Trigger.LEG_PAIN,
    )
    SADDLE_NUMBNESS = (
        "R1",
        "adormecimiento entre las piernas, orina o heces, las dos piernas (R1)",
        "saddle numbness, bladder or bowel, both legs (R1)",
        Trigger.DIARY_WARNING_SIGN,
    )
    PROGRESSIVE_WEAKNESS = (
        "R2",
        "debilidad que aumenta, marcha insegura, manos torpes (R2)",
        "growing weakness, unsteady walk, clumsy hands (R2)",
        Trigger.DIARY_WARNING_SIGN,
    )
    CHEST_PAIN_OR_FAINTING = (
        "R7",
        "dolor repentino de vientre y espalda, dolor de pecho, desmayo (R7)",
        "sudden belly and back pain, chest pain, fainting (R7)",
        Trigger.DIARY_WARNING_SIGN,
    )
    UNSAID = (
        "unsaid",
        "algo nuevo, sin decir qué",
        "something new, not said what",
        Trigger.NOTE_TO_READ,
    )
    """Something new, but nothing was ticked: a person asks what it was."""


OFFERED = tuple(symptom for symptom in Symptom if symptom is not Symptom.UNSAID)
"""What can be ticked; `UNSAID` comes of ticking none."""
