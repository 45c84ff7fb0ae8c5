"""The rules of the house, as tests: what is true of every page, file, setting and word."""
