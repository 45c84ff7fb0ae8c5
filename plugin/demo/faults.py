"""What keeps the demonstration from starting, or ends it before it has started."""


class CannotStart(Exception):
    """The demonstration cannot start; the message says why and what to do."""


class Stopped(Exception):
    """Someone told the demonstration to stop before it was ready."""
