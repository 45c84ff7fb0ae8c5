"""Making a concealed list that anybody can make again later. Pure.

Permuted blocks of randomly chosen size (ICH E9, 2.3.2: two or more block lengths, the investigator
blind to them). All choices come from one random seed through SHA-256 in counter mode, so that the
seed, revealed at the end of the study, reproduces the list; the commitment, published before the
first participant, proves that it was not changed in between.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence


class SeededChoices:
    """A stream of unbiased choices from one seed: SHA-256(seed ‖ counter), rejection sampling."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self._counter = 0

    def below(self, limit: int) -> int:
        """Return a whole number from 0 to `limit` − 1, each equally likely."""
        span = 1 << 64
        while True:
            block = hashlib.sha256(self._seed + self._counter.to_bytes(8, "big")).digest()
            self._counter += 1
            number = int.from_bytes(block[:8], "big")
            if number < span - span % limit:
                return number % limit

    def shuffled(self, items: Sequence[str]) -> list[str]:
        """Return the items in random order (Fisher–Yates)."""
        result = list(items)
        for last in range(len(result) - 1, 0, -1):
            other = self.below(last + 1)
            result[last], result[other] = result[other], result[last]
        return result


def make_list(
    seed: bytes, ratio: Mapping[str, int], block_sizes: Sequence[int], length: int
) -> list[str]:
    """Return the arms in order, in whole blocks, at least `length` of them."""
    choices = SeededChoices(seed)
    unit = [arm for arm in sorted(ratio) for _ in range(ratio[arm])]
    sizes = sorted(block_sizes)
    arms: list[str] = []
    while len(arms) < length:
        size = sizes[choices.below(len(sizes))]
        arms += choices.shuffled(unit * (size // len(unit)))
    return arms


def canonical_parameters(ratio: Mapping[str, int], block_sizes: Sequence[int], length: int) -> str:
    """Return the parameters as canonical JSON: the same parameters give the same bytes."""
    parameters = {
        "method": "permuted_blocks",
        "ratio": dict(sorted(ratio.items())),
        "block_sizes": sorted(block_sizes),
        "length": length,
    }
    return json.dumps(parameters, sort_keys=True, separators=(",", ":"))


def commitment(seed: bytes, parameters: str, arms: Sequence[str]) -> str:
    """Return SHA-256 over seed, parameters and list, as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    for part in (seed.hex(), parameters, ",".join(arms)):
        digest.update(part.encode() + b"\n")
    return digest.hexdigest()
