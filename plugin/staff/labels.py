"""The words of codes that the team's pages show."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

TRIGGERS: dict[str, LazyString] = {
    "T1": _l("Warning sign ticked: exercises are paused"),
    "T2": _l("New leg symptoms after a session"),
    "T3": _l("High pain, or a strong rise during a session"),
    "T4": _l("More pain than at baseline, three entries in a row"),
    "T5": _l("Thoughts of death or self-harm in a questionnaire"),
    "T5A": _l("The question on thoughts of death was left open"),
    "T6": _l("Severe depression or anxiety score"),
    "T7": _l("A note that a person should read"),
    "T8": _l("Not seen for a week, or two diary entries missed"),
    "T9": _l("Function clearly worse than at the start"),
    "R1": _l("Warning sign ticked: saddle numbness, bladder or bowel, both legs"),
    "R2": _l("Warning sign ticked: growing weakness, unsteady walk, clumsy hands"),
    "R3": _l("Warning sign ticked: a hard blow or a fall"),
    "R4": _l("Warning sign ticked: cancer, weight loss, night pain, or new pain at this age"),
    "R5": _l("Warning sign ticked: fever, infection or a weak immune system"),
    "R6": _l("Warning sign ticked: morning stiffness that eases with movement"),
    "R7": _l("Warning sign ticked: sudden belly and back pain, chest pain, fainting"),
    "R8": _l("Warning sign ticked: pregnancy, surgery or another reason to stop"),
    "R9": _l("Warning sign ticked: legs that hurt on walking, or numbness in one leg"),
}
WHAT_TO_DO: dict[str, LazyString] = {
    "T1": _l("Contact the participant at once and make sure that they are seen today."),
    "T2": _l("Contact within 24 hours. Pause the exercise that brought it on."),
    "T3": _l("Look at the doses; one level down is usual."),
    "T4": _l("Look at the plan; the next module can be held."),
    "T5": _l("Call today and follow the crisis plan of your clinic."),
    "T5A": _l("Ask in person. Silence is no reassurance."),
    "T6": _l("Contact within three days; consider a referral."),
    "T7": _l("Read the note and decide. Nothing is answered automatically."),
    "T8": _l("A reminder first, then a call."),
    "T9": _l("Ask what changed; record an adverse event if there was one."),
    "R1": _l("Contact the participant at once and make sure that they are seen today."),
    "R2": _l("Contact the participant at once and make sure that they are seen today."),
    "R3": _l("Contact within 24 hours; a doctor has to look at it before exercises go on."),
    "R4": _l("Contact within 24 hours; a doctor has to look at it before exercises go on."),
    "R5": _l("Contact within 24 hours; a doctor has to look at it before exercises go on."),
    "R6": _l("Ask about it; gentle exercises may go on. Consider a referral."),
    "R7": _l("Contact the participant at once and make sure that they are seen today."),
    "R8": _l("Talk with the participant: the plan or the eligibility may change."),
    "R9": _l("Ask about it; gentle exercises may go on. Consider a referral."),
}
UNTIL_CLOSED: dict[str, LazyString] = {
    "T1": _l("The exercises stay paused until this alert is closed."),
    "T2": _l(
        "What was done in that session is off the list until this alert is closed. Pause the"
        " exercise that brought it on in the prescription, or it comes back."
    ),
    "T4": _l("The next module waits until this alert is closed, for a week at most."),
    **dict.fromkeys(
        ("R1", "R2", "R3", "R4", "R5", "R7", "R8"),
        _l("The exercises stay paused until this alert is closed."),
    ),
}
LEVELS: dict[str, LazyString] = {
    "emergency": _l("Emergency"),
    "urgent": _l("Urgent"),
    "amber": _l("To be reviewed"),
    "adherence": _l("Out of touch"),
}
STATES: dict[str, LazyString] = {
    "open": _l("Nobody has taken it"),
    "acknowledged": _l("Taken"),
    "contacted": _l("Participant contacted"),
    "closed": _l("Closed"),
}
CLOSING: dict[str, LazyString] = {
    "resolved": _l("Cleared up with the participant"),
    "referred": _l("Referred to a doctor or to emergency care"),
    "adverse_event": _l("Recorded as an adverse event"),
    "no_contact": _l("Could not be reached after several attempts"),
    "not_needed": _l("No action was needed"),
}
SYMPTOMS: dict[str, LazyString] = {
    "leg": _l("leg: pain, tingling, numbness or weakness"),
    "R1": _l("saddle numbness, bladder or bowel, both legs (R1)"),
    "R2": _l("growing weakness, unsteady walk, clumsy hands (R2)"),
    "R7": _l("sudden belly and back pain, chest pain, fainting (R7)"),
    "unsaid": _l("something new, not said what"),
}
PRESCRIPTION_REASONS: dict[str, LazyString] = {
    "start": _l("Start of the programme"),
    "progress": _l("Goes well: one level up"),
    "too_hard": _l("Too hard: one level down"),
    "pain": _l("Pain during or after it"),
    "leg_symptoms": _l("Leg symptoms"),
    "own_wish": _l("Wish of the participant"),
    "correction": _l("Correction of a mistake"),
}
OPEN_REASONS: dict[str, LazyString] = {
    "ready": _l("Ready for it earlier"),
    "away": _l("Will be away in its week"),
    "returned": _l("Came back after an absence"),
    "technical": _l("A technical problem kept it shut"),
}
HOLD_REASONS: dict[str, LazyString] = {
    "pain": _l("Too much pain now"),
    "check": _l("Something is to be checked first"),
    "own_wish": _l("Wish of the participant"),
    "illness": _l("Another illness"),
}
EXERCISE_STATES: dict[str, LazyString] = {
    "plan": _l("As the course has it"),
    "added": _l("On the list of every day"),
    "paused": _l("Paused"),
}
NUMBERS: dict[str, LazyString] = {
    "sets": _l("Sets"),
    "reps": _l("Repetitions"),
    "hold_s": _l("Hold, in seconds"),
    "minutes": _l("Minutes"),
    "freq_per_week": _l("Days a week"),
}
