"""What is kept: the ground tables stand on, every table of the course, and the reads that are shared."""
