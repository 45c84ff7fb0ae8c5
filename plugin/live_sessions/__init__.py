"""Live sessions: the schedule of the staff, the participant's way in, and news of changes."""
