"""The Flask application: composes course, LTI, reminders and exports into one tool.

Start reading at `app.create_app`: it is the table of contents.
"""
