"""Visits at the clinic: forms on paper, entry, second entry, corrections."""
