"""columna study, role: studies, their courses and the people in them."""

import uuid

import click
from sqlalchemy import select

from exports.leaks.words import is_telling
from lti.models import LtiContext, LtiUser, Membership
from modules.records import queries
from modules.services import lock
from plugin import audit, conflicts, setup
from plugin.commands import common
from plugin.conflicts import ConflictingRole, Unconfirmed
from plugin.models import Role
from plugin.trial import allocation

GIVEN = ("staff", "assessor", "analyst", "custodian", "visitor")
"""Patients are enrolled by staff, administrators named by `columna platform admin`."""


@click.group()
def study() -> None:
    """Create and list studies and care programmes."""


@study.command("create")
@click.argument("key")
@click.option("--protocol", "protocol_key", required=True, help="Key of the protocol file.")
def create(key: str, protocol_key: str) -> None:
    """Create a study; for a trial, seal its allocation list and print the commitment."""
    tool = common.tool()
    if protocol_key not in tool.protocols:
        known = ", ".join(tool.protocols)
        raise click.ClickException(f"There is no protocol {protocol_key!r}. There are: {known}")
    protocol = tool.protocols[protocol_key]
    if is_telling(key, protocol):
        raise click.ClickException(
            f"The key stands on every file that is handed out, and {key!r} names an arm or what one"
            " of them has. Choose a neutral one."
        )
    with common.plain_faults(), tool.database.writing() as session:
        study_id = setup.create_study(session, tool, key, protocol)
        commitment = allocation.commitment_of(session, study_id)
    click.echo(f"Created {key}.")
    if commitment:
        click.echo(f"Publish this before the first participant: {commitment}")


@study.command("list")
def listing() -> None:
    """List the studies with their protocol and number of participants."""
    tool = common.tool()
    with tool.database.reading() as session:
        for found in queries.studies(session):
            count = len(queries.participants(session, found.id))
            mark = " (synthetic)" if found.synthetic else ""
            click.echo(f"{found.key}\t{found.protocol_key}\t{count} participants{mark}")


@study.command("lock")
@click.argument("key")
@click.confirmation_option(prompt="Close the outcomes of this study for good?")
def lock_study(key: str) -> None:
    """Close the outcomes of a study for good: no answer is added or corrected after this."""
    tool = common.tool()
    with common.plain_faults(), tool.database.writing() as session:
        study_id = lock.lock(session, key, tool.now())
        audit.record(session, "study.locked", tool.now(), study_id=study_id)
    click.echo("Closed.")


@study.command("bind")
@click.argument("key")
@click.argument("course_id", type=click.UUID)
def bind(key: str, course_id: uuid.UUID) -> None:
    """Connect a Moodle course (its key from `columna study courses`) to a study."""
    tool = common.tool()
    with common.plain_faults(), tool.database.writing() as session:
        course = session.get(LtiContext, course_id)
        if course is None:
            raise click.ClickException("There is no such course.")
        course.study_id = queries.study(session, key).id
    click.echo("Connected.")


@study.command("courses")
def courses() -> None:
    """List the courses from which the tool has been opened."""
    tool = common.tool()
    with tool.database.reading() as session:
        names = {found.id: found.key for found in queries.studies(session)}
        for course in session.scalars(select(LtiContext)):
            bound = names.get(course.study_id, "-") if course.study_id else "-"
            click.echo(f"{course.id}\t{bound}\t{course.title}")


@click.group()
def role() -> None:
    """Say who is staff and who assesses."""


@role.command("people")
@click.argument("study_key")
def people(study_key: str) -> None:
    """List the people of a study's courses, with the key that `role give` takes."""
    tool = common.tool()
    with common.plain_faults(), tool.database.reading() as session:
        found = queries.study(session, study_key)
        rows = session.execute(
            select(LtiUser.id, LtiUser.name, Membership.participant_id)
            .join(Membership, Membership.lti_user_id == LtiUser.id)
            .join(LtiContext, LtiContext.id == Membership.course_id)
            .where(LtiContext.study_id == found.id)
        )
        for user_id, name, participant_id in rows:
            if participant_id is None:
                click.echo(f"{user_id}\t{name or '(no name)'}")


@role.command("give")
@click.argument("study_key")
@click.argument("user_id", type=click.UUID)
@click.argument("role_name", type=click.Choice(GIVEN))
@click.option(
    "--confirmed-by",
    type=click.UUID,
    help="Key of the study's custodian, where somebody who has assessed shall see arms.",
)
def give(
    study_key: str, user_id: uuid.UUID, role_name: str, confirmed_by: uuid.UUID | None
) -> None:
    """Give a person a role in a study (visitor takes it away)."""
    tool = common.tool()
    with common.plain_faults():
        try:
            with tool.database.writing() as session:
                found = queries.study(session, study_key)
                role = Role(role_name)
                setup.assign_role(session, tool, found.id, user_id, role, confirmed_by=confirmed_by)
        except Unconfirmed as conflict:
            conflicts.keep_by_itself(tool, conflict)
            raise click.ClickException(
                "This person has worked here without knowing the arms and would see them from now"
                " on. The study's custodian confirms that with --confirmed-by; everything this"
                " person assessed is marked in the audit trail."
            ) from conflict
        except ConflictingRole as conflict:
            conflicts.keep_by_itself(tool, conflict)
            raise
    click.echo("Saved.")
