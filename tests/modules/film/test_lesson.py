"""The lesson films: short cards, both languages, kind words, one to two and a half minutes."""

import re

import pytest
import yaml

pytest.importorskip("cairocffi", reason="drawing needs cairocffi (extra `film`)")

from modules.film.icons import ICONS
from modules.film.lesson import load_film, paint_card
from modules.film.render import MODULE_KEYS, film_keys
from modules.film.script import ScriptFault, load_exercises
from modules.film.timing import RATE

FRIGHTENING = re.compile(
    r"desgast|dañ|fr[áa]gil|hernia|degenerat|degenerad|damage|fragile|worn|wear and tear", re.I
)
MOST_WORDS = 12


@pytest.fixture(scope="module")
def exercises(content_root):
    return load_exercises(content_root / "exercises.yaml")


@pytest.fixture(scope="module", params=MODULE_KEYS)
def film(request, content_root, exercises):
    return load_film(content_root / request.param / "film.yaml", exercises)


def words(film):
    """Yield every text of a film in both languages."""
    for scene in film.scenes:
        yield from (scene.text, scene.above, *scene.items)


def test_the_five_modules_have_a_film_in_their_order(content_root):
    assert film_keys(content_root)[:5] == list(MODULE_KEYS)


def test_a_film_lasts_one_to_two_and_a_half_minutes(film):
    assert 60 <= film.frames / RATE <= 150


def test_a_film_opens_with_its_title_and_ends_with_safety_and_closing(film):
    kinds = [scene.kind for scene in film.scenes]
    assert kinds[0] == "title"
    assert kinds[-2:] == ["safety", "closing"]


def test_a_card_says_one_short_thing(film):
    for scene in film.scenes:
        assert len(scene.text.es.split()) <= MOST_WORDS
        assert len(scene.text.en.split()) <= MOST_WORDS


def test_every_text_is_there_in_both_languages(film):
    assert all(bool(text.es) == bool(text.en) for text in words(film))


def test_no_word_frightens(film):
    assert not [t.es for t in words(film) if FRIGHTENING.search(f"{t.es} {t.en}")]


def test_the_patient_is_called_tu(film):
    formal = re.compile(r"\b(usted|su espalda|haga|tome|siéntese)\b", re.I)
    assert not [text.es for text in words(film) if formal.search(text.es)]


def test_there_is_time_to_read_each_card(film):
    for scene in film.scenes:
        count = max(len(scene.spoken(language).split()) for language in ("es", "en"))
        assert scene.frames / RATE >= 2 + count / 6


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_card_can_be_drawn(film, language):
    for index, scene in enumerate(film.scenes):
        assert paint_card(film, index, language, scene.frames // 3).get_height() == 480


def test_the_safety_card_names_what_to_do(film):
    safety = next(scene for scene in film.scenes if scene.kind == "safety")
    assert len(safety.items) >= 3
    assert safety.above.es


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"kind": "advert"}, "unknown kind"), ({"show": {"exercise": "x9"}}, "unknown exercise"),
     ({"show": {"icon": "unicorn"}}, "unknown icon"), ({"es": "muy " * 15}, "more than")],
)  # fmt: skip
def test_a_wrong_scene_is_refused_by_module_and_number(tmp_path, exercises, changes, reason):
    folder = tmp_path / "extra"
    folder.mkdir()
    scene = {"kind": "message", "seconds": 5, "es": "Hola", "en": "Hello", **changes}
    film = {"title": {"es": "a", "en": "a"}, "scenes": [scene]}
    (folder / "film.yaml").write_text(yaml.safe_dump(film), encoding="utf-8")
    with pytest.raises(ScriptFault, match=f"extra: scene 1: {reason}"):
        load_film(folder / "film.yaml", exercises)


def test_every_icon_is_used_by_some_film(content_root):
    scripts = "".join(p.read_text(encoding="utf-8") for p in content_root.glob("*/film.yaml"))
    assert not [name for name in ICONS if f"icon: {name}" not in scripts]
