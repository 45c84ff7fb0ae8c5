"""The patient's pages: today, programme, lesson, exercise, diary, questionnaires, progress.

Start reading at `views`: the table of addresses. `course` says what a page knows, `today` what
comes next; the other files hold one kind of page each.
"""
