"""What is kept: the ground of every table, the tables of the course, and the shared reads."""
