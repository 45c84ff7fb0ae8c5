"""A small LMS with Moodle's habits, for the demo and for the tests: `create_platform(config)`.

config.py      what it is told at its start: addresses, tools, courses, people
site.py        what it remembers while it runs: sign-ins, launches, tokens, activities, grades
claims.py      what it says at a launch (pure)
access.py      its key pair and its access tokens
pages.py       the pages a person sees
launches.py    login initiation, authorisation, deep linking
registering.py dynamic registration
roster.py      names and roles (NRPS)
grades.py      line items, scores and results (AGS)

It trusts whoever opens it and keeps everything in memory: it belongs on the loopback interface,
in one process (threads are welcome).
"""

from plugin.demo.lms.app import create_platform
from plugin.demo.lms.config import (
    Activity,
    Course,
    CourseRole,
    Person,
    PlatformConfig,
    Tool,
    demo_config,
    demo_people,
)

__all__ = [
    "Activity",
    "Course",
    "CourseRole",
    "Person",
    "PlatformConfig",
    "Tool",
    "create_platform",
    "demo_config",
    "demo_people",
]
