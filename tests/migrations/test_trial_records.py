"""Migration 0010: screening forms are kept beside one another; on the way down the newest stays."""

from datetime import timedelta

import pytest
from alembic import command
from alembic.script import ScriptDirectory

from modules.records.models import Screening
from plugin.database import upgrade_database
from tests import factories
from tests.factories import NOON, Clinic
from tests.migrations.draft import config_of


@pytest.fixture
def before(empty, make_tool):
    upgrade_database(empty)
    return Clinic(make_tool(empty))


def test_the_newest_form_survives_the_way_down_and_up(before, empty):
    person = before.screened(())
    with before.writing() as session:
        at = NOON + timedelta(hours=1)
        factories.screening(session, person, before.protocol, age_years=44, superseded_at=at)
        factories.screening(session, person, before.protocol, age_years=45, recorded_at=at)
    step = ScriptDirectory.from_config(config_of(empty)).get_revision("0010_trial_records")
    command.downgrade(config_of(empty), str(step.down_revision))
    upgrade_database(empty)

    assert [(row.age_years, row.superseded_at) for row in before.rows(Screening)] == [(45, None)]
