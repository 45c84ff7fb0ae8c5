"""From a click in the platform to a person in a course: login, checks, sessions, refusals."""
