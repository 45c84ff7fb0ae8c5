"""The first tables.

Revision: 0001_first_tables, after nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001_first_tables"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inbound_messages",
        sa.Column("sid", sa.String(length=34), nullable=False),
        sa.Column("sender_digest", sa.String(length=64), nullable=False),
        sa.Column("keyword", sa.String(length=10), nullable=False),
        sa.Column("known_sender", sa.Boolean(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_messages")),
        sa.UniqueConstraint("sid", name=op.f("uq_inbound_messages_sid")),
    )
    op.create_index(
        "ix_inbound_messages_sender",
        "inbound_messages",
        ["sender_digest", "received_at"],
        unique=False,
    )
    op.create_table(
        "lti_platforms",
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("client_id", sa.String(length=255), nullable=False),
        sa.Column("auth_login_url", sa.Text(), nullable=False),
        sa.Column("auth_token_url", sa.Text(), nullable=False),
        sa.Column("auth_audience", sa.Text(), nullable=True),
        sa.Column("jwks_url", sa.Text(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("product_family", sa.String(length=64), nullable=False),
        sa.Column("algorithm", sa.String(length=16), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "active",
                "disabled",
                name="standing",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_platforms")),
        sa.UniqueConstraint("issuer", "client_id", name=op.f("uq_lti_platforms_issuer_client_id")),
    )
    op.create_table(
        "lti_tool_keys",
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("private_pem", sa.Text(), nullable=False),
        sa.Column("public_jwk", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retire_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_tool_keys")),
        sa.UniqueConstraint("kid", name=op.f("uq_lti_tool_keys_kid")),
    )
    op.create_table(
        "outbox_holds",
        sa.Column("scope", sa.String(length=80), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("strikes", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_holds")),
        sa.UniqueConstraint("scope", name=op.f("uq_outbox_holds_scope")),
    )
    op.create_table(
        "studies",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("protocol_key", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studies")),
        sa.UniqueConstraint("key", name=op.f("uq_studies_key")),
    )
    op.create_table(
        "suppressions",
        sa.Column("phone_digest", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppressions")),
        sa.UniqueConstraint("phone_digest", name=op.f("uq_suppressions_phone_digest")),
    )
    op.create_table(
        "allocation_lists",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["studies.id"], name=op.f("fk_allocation_lists_study_id_studies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation_lists")),
        sa.UniqueConstraint("study_id", name=op.f("uq_allocation_lists_study_id")),
    )
    op.create_table(
        "audit_events",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["studies.id"], name=op.f("fk_audit_events_study_id_studies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
    )
    op.create_index(op.f("ix_audit_events_at"), "audit_events", ["at"], unique=False)
    op.create_table(
        "lti_deployments",
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.String(length=255), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "active",
                "disabled",
                name="standing",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["platform_id"],
            ["lti_platforms.id"],
            name=op.f("fk_lti_deployments_platform_id_lti_platforms"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_deployments")),
        sa.UniqueConstraint(
            "platform_id",
            "deployment_id",
            name=op.f("uq_lti_deployments_platform_id_deployment_id"),
        ),
    )
    op.create_table(
        "lti_launch_records",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("passed", sa.JSON(), nullable=False),
        sa.Column("failed", sa.String(length=32), nullable=True),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["platform_id"],
            ["lti_platforms.id"],
            name=op.f("fk_lti_launch_records_platform_id_lti_platforms"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_launch_records")),
        sa.UniqueConstraint("reference", name=op.f("uq_lti_launch_records_reference")),
    )
    op.create_index(op.f("ix_lti_launch_records_at"), "lti_launch_records", ["at"], unique=False)
    op.create_index(
        "ix_lti_launch_records_platform_id_at",
        "lti_launch_records",
        ["platform_id", "at"],
        unique=False,
    )
    op.create_table(
        "lti_login_attempts",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("deployment_hint", sa.String(length=255), nullable=True),
        sa.Column("target_link_uri", sa.Text(), nullable=False),
        sa.Column("binding_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["platform_id"],
            ["lti_platforms.id"],
            name=op.f("fk_lti_login_attempts_platform_id_lti_platforms"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_login_attempts")),
        sa.UniqueConstraint("nonce", name=op.f("uq_lti_login_attempts_nonce")),
        sa.UniqueConstraint("state_hash", name=op.f("uq_lti_login_attempts_state_hash")),
    )
    op.create_index(
        op.f("ix_lti_login_attempts_expires_at"), "lti_login_attempts", ["expires_at"], unique=False
    )
    op.create_table(
        "lti_platform_key_sets",
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["platform_id"],
            ["lti_platforms.id"],
            name=op.f("fk_lti_platform_key_sets_platform_id_lti_platforms"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_platform_key_sets")),
        sa.UniqueConstraint("platform_id", name=op.f("uq_lti_platform_key_sets_platform_id")),
    )
    op.create_table(
        "lti_registration_invites",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("platform_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["platform_id"],
            ["lti_platforms.id"],
            name=op.f("fk_lti_registration_invites_platform_id_lti_platforms"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_registration_invites")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_lti_registration_invites_token_hash")),
    )
    op.create_table(
        "lti_users",
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("locale", sa.String(length=35), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_launch_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["platform_id"],
            ["lti_platforms.id"],
            name=op.f("fk_lti_users_platform_id_lti_platforms"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_users")),
        sa.UniqueConstraint(
            "platform_id", "subject", name=op.f("uq_lti_users_platform_id_subject")
        ),
    )
    op.create_table(
        "own_media",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("slot", sa.String(length=120), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "film",
                "captions",
                name="mediarole",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("storage_key", sa.String(length=80), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["studies.id"], name=op.f("fk_own_media_study_id_studies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_media")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_own_media_storage_key")),
    )
    op.create_index(
        "uq_own_media_current",
        "own_media",
        ["study_id", "slot", "role"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "participants",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "screening",
                "active",
                "completed",
                "withdrawn",
                name="participantstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("enrolled_on", sa.Date(), nullable=False),
        sa.Column("day_one", sa.Date(), nullable=True),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawal_reason", sa.String(length=40), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["studies.id"], name=op.f("fk_participants_study_id_studies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participants")),
        sa.UniqueConstraint("study_id", "code", name=op.f("uq_participants_study_id_code")),
    )
    op.create_index(op.f("ix_participants_study_id"), "participants", ["study_id"], unique=False)
    op.create_table(
        "session_groups",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("everyone", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["studies.id"], name=op.f("fk_session_groups_study_id_studies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_groups")),
    )
    op.create_index(
        op.f("ix_session_groups_study_id"), "session_groups", ["study_id"], unique=False
    )
    op.create_table(
        "study_choices",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("progress_to_gradebook", sa.Boolean(), nullable=False),
        sa.Column("chosen_by", sa.Uuid(), nullable=True),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["studies.id"], name=op.f("fk_study_choices_study_id_studies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_choices")),
        sa.UniqueConstraint("study_id", name=op.f("uq_study_choices_study_id")),
    )
    op.create_table(
        "administrators",
        sa.Column("lti_user_id", sa.Uuid(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lti_user_id"], ["lti_users.id"], name=op.f("fk_administrators_lti_user_id_lti_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_administrators")),
        sa.UniqueConstraint("lti_user_id", name=op.f("uq_administrators_lti_user_id")),
    )
    op.create_table(
        "alerts",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("trigger", sa.String(length=4), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "acknowledged",
                "contacted",
                "closed",
                name="alertstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closing_reason", sa.String(length=40), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_alerts_participant_id_participants"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint(
            "participant_id",
            "trigger",
            "source_id",
            name=op.f("uq_alerts_participant_id_trigger_source_id"),
        ),
    )
    op.create_index(op.f("ix_alerts_due_at"), "alerts", ["due_at"], unique=False)
    op.create_index(op.f("ix_alerts_participant_id"), "alerts", ["participant_id"], unique=False)
    op.create_table(
        "allocation_slots",
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("arm", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["allocation_lists.id"],
            name=op.f("fk_allocation_slots_list_id_allocation_lists"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation_slots")),
        sa.UniqueConstraint(
            "list_id", "position", name=op.f("uq_allocation_slots_list_id_position")
        ),
    )
    op.create_table(
        "assessments",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("visit", sa.String(length=40), nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("instrument_version", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("wording", sa.String(length=80), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column(
            "respondent",
            sa.Enum(
                "self",
                "assessor",
                name="respondent",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "source",
            sa.Enum(
                "digital",
                "paper",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("input_mode", sa.String(length=20), nullable=True),
        sa.Column("device_width_px", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("correction_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_assessments_participant_id_participants"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
        sa.UniqueConstraint(
            "participant_id",
            "visit",
            "instrument",
            "revision",
            name=op.f("uq_assessments_participant_id_visit_instrument_revision"),
        ),
    )
    op.create_index(
        op.f("ix_assessments_participant_id"), "assessments", ["participant_id"], unique=False
    )
    op.create_table(
        "consents",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_consents_participant_id_participants"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
        sa.UniqueConstraint("participant_id", name=op.f("uq_consents_participant_id")),
    )
    op.create_table(
        "contacts",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("phone_digest", sa.String(length=64), nullable=False),
        sa.Column("wa_address", sa.Text(), nullable=True),
        sa.Column("other_form_tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unreachable_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("wording_version", sa.String(length=40), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=40), nullable=True),
        sa.Column("last_inbound_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_contacts_participant_id_participants"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    op.create_index(
        op.f("ix_contacts_participant_id"), "contacts", ["participant_id"], unique=False
    )
    op.create_index(op.f("ix_contacts_phone_digest"), "contacts", ["phone_digest"], unique=False)
    op.create_index(
        "uq_contacts_open_participant",
        "contacts",
        ["participant_id"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "diary_entries",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("client_key", sa.Uuid(), nullable=False),
        sa.Column("exercises", sa.JSON(), nullable=False),
        sa.Column("amounts", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("effort", sa.Integer(), nullable=True),
        sa.Column("pain_before_mm", sa.Integer(), nullable=True),
        sa.Column("pain_after_mm", sa.Integer(), nullable=True),
        sa.Column("symptoms", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "digital",
                "paper",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_diary_entries_participant_id_participants"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diary_entries")),
        sa.UniqueConstraint(
            "participant_id", "client_key", name=op.f("uq_diary_entries_participant_id_client_key")
        ),
    )
    op.create_index(
        op.f("ix_diary_entries_participant_id"), "diary_entries", ["participant_id"], unique=False
    )
    op.create_index(
        "uq_diary_entries_current",
        "diary_entries",
        ["participant_id", "day", "occurrence"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "export_log",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_export_log_participant_id_participants"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["studies.id"], name=op.f("fk_export_log_study_id_studies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_log")),
    )
    op.create_index(op.f("ix_export_log_study_id"), "export_log", ["study_id"], unique=False)
    op.create_table(
        "lessons_done",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("module_key", sa.String(length=40), nullable=False),
        sa.Column("lesson_key", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_lessons_done_participant_id_participants"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lessons_done")),
        sa.UniqueConstraint(
            "participant_id",
            "module_key",
            "lesson_key",
            name=op.f("uq_lessons_done_participant_id_module_key_lesson_key"),
        ),
    )
    op.create_table(
        "live_sessions",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "cancelled",
                name="sessionstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["session_groups.id"],
            name=op.f("fk_live_sessions_group_id_session_groups"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_sessions")),
        sa.UniqueConstraint("group_id", "number", name=op.f("uq_live_sessions_group_id_number")),
    )
    op.create_index(
        op.f("ix_live_sessions_starts_at"), "live_sessions", ["starts_at"], unique=False
    )
    op.create_table(
        "login_days",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_login_days_participant_id_participants"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_days")),
        sa.UniqueConstraint("participant_id", "day", name=op.f("uq_login_days_participant_id_day")),
    )
    op.create_table(
        "lti_courses",
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.Column("context_id", sa.String(length=255), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=True),
        sa.Column("nrps_url", sa.Text(), nullable=True),
        sa.Column("ags_lineitems_url", sa.Text(), nullable=True),
        sa.Column("ags_lineitem_url", sa.Text(), nullable=True),
        sa.Column("ags_scopes", sa.JSON(), nullable=False),
        sa.Column("roster_synced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_id"],
            ["lti_deployments.id"],
            name=op.f("fk_lti_courses_deployment_id_lti_deployments"),
        ),
        sa.ForeignKeyConstraint(
            ["platform_id"],
            ["lti_platforms.id"],
            name=op.f("fk_lti_courses_platform_id_lti_platforms"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["studies.id"], name=op.f("fk_lti_courses_study_id_studies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_courses")),
        sa.UniqueConstraint(
            "deployment_id", "context_id", name=op.f("uq_lti_courses_deployment_id_context_id")
        ),
    )
    op.create_table(
        "module_overrides",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("module_key", sa.String(length=40), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "open",
                "hold",
                "release",
                name="overrideaction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_module_overrides_participant_id_participants"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_overrides")),
    )
    op.create_index(
        op.f("ix_module_overrides_participant_id"),
        "module_overrides",
        ["participant_id"],
        unique=False,
    )
    op.create_table(
        "prescription_changes",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("directions", sa.JSON(), nullable=False),
        sa.Column("doses", sa.JSON(), nullable=False),
        sa.Column("added", sa.JSON(), nullable=False),
        sa.Column("paused", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_prescription_changes_participant_id_participants"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prescription_changes")),
    )
    op.create_index(
        op.f("ix_prescription_changes_participant_id"),
        "prescription_changes",
        ["participant_id"],
        unique=False,
    )
    op.create_table(
        "review_marks",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("covers_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_review_marks_participant_id_participants"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_marks")),
    )
    op.create_index(
        op.f("ix_review_marks_participant_id"), "review_marks", ["participant_id"], unique=False
    )
    op.create_table(
        "reviewers",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=False),
        sa.Column("named_by", sa.Uuid(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_reviewers_participant_id_participants"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviewers")),
    )
    op.create_index(
        op.f("ix_reviewers_participant_id"), "reviewers", ["participant_id"], unique=False
    )
    op.create_table(
        "role_assignments",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("lti_user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "patient",
                "staff",
                "assessor",
                "analyst",
                "custodian",
                "admin",
                "visitor",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("assigned_by", sa.Uuid(), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lti_user_id"],
            ["lti_users.id"],
            name=op.f("fk_role_assignments_lti_user_id_lti_users"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["studies.id"], name=op.f("fk_role_assignments_study_id_studies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_assignments")),
        sa.UniqueConstraint(
            "study_id", "lti_user_id", name=op.f("uq_role_assignments_study_id_lti_user_id")
        ),
    )
    op.create_table(
        "screenings",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("age_years", sa.Integer(), nullable=False),
        sa.Column("sex", sa.String(length=12), nullable=False),
        sa.Column("height_cm", sa.Integer(), nullable=False),
        sa.Column("weight_kg", sa.Double(), nullable=False),
        sa.Column("comorbidities", sa.JSON(), nullable=False),
        sa.Column("activity_level", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_screenings_participant_id_participants"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screenings")),
        sa.UniqueConstraint("participant_id", name=op.f("uq_screenings_participant_id")),
    )
    op.create_table(
        "session_group_members",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["session_groups.id"],
            name=op.f("fk_session_group_members_group_id_session_groups"),
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_session_group_members_participant_id_participants"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_group_members")),
        sa.UniqueConstraint("participant_id", name=op.f("uq_session_group_members_participant_id")),
    )
    op.create_index(
        op.f("ix_session_group_members_group_id"),
        "session_group_members",
        ["group_id"],
        unique=False,
    )
    op.create_table(
        "video_views",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("video_key", sa.String(length=80), nullable=False),
        sa.Column("position_s", sa.Double(), nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("watched", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_video_views_participant_id_participants"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_video_views")),
        sa.UniqueConstraint(
            "participant_id", "video_key", name=op.f("uq_video_views_participant_id_video_key")
        ),
    )
    op.create_table(
        "allocations",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.Column("arm", sa.Text(), nullable=False),
        sa.Column("allocated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("allocated_by", sa.Uuid(), nullable=True),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_allocations_participant_id_participants"),
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"],
            ["allocation_slots.id"],
            name=op.f("fk_allocations_slot_id_allocation_slots"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocations")),
        sa.UniqueConstraint("participant_id", name=op.f("uq_allocations_participant_id")),
        sa.UniqueConstraint("slot_id", name=op.f("uq_allocations_slot_id")),
    )
    op.create_table(
        "diary_replies",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("client_key", sa.Uuid(), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["diary_entries.id"], name=op.f("fk_diary_replies_entry_id_diary_entries")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_diary_replies_participant_id_participants"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diary_replies")),
        sa.UniqueConstraint("client_key", name=op.f("uq_diary_replies_client_key")),
    )
    op.create_index(
        op.f("ix_diary_replies_participant_id"), "diary_replies", ["participant_id"], unique=False
    )
    op.create_table(
        "lti_memberships",
        sa.Column("lti_user_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("roster_roles", sa.JSON(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "launch",
                "roster",
                name="membershipsource",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "active",
                "left",
                name="membershipstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["lti_courses.id"], name=op.f("fk_lti_memberships_course_id_lti_courses")
        ),
        sa.ForeignKeyConstraint(
            ["lti_user_id"], ["lti_users.id"], name=op.f("fk_lti_memberships_lti_user_id_lti_users")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_lti_memberships_participant_id_participants"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_memberships")),
        sa.UniqueConstraint(
            "course_id", "lti_user_id", name=op.f("uq_lti_memberships_course_id_lti_user_id")
        ),
    )
    op.create_index(
        op.f("ix_lti_memberships_lti_user_id"), "lti_memberships", ["lti_user_id"], unique=False
    )
    op.create_index(
        op.f("ix_lti_memberships_participant_id"),
        "lti_memberships",
        ["participant_id"],
        unique=False,
    )
    op.create_table(
        "lti_progress_columns",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("line_item_url", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["lti_courses.id"],
            name=op.f("fk_lti_progress_columns_course_id_lti_courses"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_progress_columns")),
        sa.UniqueConstraint("course_id", name=op.f("uq_lti_progress_columns_course_id")),
    )
    op.create_table(
        "lti_roster_readings",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["lti_courses.id"],
            name=op.f("fk_lti_roster_readings_course_id_lti_courses"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_roster_readings")),
        sa.UniqueConstraint("course_id", name=op.f("uq_lti_roster_readings_course_id")),
    )
    op.create_table(
        "outbox_messages",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "welcome",
                "session_changed",
                "session_due",
                "assessment_due",
                "diary_due",
                "reply_waiting",
                "module_open",
                "inactivity",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("occurrence", sa.String(length=80), nullable=False),
        sa.Column("on_day", sa.String(length=10), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "sending",
                "sent",
                "delivered",
                "read",
                "failed",
                "cancelled",
                "expired",
                "unknown",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("variables", sa.JSON(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=True),
        sa.Column("phone_digest", sa.String(length=64), nullable=True),
        sa.Column("attempt", sa.Uuid(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sending_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("text_digest", sa.String(length=64), nullable=True),
        sa.Column("sid", sa.String(length=34), nullable=True),
        sa.Column("provider_status", sa.String(length=20), nullable=True),
        sa.Column("error_code", sa.String(length=20), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_outbox_messages_contact_id_contacts")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_outbox_messages_participant_id_participants"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
        sa.UniqueConstraint("attempt", name=op.f("uq_outbox_messages_attempt")),
        sa.UniqueConstraint(
            "participant_id",
            "kind",
            "occurrence",
            name=op.f("uq_outbox_messages_participant_id_kind_occurrence"),
        ),
        sa.UniqueConstraint("sid", name=op.f("uq_outbox_messages_sid")),
    )
    op.create_index(
        op.f("ix_outbox_messages_contact_id"), "outbox_messages", ["contact_id"], unique=False
    )
    op.create_index(
        op.f("ix_outbox_messages_phone_digest"), "outbox_messages", ["phone_digest"], unique=False
    )
    op.create_index(
        "ix_outbox_messages_queue", "outbox_messages", ["state", "next_try_at"], unique=False
    )
    op.create_table(
        "second_entries",
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessments.id"],
            name=op.f("fk_second_entries_assessment_id_assessments"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_entries")),
        sa.UniqueConstraint("assessment_id", name=op.f("uq_second_entries_assessment_id")),
    )
    op.create_table(
        "session_attendances",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("present", sa.Boolean(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_session_attendances_participant_id_participants"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["live_sessions.id"],
            name=op.f("fk_session_attendances_session_id_live_sessions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_attendances")),
        sa.UniqueConstraint(
            "session_id",
            "participant_id",
            name=op.f("uq_session_attendances_session_id_participant_id"),
        ),
    )
    op.create_index(
        op.f("ix_session_attendances_participant_id"),
        "session_attendances",
        ["participant_id"],
        unique=False,
    )
    op.create_table(
        "lti_launch_sessions",
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("lti_user_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        sa.Column("message_type", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=True),
        sa.Column("resource_link_id", sa.String(length=255), nullable=True),
        sa.Column("custom", sa.JSON(), nullable=False),
        sa.Column("deep_linking", sa.Text(), nullable=True),
        sa.Column("document_target", sa.String(length=16), nullable=True),
        sa.Column("return_url", sa.Text(), nullable=True),
        sa.Column("csrf_secret", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["lti_courses.id"],
            name=op.f("fk_lti_launch_sessions_course_id_lti_courses"),
        ),
        sa.ForeignKeyConstraint(
            ["lti_user_id"],
            ["lti_users.id"],
            name=op.f("fk_lti_launch_sessions_lti_user_id_lti_users"),
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["lti_memberships.id"],
            name=op.f("fk_lti_launch_sessions_membership_id_lti_memberships"),
        ),
        sa.ForeignKeyConstraint(
            ["platform_id"],
            ["lti_platforms.id"],
            name=op.f("fk_lti_launch_sessions_platform_id_lti_platforms"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_launch_sessions")),
        sa.UniqueConstraint("ref", name=op.f("uq_lti_launch_sessions_ref")),
    )
    op.create_index(
        op.f("ix_lti_launch_sessions_expires_at"),
        "lti_launch_sessions",
        ["expires_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_lti_launch_sessions_lti_user_id"),
        "lti_launch_sessions",
        ["lti_user_id"],
        unique=False,
    )
    op.create_table(
        "lti_progress_grades",
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("percent", sa.Float(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sent",
                "parked",
                name="delivery",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_timestamp", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("hint", sa.String(length=200), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["lti_memberships.id"],
            name=op.f("fk_lti_progress_grades_membership_id_lti_memberships"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_progress_grades")),
        sa.UniqueConstraint("membership_id", name=op.f("uq_lti_progress_grades_membership_id")),
    )
    op.create_index(
        op.f("ix_lti_progress_grades_due_at"), "lti_progress_grades", ["due_at"], unique=False
    )
    op.create_table(
        "outbox_events",
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("attempt", sa.Uuid(), nullable=True),
        sa.Column("sid", sa.String(length=34), nullable=False),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("error_code", sa.String(length=20), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["outbox_messages.id"],
            name=op.f("fk_outbox_events_message_id_outbox_messages"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_events")),
        sa.UniqueConstraint(
            "sid", "status", "error_code", name=op.f("uq_outbox_events_sid_status_error_code")
        ),
    )
    op.create_index(
        op.f("ix_outbox_events_message_id"), "outbox_events", ["message_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_outbox_events_message_id"), table_name="outbox_events")
    op.drop_table("outbox_events")
    op.drop_index(op.f("ix_lti_progress_grades_due_at"), table_name="lti_progress_grades")
    op.drop_table("lti_progress_grades")
    op.drop_index(op.f("ix_lti_launch_sessions_lti_user_id"), table_name="lti_launch_sessions")
    op.drop_index(op.f("ix_lti_launch_sessions_expires_at"), table_name="lti_launch_sessions")
    op.drop_table("lti_launch_sessions")
    op.drop_index(op.f("ix_session_attendances_participant_id"), table_name="session_attendances")
    op.drop_table("session_attendances")
    op.drop_table("second_entries")
    op.drop_index("ix_outbox_messages_queue", table_name="outbox_messages")
    op.drop_index(op.f("ix_outbox_messages_phone_digest"), table_name="outbox_messages")
    op.drop_index(op.f("ix_outbox_messages_contact_id"), table_name="outbox_messages")
    op.drop_table("outbox_messages")
    op.drop_table("lti_roster_readings")
    op.drop_table("lti_progress_columns")
    op.drop_index(op.f("ix_lti_memberships_participant_id"), table_name="lti_memberships")
    op.drop_index(op.f("ix_lti_memberships_lti_user_id"), table_name="lti_memberships")
    op.drop_table("lti_memberships")
    op.drop_index(op.f("ix_diary_replies_participant_id"), table_name="diary_replies")
    op.drop_table("diary_replies")
    op.drop_table("allocations")
    op.drop_table("video_views")
    op.drop_index(op.f("ix_session_group_members_group_id"), table_name="session_group_members")
    op.drop_table("session_group_members")
    op.drop_table("screenings")
    op.drop_table("role_assignments")
    op.drop_index(op.f("ix_reviewers_participant_id"), table_name="reviewers")
    op.drop_table("reviewers")
    op.drop_index(op.f("ix_review_marks_participant_id"), table_name="review_marks")
    op.drop_table("review_marks")
    op.drop_index(op.f("ix_prescription_changes_participant_id"), table_name="prescription_changes")
    op.drop_table("prescription_changes")
    op.drop_index(op.f("ix_module_overrides_participant_id"), table_name="module_overrides")
    op.drop_table("module_overrides")
    op.drop_table("lti_courses")
    op.drop_table("login_days")
    op.drop_index(op.f("ix_live_sessions_starts_at"), table_name="live_sessions")
    op.drop_table("live_sessions")
    op.drop_table("lessons_done")
    op.drop_index(op.f("ix_export_log_study_id"), table_name="export_log")
    op.drop_table("export_log")
    op.drop_index(
        "uq_diary_entries_current",
        table_name="diary_entries",
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.drop_index(op.f("ix_diary_entries_participant_id"), table_name="diary_entries")
    op.drop_table("diary_entries")
    op.drop_index(
        "uq_contacts_open_participant",
        table_name="contacts",
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.drop_index(op.f("ix_contacts_phone_digest"), table_name="contacts")
    op.drop_index(op.f("ix_contacts_participant_id"), table_name="contacts")
    op.drop_table("contacts")
    op.drop_table("consents")
    op.drop_index(op.f("ix_assessments_participant_id"), table_name="assessments")
    op.drop_table("assessments")
    op.drop_table("allocation_slots")
    op.drop_index(op.f("ix_alerts_participant_id"), table_name="alerts")
    op.drop_index(op.f("ix_alerts_due_at"), table_name="alerts")
    op.drop_table("alerts")
    op.drop_table("administrators")
    op.drop_table("study_choices")
    op.drop_index(op.f("ix_session_groups_study_id"), table_name="session_groups")
    op.drop_table("session_groups")
    op.drop_index(op.f("ix_participants_study_id"), table_name="participants")
    op.drop_table("participants")
    op.drop_index(
        "uq_own_media_current",
        table_name="own_media",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_table("own_media")
    op.drop_table("lti_users")
    op.drop_table("lti_registration_invites")
    op.drop_table("lti_platform_key_sets")
    op.drop_index(op.f("ix_lti_login_attempts_expires_at"), table_name="lti_login_attempts")
    op.drop_table("lti_login_attempts")
    op.drop_index("ix_lti_launch_records_platform_id_at", table_name="lti_launch_records")
    op.drop_index(op.f("ix_lti_launch_records_at"), table_name="lti_launch_records")
    op.drop_table("lti_launch_records")
    op.drop_table("lti_deployments")
    op.drop_index(op.f("ix_audit_events_at"), table_name="audit_events")
    op.drop_table("audit_events")
    op.drop_table("allocation_lists")
    op.drop_table("suppressions")
    op.drop_table("studies")
    op.drop_table("outbox_holds")
    op.drop_table("lti_tool_keys")
    op.drop_table("lti_platforms")
    op.drop_index("ix_inbound_messages_sender", table_name="inbound_messages")
    op.drop_table("inbound_messages")
