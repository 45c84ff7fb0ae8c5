"""The diary on paper: sheets to print, and what staff copy from them into the course."""
