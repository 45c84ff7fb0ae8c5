"""Pages of those who administer: platforms, launches, the gradebook."""
