"""Pages of the clinic's staff."""
