"""The blinded assessor: outcomes by coded participants, nothing of the programme.

Of time, the visit and nothing finer: when in its window a form was answered, or how long after it,
is how the arms differ most (docs/blinding.md).
"""

from exports.audience import Audience
from modules.text import Text

AUDIENCE = Audience(
    key="assessor",
    label=Text("Evaluación cegada", "Blinded assessment"),
    columns={
        "participants": (
            "export_id",
            "age_group_from",
            "sex",
            "bmi",
            "condition_count",
            "activity_level",
            "started",
        ),
        "visits": (
            "export_id",
            "visit",
            "visit_number",
            "instrument",
            "target_day",
            "opens_day",
            "closes_day",
            "status",
        ),
        "items": (
            "export_id",
            "visit",
            "instrument",
            "version",
            "language",
            "wording",
            "item",
            "value",
            "all_marks",
            "missing_reason",
        ),
        "scores": (
            "export_id",
            "visit",
            "instrument",
            "version",
            "score_name",
            "score",
            "score_shown",
            "band",
            "items_answered",
            "items_scored",
            "score_status",
            "baseline",
            "baseline_band",
            "change",
            "percent_change",
        ),
        "responders": (
            "export_id",
            "responder",
            "instrument",
            "from_visit",
            "to_visit",
            "baseline",
            "follow_up",
            "change",
            "percent_change",
            "improved",
        ),
        "recovery": (
            "export_id",
            "definition",
            "instrument",
            "recovery_status",
            "after_visit",
            "by_visit",
        ),
    },
)
