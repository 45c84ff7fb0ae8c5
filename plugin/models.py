"""Records of the application itself: roles and the audit trail."""

import uuid
from datetime import datetime

from sqlalchemy import (
    DDL,
    JSON,
    BigInteger,
    ForeignKey,
    String,
    Table,
    UniqueConstraint,
    event,
)
from sqlalchemy.orm import Mapped, mapped_column

from modules.records.crypto import EncryptedText
from modules.records.db import (
    Base,
    Identified,
    UtcDateTime,
    string_enum,
)
from modules.text import LabelledEnum


class Role(LabelledEnum):
    """What a person is in a study. Assigned here; a platform's roles only propose."""

    PATIENT = "patient", "Paciente", "Patient"
    STAFF = "staff", "Personal que atiende (ve los brazos)", "Treating staff (sees arms)"
    ENROLLER = "enroller", "Inclusión y asignación", "Enrolment and allocation"
    """Takes people into a trial and allocates them; sees nobody's arm."""
    ASSESSOR = "assessor", "Evaluación cegada", "Blinded assessor"
    ANALYST = "analyst", "Análisis cegado", "Blinded analyst"
    CUSTODIAN = "custodian", "Custodia de datos", "Data custodian"
    ADMIN = "admin", "Administración", "Administrator"
    VISITOR = "visitor", "Sin rol", "No role"
    """Nobody in this study yet: sees an explanation and nothing else."""


class RoleAssignment(Identified, Base):
    """One person's role in one study; a person has one role, so none can conflict."""

    __tablename__ = "role_assignments"
    open_after_lock = "who may read the closed data is decided afterwards"
    __table_args__ = (UniqueConstraint("study_id", "lti_user_id"),)

    study_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("studies.id"))
    lti_user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lti_users.id"))
    role: Mapped[Role] = mapped_column(string_enum(Role))
    assigned_by: Mapped[uuid.UUID | None]
    """Who assigned it; None when it was done from the command line."""
    assigned_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Administrator(Identified, Base):
    """Somebody who administers this installation: its platforms and their launches.

    Named from the command line alone; no platform's role and no page makes one.
    """

    __tablename__ = "administrators"

    lti_user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lti_users.id"), unique=True)
    named_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StudyChoice(Identified, Base):
    """What the team of a study has switched on; without a row everything is off."""

    __tablename__ = "study_choices"

    study_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("studies.id"), unique=True)
    progress_to_gradebook: Mapped[bool] = mapped_column(default=False)
    """Whether the platform's gradebook shows patients' progress; never in a blinded study."""
    chosen_by: Mapped[uuid.UUID | None]
    """The person's LTI user; None for the command line."""
    chosen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class NoticeAddress(Identified, Base):
    """Where somebody of the team is told that an alert waits; without a row they are not."""

    __tablename__ = "notice_addresses"

    lti_user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lti_users.id"), unique=True)
    address: Mapped[str] = mapped_column(EncryptedText("notice_addresses.address"))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AlertNotice(Identified, Base):
    """One mail to one person that an alert waits, once when it is raised and once when overdue."""

    __tablename__ = "alert_notices"
    open_after_lock = "an alert is answered for a person, closed data or not"
    __table_args__ = (UniqueConstraint("alert_id", "lti_user_id", "overdue"),)

    alert_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("alerts.id"))
    lti_user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lti_users.id"))
    overdue: Mapped[bool]
    planned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    """When it goes out; NULL once it did or is not needed any more."""
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AuditEvent(Identified, Base):
    """Who did what to whom, when. Append-only; holds keys and codes, never names or answers."""

    __tablename__ = "audit_events"
    open_after_lock = "whatever is done is recorded"

    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    study_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("studies.id"), index=True)
    actor_id: Mapped[uuid.UUID | None]
    """The person's LTI user; None for the command line and the worker."""
    action: Mapped[str] = mapped_column(String(60))
    """Object and verb, such as `participant.enrolled`."""
    subject_id: Mapped[uuid.UUID | None]
    detail: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)


class AuditLink(Identified, Base):
    """The place of one event in the chain of all (`plugin.audit_trail.chain`). Append-only."""

    __tablename__ = "audit_links"
    open_after_lock = "whatever is done is recorded"

    place: Mapped[int] = mapped_column(BigInteger, unique=True)
    """From 1, without gaps."""
    event_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    """The event. No foreign key: a link whose event was taken away is to be found, and said."""
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the event and of the digest before, in hexadecimal."""


def _append_only(table: Table) -> None:
    """Let the database itself refuse to change or take away a row of this table."""
    words = f"{table.name} is append-only"
    for verb in ("UPDATE", "DELETE"):
        on_sqlite = DDL(
            f"CREATE TRIGGER {table.name}_no_{verb.lower()} BEFORE {verb} ON {table.name}"
            f" BEGIN SELECT RAISE(ABORT, '{words}'); END"
        )
        event.listen(table, "after_create", on_sqlite.execute_if(dialect="sqlite"))
    function = DDL(
        f"CREATE OR REPLACE FUNCTION {table.name}_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{words}'; END $$"
    )
    trigger = DDL(
        f"CREATE TRIGGER {table.name}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE"
        f" ON {table.name} FOR EACH STATEMENT EXECUTE FUNCTION {table.name}_append_only()"
    )
    for each in (function, trigger):
        event.listen(table, "after_create", each.execute_if(dialect="postgresql"))


for _table in (AuditEvent.__table__, AuditLink.__table__):
    _append_only(_table)
