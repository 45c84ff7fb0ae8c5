"""The errors of the reminders; their words are chosen in `plugin.errors`.

CourseError
├── InvalidPhone         invalid_phone        not a number that can be called; it is not repeated
├── ConsentMissing       consent_missing      a contact needs a recorded consent
└── TextRefused          text_refused         a text or a value in it breaks the privacy rules
"""

from modules.errors import CourseError


class InvalidPhone(CourseError):
    """What was written is no telephone number; the message never repeats it."""

    code = "invalid_phone"


class ConsentMissing(CourseError):
    """Nobody is written to without the wording they agreed to, by whom and when it was taken."""

    code = "consent_missing"


class TextRefused(CourseError):
    """A reminder whose words cannot be made; it must not be sent."""

    code = "text_refused"
