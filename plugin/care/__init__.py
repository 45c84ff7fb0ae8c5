"""The team's loop: alerts, diaries to answer, prescriptions, modules opened or held.

Start reading at `views`. Every page asks for the permission to care; nobody blinded has it.
"""
