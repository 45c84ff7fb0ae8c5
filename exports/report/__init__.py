"""The report as HTML: a cover with the figures of everybody, each participant, then notes.

It reads the blinded tables and the public protocol, nothing else. Pure: text in, text out.
"""
