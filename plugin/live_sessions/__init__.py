"""The staff's schedule of live sessions: planning, moving, who was there, and news of changes."""
