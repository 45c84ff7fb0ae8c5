"""The concealed list: made from one seed, the same for everybody who makes it again."""

import hashlib
import itertools
import json
import math
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from modules.study import protocol as protocols
from plugin.trial import randomisation
from plugin.trial.randomisation import (
    SeededChoices,
    canonical_parameters,
    commitment,
    draw_block_sizes,
    make_list,
)

SEEDS = st.binary(min_size=32, max_size=32)
RATIOS = st.dictionaries(
    st.sampled_from(["a", "b", "c"]), st.integers(1, 3), min_size=2, max_size=3
)
MULTIPLES = st.lists(st.integers(1, 4), min_size=1, max_size=3, unique=True)
TWO_ARMS = {"telerehabilitation": 1, "conventional": 1}


def blocks_of(seed: bytes, ratio: dict[str, int], sizes: list[int], length: int) -> list[list[str]]:
    """Cut a list into its blocks, by drawing the sizes as the list does."""
    choices, arms, blocks = SeededChoices(seed), [], []
    whole = make_list(seed, ratio, sizes, length)
    unit = sum(ratio.values())
    while len(arms) < length:
        size = sorted(sizes)[choices.below(len(sizes))] // unit * unit
        blocks.append(whole[len(arms) : len(arms) + size])
        choices.shuffled([""] * size)
        arms += blocks[-1]
    return blocks


@given(SEEDS, RATIOS, MULTIPLES, st.integers(1, 120))
def test_every_block_holds_the_ratio(seed, ratio, multiples, length):
    sizes = [m * sum(ratio.values()) for m in multiples]
    for block in blocks_of(seed, ratio, sizes, length):
        counts = Counter(block)
        times = len(block) // sum(ratio.values())
        assert counts == {arm: share * times for arm, share in ratio.items()}


@given(SEEDS, RATIOS, MULTIPLES, st.integers(1, 120))
def test_the_list_is_whole_blocks_and_long_enough(seed, ratio, multiples, length):
    sizes = [m * sum(ratio.values()) for m in multiples]
    arms = make_list(seed, ratio, sizes, length)

    assert length <= len(arms) < length + max(sizes)
    assert arms == list(itertools.chain(*blocks_of(seed, ratio, sizes, length)))


@given(SEEDS)
def test_at_every_moment_the_arms_differ_by_at_most_half_a_block(seed):
    balance = 0
    for arm in make_list(seed, TWO_ARMS, [4, 6, 8], 240):
        balance += 1 if arm == "conventional" else -1
        assert abs(balance) <= 4


@given(SEEDS, SEEDS)
def test_one_seed_gives_one_list_and_another_seed_another(one, other):
    first = make_list(one, TWO_ARMS, [4, 6, 8], 240)

    assert first == make_list(one, TWO_ARMS, [4, 6, 8], 240)
    if one != other:
        assert first != make_list(other, TWO_ARMS, [4, 6, 8], 240)


def test_the_order_in_which_a_protocol_writes_arms_and_sizes_does_not_matter():
    swapped = dict(reversed(list(TWO_ARMS.items())))

    assert make_list(b"s" * 32, TWO_ARMS, [4, 6, 8], 60) == make_list(
        b"s" * 32, swapped, [8, 4, 6], 60
    )
    assert canonical_parameters(TWO_ARMS, [4, 6, 8], 60) == canonical_parameters(
        swapped, [8, 6, 4], 60
    )


