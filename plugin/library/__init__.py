"""The clinic's own videos: putting one into a place of the course, checking it, serving it."""
