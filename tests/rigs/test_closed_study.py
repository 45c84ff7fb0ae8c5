"""A closed study stays as it is, whatever is sent to it: every route that writes is tried."""

import itertools

import pytest
from sqlalchemy import select

from modules.records import study_lock
from modules.records.db import Base, Database
from modules.services.lock import lock
from plugin.app import create_app
from plugin.worker import Tasks
from tests import factories
from tests.rigs import table, world

GUARDED = [each.class_ for each in Base.registry.mappers if study_lock.is_guarded(each.class_)]
SAFE = {"GET", "HEAD"}


def kept(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table that a lock closes."""
    with database.reading() as session:
        return {
            kind.__tablename__: sorted(map(repr, session.execute(select(kind.__table__))))
            for kind in GUARDED
        }


@pytest.fixture
def closed(database, make_tool):
    """Two studies with something of every kind in them, both closed."""
    filled = world.build(make_tool(database))
    for key in ("lumbar", "otro"):
        with database.writing() as session:
            lock(session, key, filled.tool.now())
    return filled


def test_no_route_and_no_role_changes_anything_in_a_closed_study(closed):
    app, database = create_app(tool=closed.tool), closed.tool.database
    routes = table.routes(app)
    before = kept(database)
    tried, faults = 0, []
    rows = [row for row in table.rows() if row.method not in SAFE]
    for row, role in itertools.product(rows, world.ROLES):
        if row.lets_in(role):
            visitor = closed.visitors[role]
            ids = closed.ids(role, "own")
            address = table.path(app, routes[row.method, row.rule], visitor.ref, ids, row.values)
            form = {"csrf_token": visitor.token, **row.form}
            with visitor.client(app).open(address, method=row.method, data=form) as answer:
                tried += 1
                if answer.status_code >= 500:
                    faults.append((row.rule, role, answer.status_code))

    assert faults == []
    assert tried > 60
    assert kept(database) == before


TASKS = ("plan_reminders", "watch_care", "finish_exports", "tidy")


def test_no_task_of_the_worker_changes_anything_in_a_closed_study(closed):
    before = kept(closed.tool.database)
    tasks = Tasks(closed.tool)
    for name in TASKS:
        getattr(tasks, name)()

    assert kept(closed.tool.database) == before


def steps(clinic, clinician):
    """Return, by what the team does, the address and a form without a fault."""
    person = clinic.screened()
    bare = clinic.screened(())
    with clinic.writing() as session:
        newcomer = clinic.member(session, "Recién llegada", factories.LEARNER).id
    criteria = clinic.protocol.eligibility.inclusion + clinic.protocol.eligibility.exclusion
    screening = {f"criterion_{c.key}": c.rule for c in criteria if c.rule in ("yes", "no")}
    body = {"age_years": 44, "sex": "male", "height_cm": 170, "weight_kg": "70"}
    return {
        "enrol": (f"/staff/people/{newcomer}/enrol", {}),
        "consent": (
            f"/staff/participants/{bare}/consent",
            {"version": "2", "signed_on": factories.TODAY.isoformat()},
        ),
        "screening": (
            f"/staff/participants/{bare}/screening",
            {**screening, **body, "activity_level": 1},
        ),
        "allocate": (f"/staff/participants/{person}/allocation", {"clinician": str(clinician)}),
        "withdraw": (f"/staff/participants/{person}/withdrawal", {"reason": "own_wish"}),
    }


@pytest.mark.parametrize("step", ["enrol", "consent", "screening", "allocate", "withdraw"])
@pytest.mark.parametrize("is_closed", [False, True], ids=["open", "closed"])
def test_nobody_is_taken_further_in_a_closed_study(clinic, client_for, step, is_closed):
    enroller = client_for("enroller")
    path, form = steps(clinic, client_for("staff").user_id)[step]
    if is_closed:
        with clinic.writing() as session:
            lock(session, clinic.study_key, factories.NOON)
    before = kept(clinic.tool.database)
    answer = enroller.post(path, form)

    assert answer.status_code in ((409,) if is_closed else (302, 303))
    assert (kept(clinic.tool.database) == before) is is_closed
