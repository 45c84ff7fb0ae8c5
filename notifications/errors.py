"""The errors of the reminders; their words are chosen in `plugin.errors`.

CourseError
├── InvalidAddress       invalid_address      no number (or other address) to write to; not repeated
├── ConsentMissing       consent_missing      a contact needs a recorded consent
└── TextRefused          text_refused         a text or a value in it breaks the privacy rules
"""

from modules.errors import CourseError


class InvalidAddress(CourseError):
    """What was written is no address of the channel; the message never repeats it."""

    code = "invalid_address"


class ConsentMissing(CourseError):
    """Nobody is written to without the wording they agreed to, by whom and when it was taken."""

    code = "consent_missing"


class TextRefused(CourseError):
    """A reminder whose words cannot be made; it must not be sent."""

    code = "text_refused"
