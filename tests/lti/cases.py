"""The 83 launch cases: what is expected of each, and the table that says what was got.

A test below `tests/lti` belongs to case N when its name begins with `test_case_N_`. What it saw is
noted with `saw`; the table is printed at the end of a run (see `conftest.py`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pytest

from tests.case_table import SEEN, Table

__all__ = ["EXAMPLES_TRIED", "EXPECTED", "SEEN", "LaunchTable", "Saw"]

EXPECTED = {
    1: "state absent: 400",
    2: "state never issued: 401",
    3: "browser lacks its binding: 401, offers a new window",
    4: "state of one login, cookie of another: 401",
    5: "state expired: 401, start again",
    6: "token of another registration than the state's: 401",
    7: "nonce absent: 401",
    8: "nonce never issued: 401",
    9: "nonce of another login: 401",
    10: "same post twice: 409",
    11: "same post, cookies restored: 409",
    12: "captured post from another browser: 401",
    13: "used nonce in a new token: 409",
    14: "two posts at one instant: exactly one wins",
    15: "kid absent: 401",
    16: "kid unknown: one refetch, then 401",
    17: "good kid, foreign key: 401",
    18: "alg none: 401",
    19: "HS256 with the public key: 401",
    20: "another algorithm than registered: 401",
    21: "key in the header: ignored, 401, nothing fetched",
    22: "payload changed: 401",
    23: "key without alg, or with key_ops: accepted",
    24: "exp past: 401 beyond the leeway",
    25: "exp absent: 401",
    26: "iat absent: 401",
    27: "iat ahead beyond the leeway: 401",
    28: "iat ahead within the leeway: accepted",
    29: "iat a day old: 401",
    30: "nbf ahead beyond the leeway, exp or iat no number, exp over a day: 401",
    31: "iss unknown, absent, with a slash: 401",
    32: "aud wrong or absent: 401",
    33: "aud of two without azp: 401",
    34: "aud of two, azp other: 401",
    35: "aud ours, azp other: 401",
    36: "aud [other, ours], azp ours: accepted",
    37: "deployment absent: 401",
    38: "deployment unknown: 403, waits for approval",
    39: "deployment differs from login's: 401",
    40: "registration or deployment disabled: 403",
    41: "message type absent or unknown: 400",
    42: "deep-link and resource messages confused: 400",
    43: "version absent or wrong: 400",
    44: "target absent: 400",
    45: "target differs from login's: 401",
    46: "target on a foreign host: 401, no redirect",
    47: "roles absent: 400",
    48: "roles empty or unknown: accepted, least privilege",
    49: "roles a string: 400",
    50: "short role: accepted",
    51: "administrator only: accepted, not clinical",
    52: "Instructor and Learner: one rule (patient)",
    53: "sub absent: 403 in plain words",
    54: "sub empty, too long, no string: 400",
    55: "resource link absent or misshapen: 400",
    56: "no context: accepted",
    57: "no name: accepted",
    58: "no token at all: 400",
    59: "token in the address: 405",
    60: "platform's error answer: friendly page, 401",
    61: "login incomplete: 400",
    62: "login of an unknown registration: 400, nothing echoed",
    63: "login to a foreign target: 400",
    64: "login flood: limited; states expire",
    65: "key rotated: accepted after one refetch",
    66: "key set broken, key known: accepted",
    67: "key set hangs: 503 within 3 s, others unaffected",
    68: "key set too big, redirecting away, insecure: refused",
    69: "two tabs: both accepted, apart",
    70: "second user in one browser: their own identity",
    71: "reload after a launch: lands on the session",
    72: "registration from an inside address: refused unasked",
    73: "registration with issuer or endpoints elsewhere: 400",
    74: "registration without a link: 403; new ones wait",
    75: "registration repeated or refused: named cause",
    76: "close message: to the platform's origin",
    77: "our keys: both in rotation, never private",
    78: "our assertion: kid, aud, jti, short life",
    79: "token refused in use: one renewal",
    80: "roster's next link elsewhere or endless: refused",
    81: "grade for who is no patient, 4xx: parked",
    82: "session of another launch or expired: 401",
    83: "frame-ancestors: the registered platform only",
}
Saw = Callable[[str], None]
"""What the fixture `saw` is: it puts what a test saw into the table."""
EXAMPLES_TRIED = "examples"


@dataclass
class LaunchTable(Table):
    """The launch cases of one run, and how many tokens were changed at random."""

    examples: int = 0
    faults: int = 0

    def add(self, report: pytest.TestReport) -> None:
        """Take in what a test came to."""
        tried = [value for name, value in report.user_properties if name == EXAMPLES_TRIED]
        if report.when == "teardown" and tried:
            self.examples += int(str(tried[0]))
        self.faults += report.failed and "test_fuzz" in report.nodeid
        super().add(report)

    def lines(self) -> Iterable[str]:
        """Yield the table: case, expected, got."""
        yield from super().lines()
        if self.examples:
            found = (
                f"{self.faults} tests failed" if self.faults else "no server error, no forgery in"
            )
            yield f"{self.examples} tokens and forms changed at random: {found}"
