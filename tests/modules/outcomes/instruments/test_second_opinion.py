"""Every rule written a second time, plainly and from the published tables, against the scorers.

The two are not to share code: here decimals, sums by hand and one function for each instrument.
"""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modules.outcomes.scoring import score


def rounded(value, places=2):
    """Return a fraction rounded half-up, away from zero, by the decimal library."""
    if value is None:
        return None
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return float(exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def here(values):
    return [value for value in values if value is not None]


def total(values):
    return None if None in values else sum(values)


def prorated(values, allowed, places=2):
    there = here(values)
    if not there or len(values) - len(there) > allowed:
        return None
    found = rounded(Fraction(sum(there), len(there)) * len(values), places)
    return int(found) if places == 0 else found


def band(value, ends):
    """Return the name of the first band whose upper end is not passed."""
    return None if value is None else next(name for top, name in ends if value <= top)


def reach(value, limit):
    return None if value is None else value >= limit


def odi(q):
    there = [max(v) if isinstance(v, list) else v for v in here(q)]
    ok = 10 - len(there) <= 2
    percent = Fraction(sum(there) * 100, len(there) * 5) if ok else None
    whole = None if percent is None else int(rounded(percent, 0))
    ends = [(20, "minimal"), (40, "moderate"), (60, "severe"), (80, "crippled"), (100, "bed_bound")]
    return {
        "raw_sum": sum(there),
        "answered": len(there),
        "max_possible": len(there) * 5,
        "percent": rounded(percent),
        "percent_rounded": whole,
        "band": band(whole, ends),
        "status": "complete" if len(there) == 10 else "prorated" if ok else "too_many_missing",
    }


def vas(q):
    (mm,) = q
    ends = [(4, "no_pain"), (44, "mild"), (74, "moderate"), (100, "severe")]
    return {
        "score_mm": mm,
        "score_0_10": None if mm is None else mm / 10,
        "band": band(mm, ends),
        "eligible_ge_30mm": reach(mm, 30),
    }


def nrs(q):
    now, mean, worst = q
    ends = [(0, "none"), (3, "mild"), (6, "moderate"), (10, "severe")]
    return {
        "current": now,
        "average": mean,
        "worst": worst,
        "mean_of_three": None if None in q else rounded(Fraction(sum(q), 3)),
        "average_band": band(mean, ends),
        "warn_inconsistent": worst is not None and any(v > worst for v in here([now, mean])),
    }


def rmdq(q):
    there, pro = here(q), prorated(q, 4)
    status = "too_many_missing" if pro is None else "prorated" if None in q else "complete"
    return {
        "total_unmarked_as_no": sum(there) if there else None,
        "answered": len(there),
        "total_prorated": pro,
        "status": status,
    }


def gad(q):
    value = prorated(q, 2, 0)
    ends = [(4, "minimal"), (9, "mild"), (14, "moderate"), (21, "severe")]
    return {
        "total": value,
        "answered": len(here(q)),
        "band": band(value, ends),
        "screen_positive_ge10": reach(value, 10),
    }


def phq(q):
    value = prorated(q, 2, 0)
    ends = [
        (4, "minimal"),
        (9, "mild"),
        (14, "moderate"),
        (19, "moderately_severe"),
        (27, "severe"),
    ]
    major = other = None
    if None not in q:
        count = sum(v >= 2 for v in q[:8]) + (q[8] >= 1)
        core = q[0] >= 2 or q[1] >= 2
        major, other = core and count >= 5, core and 2 <= count <= 4
    return {
        "total": value,
        "answered": len(here(q)),
        "band": band(value, ends),
        "alert_item9": reach(q[8], 1),
        "item9_level": q[8],
        "major_dep_syndrome": major,
        "other_dep_syndrome": other,
    }


def sds(q):
    turned = {2, 5, 6, 11, 12, 14, 16, 17, 18, 20}
    raw = total([v if v is None or n not in turned else 5 - v for n, v in enumerate(q, 1)])
    exact = None if raw is None else raw * Decimal("1.25")
    half = None if exact is None else int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    cut = None if exact is None else int(exact)
    zung = [(49, "normal"), (59, "mild"), (69, "moderate"), (100, "severe")]
    norm = [(52, "none"), (62, "minor"), (72, "moderate"), (100, "major")]
    return {
        "raw": raw,
        "index_exact": None if exact is None else float(exact),
        "index_half_up": half,
        "index_truncated": cut,
        "band_zung": band(half, zung),
        "band_chictr2000041459": band(cut, norm),
        "answered": len(here(q)),
    }


def pcats(q):
    def of(*where):
        return total([q[n - 1] for n in where])

    pro = prorated(q, 2)
    return {
        "rumination": of(8, 9, 10, 11),
        "magnification": of(6, 7, 13),
        "helplessness": of(1, 2, 3, 4, 5, 12),
        "total": total(q),
        "total_prorated": pro,
        "clinically_relevant_ge30": reach(pro, 30),
    }


def pseq(q):
    pro = prorated(q, 2)
    return {
        "total": total(q),
        "total_prorated": pro,
        "low_lt20": None if pro is None else pro < 20,
    }


def fabq(q):
    pa, work = q[1:5], [q[n - 1] for n in (6, 7, 9, 10, 11, 12, 15)]
    work_total = total(work)
    return {
        "pa": total(pa),
        "work": work_total,
        "pa_prorated": prorated(pa, 1),
        "work_prorated": prorated(work, 1),
        "pa_high_ge15": reach(total(pa), 15),
        "work_gt29": None if work_total is None else work_total > 29,
        "work_gt34": None if work_total is None else work_total > 34,
    }


def bipq(q):
    value = None
    if None not in q:
        value = q[0] + q[1] + q[4] + q[5] + q[7] + (10 - q[2]) + (10 - q[3]) + (10 - q[6])
    return {"total": value, "answered": len(here(q))}


def summed(allowed):
    return lambda q: {"total": total(q), "total_prorated": prorated(q, allowed)}


def startback(q):
    points = [*q[:8], None if q[8] is None else int(q[8] in (3, 4))]
    every, distress = total(points), total(points[4:])
    risk = None
    if every is not None:
        risk = "low" if every <= 3 else "high" if distress >= 4 else "medium"
    return {"total": every, "distress": distress, "risk": risk}


def ears(q):
    value = total([v if v is None or n not in (1, 4, 6) else 4 - v for n, v in enumerate(q, 1)])
    return {"total": value, "adherent_ge17": reach(value, 17)}


def sgpals(q):
    (level,) = q
    names = {1: "sedentary", 2: "light", 3: "moderate", 4: "hard", None: None}
    sedentary = None if level is None else level == 1
    return {"level": level, "label": names[level], "sedentary": sedentary, "error": False}


def gpe(q):
    (rating,) = q
    return {
        "score": rating,
        "responder_ge2": reach(rating, 2),
        "worse_lt0": None if rating is None else rating < 0,
    }


FORMS = {
    "ODI": ("2.1a", odi, [range(6)] * 10),
    "VAS": ("0-100 mm", vas, [range(101)]),
    "NRS": ("0-10", nrs, [range(11)] * 3),
    "RMDQ": ("24 items", rmdq, [range(2)] * 24),
    "GAD-7": ("standard", gad, [range(4)] * 7),
    "PHQ-9": ("standard", phq, [range(4)] * 9),
    "SDS": ("Zung 20", sds, [range(1, 5)] * 20),
    "PCS-13": ("Pain Catastrophizing Scale", pcats, [range(5)] * 13),
    "PSEQ": ("10 items", pseq, [range(7)] * 10),
    "FABQ": ("16 items", fabq, [range(7)] * 16),
    "Brief IPQ": ("8 scored items", bipq, [range(11)] * 8),
    "TSK-11": ("11 items", summed(1), [range(1, 5)] * 11),
    "TSK-13": ("13 items", summed(1), [range(1, 5)] * 13),
    "CSQ-8": ("oriented", summed(1), [range(1, 5)] * 8),
    "STarT Back": ("9 items", startback, [range(2)] * 8 + [range(5)]),
    "EARS": ("section B", ears, [range(5)] * 6),
    "SGPALS": ("4-level", sgpals, [range(1, 5)]),
    "GPE": ("11-point", gpe, [range(-5, 6)]),
}


def case(name, version, answers):
    items = {f"q{number}": value for number, value in enumerate(answers, 1)}
    return {"instrument": name, "version": version, "items": items}


@st.composite
def answers(draw, ranges):
    """Draw answers: often complete, often at an end of the range, sometimes with gaps."""
    gaps = draw(st.sampled_from([0, 0, 1, 2, 3, len(ranges)]))
    missing = draw(st.sets(st.integers(0, len(ranges) - 1), max_size=gaps))
    level = draw(st.sampled_from(["any", "low", "high"]))
    picked = []
    for number, codes in enumerate(ranges):
        edge = {"any": codes, "low": codes[:2], "high": codes[-2:]}[level]
        picked.append(None if number in missing else draw(st.sampled_from(edge)))
    return picked


@pytest.mark.parametrize("name", FORMS)
@settings(max_examples=120)
@given(data=st.data())
def test_both_readings_of_the_rules_agree(name, data):
    version, opinion, ranges = FORMS[name]
    given_answers = data.draw(answers(ranges))

    assert score(case(name, version, given_answers)) == opinion(given_answers)


@pytest.mark.parametrize("total_points", range(28))
def test_every_total_of_the_phq_has_its_band(total_points):
    full, rest = divmod(total_points, 3)
    q = ([3] * full + [rest] + [0] * 9)[:9]

    assert score(case("PHQ-9", "standard", q)) == phq(q)


@pytest.mark.parametrize("millimetres", range(101))
def test_every_millimetre_has_its_band(millimetres):
    assert score(case("VAS", "0-100 mm", [millimetres])) == vas([millimetres])


class TestEq5d:
    """All states there are, by the printed tables."""

    MEXICO = (
        ("0", ".016", ".0473", ".1786", ".2697"),
        ("0", ".0476", ".0819", ".1697", ".2589"),
        ("0", ".0553", ".0952", ".1798", ".2758"),
        ("0", ".0531", ".0808", ".2283", ".4579"),
        ("0", ".0551", ".0824", ".1611", ".3337"),
    )
    SPAIN = (
        ("0", ".0839717", ".0992505", ".2497363", ".3373180"),
        ("0", ".0500236", ".0532930", ".1640509", ".1961494"),
        ("0", ".0440448", ".0489321", ".1351463", ".1531550"),
        ("0", ".0779830", ".1011491", ".2454973", ".3818179"),
        ("0", ".0807394", ".1275334", ".2704687", ".3477585"),
    )
    SPAIN_3L = (
        ("0", ".106", ".430"),
        ("0", ".134", ".309"),
        ("0", ".071", ".195"),
        ("0", ".089", ".261"),
        ("0", ".062", ".144"),
    )

    @staticmethod
    def index(table, state, taken=Decimal(0)):
        value = (
            1
            - taken
            - sum(Decimal(row[level - 1]) for row, level in zip(table, state, strict=True))
        )
        return float(value.quantize(Decimal("0.001"), ROUND_HALF_UP))

    def test_all_3125_states_of_five_levels(self):
        for state in product(range(1, 6), repeat=5):
            found = score(case("EQ-5D-5L", "5L", [*state, 50]))
            assert found == {
                "profile": "".join(map(str, state)),
                "lss": sum(state),
                "index_mexico": self.index(self.MEXICO, state),
                "index_spain": self.index(self.SPAIN, state),
                "eq_vas": 50,
            }

    def test_all_243_states_of_three_levels(self):
        for state in product(range(1, 4), repeat=5):
            taken = Decimal(".024") * (max(state) > 1) + Decimal(".291") * (3 in state)
            found = score(case("EQ-5D-3L", "3L", [*state, None]))
            assert found["index_spain_tto"] == self.index(self.SPAIN_3L, state, taken)
            assert (found["lss"], found["eq_vas"]) == (sum(state), None)


class TestSf36:
    """RAND's percents and Ware's points, item by item as they are printed."""

    SCALES = {
        "PF": range(3, 13), "RP": range(13, 17), "RE": range(17, 20), "VT": (23, 27, 29, 31),
        "MH": (24, 25, 26, 28, 30), "SF": (20, 32), "BP": (21, 22), "GH": (1, 33, 34, 35, 36),
    }  # fmt: skip
    LEVELS = {
        **dict.fromkeys((1, 2, 20, 22, 34, 36, 32, 33, 35), 5), **dict.fromkeys(range(3, 13), 3),
        **dict.fromkeys(range(13, 20), 2), **dict.fromkeys((21, *range(23, 32)), 6),
    }  # fmt: skip
    NORMS = {
        "PF": ("84.52404", "22.89490", ".42402", "-.22999"),
        "RP": ("81.19907", "33.79729", ".35119", "-.12329"),
        "BP": ("75.49196", "23.55879", ".31754", "-.09731"),
        "GH": ("72.21316", "20.16964", ".24954", "-.01571"),
        "VT": ("61.05453", "20.86942", ".02877", ".23534"),
        "SF": ("83.59753", "22.37642", "-.00753", ".26876"),
        "RE": ("81.29467", "33.02717", "-.19206", ".43407"),
        "MH": ("74.84212", "18.01189", "-.22069", ".48581"),
    }

    def percent(self, item, code):
        steps = self.LEVELS[item] - 1
        rises = item in range(3, 20) or item in (24, 25, 28, 29, 31, 32, 33, 35)
        place = code - 1 if rises else steps - (code - 1)
        return Fraction(100 * place, steps)

    def rand(self, a, scale):
        values = [self.percent(n, a[n]) for n in self.SCALES[scale] if a[n] is not None]
        return sum(values) / len(values) if values else None

    def ware(self, a, scale):
        there = [n for n in self.SCALES[scale] if a[n] is not None]
        if 2 * len(there) < len(self.SCALES[scale]):
            return None
        if scale == "BP":
            pain, hinder = a[21], a[22]
            first = (
                None if pain is None else Fraction(("6", "5.4", "4.2", "3.1", "2.2", "1")[pain - 1])
            )
            if hinder is None:
                second = first
            elif pain is None:
                second = Fraction(("6", "4.75", "3.5", "2.25", "1")[hinder - 1])
                first = second
            else:
                second = Fraction(6 if (pain, hinder) == (1, 1) else 6 - hinder)
            return (first + second - 2) * 10
        if scale == "GH":
            points = [
                Fraction(("5", "4.4", "3.4", "2", "1")[a[n] - 1]) if n == 1
                else Fraction(a[n]) if n in (33, 35) else Fraction(6 - a[n])
                for n in there
            ]  # fmt: skip
            return (sum(points) * 5 / len(points) - 5) * 5
        return self.rand(a, scale)

    def summary(self, scales, column):
        if None in scales.values():
            return None
        z = sum(
            (scales[s] - Fraction(row[0])) / Fraction(row[1]) * Fraction(row[column])
            for s, row in self.NORMS.items()
        )
        return rounded(50 + 10 * z)

    @settings(max_examples=200)
    @given(data=st.data())
    def test_both_readings_agree(self, data):
        ranges = [range(1, self.LEVELS[n] + 1) for n in range(1, 37)]
        q = data.draw(answers(ranges))
        a = dict(enumerate(q, 1))
        ware = {scale: self.ware(a, scale) for scale in self.SCALES}
        found = score(case("SF-36/RAND-36", "RAND-36 1.0 item order", q))

        expected = {scale: rounded(self.rand(a, scale)) for scale in self.SCALES}
        change = None if a[2] is None else int(self.percent(2, a[2]))
        assert found["rand36"] == {**expected, "health_change": change}
        assert found["sf36v1"] == {scale: rounded(value) for scale, value in ware.items()}
        assert found["pcs_us1990"] == self.summary(ware, 2)
        assert found["mcs_us1990"] == self.summary(ware, 3)
