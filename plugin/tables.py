"""Every table there is, gathered so that migrations and tests see one metadata."""

import importlib

from modules.records.db import Base

RECORDS = (
    "modules.records.models",
    "modules.records.alert_models",
    "modules.records.blinding_models",
    "modules.records.care_models",
    "modules.records.data_lock_models",
    "modules.records.goal_models",
    "modules.records.maintenance_models",
    "modules.records.media_models",
    "modules.records.live_session_models",
    "modules.records.screening_log_models",
    "modules.records.second_entry_models",
    "modules.records.rate_limit",
    "lti.models",
    "lti.registration.models",
    "lti.services.grade_models",
    "lti.services.roster_models",
    "notifications.models",
    "exports.models",
    "plugin.models",
    "plugin.status.models",
    "plugin.trial.models",
)

for _name in RECORDS:
    importlib.import_module(_name)

METADATA = Base.metadata
