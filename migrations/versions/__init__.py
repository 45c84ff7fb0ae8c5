"""The migrations, in order; the revision id is the file name."""
