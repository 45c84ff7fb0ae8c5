"""One-time links for dynamic registration."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from modules.records.db import Base, Identified, UtcDateTime


class RegistrationInvite(Identified, Base):
    """A link by which the administrator of one platform may register this tool once."""

    __tablename__ = "lti_registration_invites"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the secret in the link; the secret itself is shown once and not kept."""
    label: Mapped[str] = mapped_column(String(255), default="")
    """What the link was made for; becomes the name of the platform."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it was made."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Until when it can be used."""
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    """A registration is under way since then; given back when it fails."""
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    """When a platform registered with it. Never usable again."""
    platform_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("lti_platforms.id"), default=None
    )
    """The registration that came of it."""
