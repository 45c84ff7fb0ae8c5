"""How the installation is, as Prometheus reads it: states and numbers, no name and no id."""

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from plugin.status.check import Finding, Installation, State
from plugin.status.examine import examine
from plugin.version import VERSION


class _Findings(Collector):
    """What was found, as metrics."""

    def __init__(self, found: Mapping[str, Finding]) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        """Yield the version, the state of each check, and each check's figures."""
        yield InfoMetricFamily("columna", "The program.", {"version": VERSION})
        states = GaugeMetricFamily(
            "columna_check", "1 for the state a check is in.", labels=["check", "state"]
        )
        for key, finding in self._found.items():
            for state in State:
                states.add_metric([key, state], float(finding.state is state))
        yield states
        for key, finding in self._found.items():
            for name, value in finding.figures.items():
                yield GaugeMetricFamily(f"columna_{key}_{name}", f"{key}: {name}.", value)


def written(place: Installation) -> bytes:
    """Return all metrics in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Findings(examine(place)))
    return generate_latest(registry)
