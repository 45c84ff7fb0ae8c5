"""Where exports meet the tool: what they stand on, and the worker's making of all that wait."""

from exports import jobs
from exports.service import Ground
from plugin import naming
from plugin.tool import Tool


def ground(tool: Tool) -> Ground:
    """Return what every export of this installation stands on."""
    return Ground(
        tool.secret_for("exports"),
        tool.protocols,
        dict(tool.instruments.items()),
        naming.of_study,
    )


def make_all(tool: Tool) -> int:
    """Make every file that waits; return how many orders were worked on."""
    return jobs.make_all(tool.database, ground(tool), tool.now)
