"""Every table there is, gathered so that migrations and tests see one metadata."""

import importlib

from modules.db import Base

RECORDS = (
    "modules.models",
    "modules.alert_models",
    "modules.care_models",
    "modules.media_models",
    "modules.session_models",
    "modules.visit_models",
    "lti.models",
    "lti.registration_models",
    "lti.grade_models",
    "lti.roster_models",
    "notifications.models",
    "exports.models",
    "plugin.models",
    "plugin.trial.models",
)

for _name in RECORDS:
    importlib.import_module(_name)

METADATA = Base.metadata
