"""What is done to the project, not by it: no part of the installed tool."""
