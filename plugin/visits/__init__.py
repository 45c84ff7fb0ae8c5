"""Visits at the clinic: links and codes, forms on paper, entry, second entry, corrections."""
