"""The audit trail: who did what, when. Rows are added and never changed, and stand in a chain.

`record` is the one way in. The chain (`chain`) is what lets `verification` say that nothing was
altered, taken away or put elsewhere since.
"""

from plugin.audit.recording import record

__all__ = ["record"]