def test_the_list_can_be_made_again_with_the_documented_recipe():
    """SHA-256(seed ‖ counter), the first 8 bytes, rejection, Fisher-Yates: written once more."""
    seed, counter = bytes(range(32)), itertools.count()

    def below(limit):
        while True:
            drawn = hashlib.sha256(seed + next(counter).to_bytes(8, "big")).digest()
            number = int.from_bytes(drawn[:8], "big")
            if number < 2**64 - 2**64 % limit:
                return number % limit

    arms: list[str] = []
    while len(arms) < 240:
        size = [4, 6, 8][below(3)]
        block = ["conventional", "telerehabilitation"] * (size // 2)
        for last in range(size - 1, 0, -1):
            other = below(last + 1)
            block[last], block[other] = block[other], block[last]
        arms += block

    assert make_list(seed, TWO_ARMS, [4, 6, 8], 240) == arms


def test_a_choice_below_a_limit_is_even():
    choices = SeededChoices(b"even" * 8)
    counts = Counter(choices.below(6) for _ in range(60_000))

    chi_square = sum((count - 10_000) ** 2 / 10_000 for count in counts.values())
    assert set(counts) == set(range(6))
    assert chi_square < 20.5  # 5 degrees of freedom, p = 0.001


def test_every_order_of_a_block_is_equally_likely():
    choices = SeededChoices(b"order" * 7)
    counts = Counter("".join(choices.shuffled("aabb")) for _ in range(12_000))

    chi_square = sum((count - 2_000) ** 2 / 2_000 for count in counts.values())
    assert len(counts) == 6
    assert chi_square < 20.5


def test_blocks_of_all_sizes_occur():
    lengths = {len(b) for b in blocks_of(b"sizes" * 7, TWO_ARMS, [4, 6, 8], 240)}

    assert lengths == {4, 6, 8}


class TestHiddenBlockSizes:
    """Whoever reads the protocol, or this program, does not know the sizes of a list (leak L26)."""

    def test_no_protocol_tells_them(self):
        for one in protocols.load().values():
            assert "block" not in str(one.randomisation).replace("permuted_blocks", "")

    @given(SEEDS, RATIOS)
    def test_several_sizes_are_drawn_each_a_multiple_of_the_ratio(self, seed, ratio):
        sizes = draw_block_sizes(seed, ratio)

        assert len(set(sizes)) == len(sizes) >= 2
        assert all(size % sum(ratio.values()) == 0 for size in sizes)
        assert min(sizes) >= 2 * sum(ratio.values())

    def test_every_set_of_sizes_is_drawn_equally_often(self):
        seeds = (number.to_bytes(32, "big") for number in range(5_000))
        counts = Counter(tuple(draw_block_sizes(seed, TWO_ARMS)) for seed in seeds)

        chi_square = sum((count - 500) ** 2 / 500 for count in counts.values())
        assert len(counts) == 10
        assert chi_square < 27.9  # 9 degrees of freedom, p = 0.001

    def test_blocks_of_every_drawn_size_occur_in_a_long_list(self):
        seed = bytes(32)
        sizes = draw_block_sizes(seed, TWO_ARMS)

        assert {len(b) for b in blocks_of(seed, TWO_ARMS, sizes, 2_000)} == set(sizes)

    def test_who_knows_all_past_arms_but_no_size_guesses_no_better_than_theory_says(self):
        """Blackwell and Hodges (1957): guess the arm that is behind; a coin where none is."""
        right = guesses = expected = 0.0
        for number in range(2_000):
            seed = hashlib.sha256(b"guessed %d" % number).digest()
            sizes = draw_block_sizes(seed, TWO_ARMS)
            coin = SeededChoices(b"coin" + seed)
            blocks = blocks_of(seed, TWO_ARMS, sizes, 240)
            expected += sum(expected_right(len(block)) for block in blocks)
            balance = 0
            for arm in itertools.chain(*blocks):
                ahead = balance > 0 if balance else coin.below(2) == 1
                right += (arm == "conventional") is ahead
                balance += 1 if arm == "telerehabilitation" else -1
                guesses += 1

        assert right / guesses <= expected / guesses + 0.003  # 4 standard errors of the coin
        assert right / guesses < 0.68


def expected_right(size: int) -> float:
    """Return how many of a block of two arms that guesser has right: m + (4^m / C(2m, m) - 1)/2."""
    half = size // 2
    return half + (4**half / math.comb(size, half) - 1) / 2


class TestCommitment:
    def test_it_is_a_digest_of_seed_parameters_and_list(self):
        seed, arms = b"c" * 32, ["a", "b", "b", "a"]
        parameters = canonical_parameters({"a": 1, "b": 1}, [4], 4)
        text = f"{seed.hex()}\n{parameters}\na,b,b,a\n"

        assert commitment(seed, parameters, arms) == hashlib.sha256(text.encode()).hexdigest()

    @given(SEEDS, st.integers(0, 239))
    def test_one_changed_place_is_noticed(self, seed, place):
        parameters = canonical_parameters(TWO_ARMS, [4, 6, 8], 240)
        arms = make_list(seed, TWO_ARMS, [4, 6, 8], 240)
        published = commitment(seed, parameters, arms)
        arms[place] = next(arm for arm in TWO_ARMS if arm != arms[place])

        assert commitment(seed, parameters, arms) != published

    def test_parameters_are_readable_afterwards(self):
        read = json.loads(canonical_parameters(TWO_ARMS, [8, 4], 240))

        assert read == {
            "method": "permuted_blocks",
            "ratio": TWO_ARMS,
            "block_sizes": [4, 8],
            "length": 240,
        }


def test_the_rules_of_the_list_import_nothing_of_ours():
    names = {getattr(value, "__module__", "") for value in vars(randomisation).values()}

    assert not any(str(name).startswith(("modules", "sqlalchemy")) for name in names)
