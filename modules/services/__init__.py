"""Use cases of the course: session first, flush but never commit."""
