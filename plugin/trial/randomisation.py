"""Making a concealed list that anybody can make again later. Pure.

Permuted blocks of randomly chosen size (ICH E9, 2.3.2: two or more block lengths, the investigator
blind to them): which ones is drawn for each list and stands in no protocol. All choices come from
one random seed through SHA-256 in counter mode, so that the seed, revealed at the end of the study,
reproduces the list; the commitment, published before the first participant, proves that it was not
changed in between.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence

FEWEST_UNITS, MOST_UNITS = 2, 6
"""A block holds the ratio so many times; one time alone would leave nothing to chance."""
SIZES_OF_A_LIST = 3
"""With one size alone, whoever knows the arms so far knows those at the end of every block."""


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


def draw_block_sizes(seed: bytes, ratio: Mapping[str, int]) -> list[int]:
    """Return the three sizes of the blocks of a new list, ascending; the seed draws them too."""
    unit = sum(ratio.values())
    possible = [str(unit * times) for times in range(FEWEST_UNITS, MOST_UNITS + 1)]
    drawn = SeededChoices(b"block sizes" + seed).shuffled(possible)[:SIZES_OF_A_LIST]
    return sorted(int(size) for size in drawn)


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
