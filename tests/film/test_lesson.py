"""The lesson films: short cards, both languages, kind words, one to two and a half minutes."""

import re

import pytest
import yaml

from modules.course import content
from scripts.film.icons import ICONS
from scripts.film.lesson import load_film, paint_card
from scripts.film.render import MODULE_KEYS, film_keys
from scripts.film.script import ScriptFault
from scripts.film.timing import RATE
from tests.film.table import every

FRIGHTENING = re.compile(
    r"desgast|dañ|fr[áa]gil|hernia|degenerat|degenerad|damage|fragile|worn|wear and tear", re.I
)
MOST_WORDS = 12


@pytest.fixture(scope="module")
def safety(content_root):
    """Return the safety file."""
    return content.load(content_root).safety


@pytest.fixture(scope="module")
def films(content_root, exercises, safety):
    """Return the film of each module."""
    return {
        key: load_film(content_root / key / "film.yaml", exercises, safety) for key in MODULE_KEYS
    }


def words(film):
    """Yield every text of a film in both languages."""
    for scene in film.scenes:
        yield from (scene.text, scene.above, *scene.items)


def test_the_five_modules_have_a_film_in_their_order(content_root):
    assert film_keys(content_root)[:5] == list(MODULE_KEYS)


@every("module", MODULE_KEYS)
def test_a_film_lasts_one_to_two_and_a_half_minutes(films, module):
    film = films[module]
    assert 60 <= film.frames / RATE <= 150


@every("module", MODULE_KEYS)
def test_a_film_opens_with_its_title_and_ends_with_safety_and_closing(films, module):
    film = films[module]
    kinds = [scene.kind for scene in film.scenes]
    assert kinds[0] == "title"
    assert kinds[-2:] == ["safety", "closing"]


@every("module", MODULE_KEYS)
def test_a_card_says_one_short_thing(films, module):
    film = films[module]
    for scene in film.scenes:
        assert len(scene.text.es.split()) <= MOST_WORDS
        assert len(scene.text.en.split()) <= MOST_WORDS


@every("module", MODULE_KEYS)
def test_every_text_is_there_in_both_languages(films, module):
    film = films[module]
    assert all(bool(text.es) == bool(text.en) for text in words(film))


@every("module", MODULE_KEYS)
def test_no_word_frightens(films, module):
    film = films[module]
    assert not [t.es for t in words(film) if FRIGHTENING.search(f"{t.es} {t.en}")]


@every("module", MODULE_KEYS)
def test_the_patient_is_called_tu(films, module):
    film = films[module]
    formal = re.compile(r"\b(usted|su espalda|haga|tome|siéntese)\b", re.I)
    assert not [text.es for text in words(film) if formal.search(text.es)]


@every("module", MODULE_KEYS)
def test_there_is_time_to_read_each_card(films, module):
    film = films[module]
    for scene in film.scenes:
        count = max(len(scene.spoken(language).split()) for language in ("es", "en"))
        assert scene.frames / RATE >= 2 + count / 6


@pytest.mark.parametrize("language", ["es", "en"])
@every("module", MODULE_KEYS)
def test_every_card_can_be_drawn(films, module, language):
    film = films[module]
    for index, scene in enumerate(film.scenes):
        assert paint_card(film, index, language, scene.frames // 3).get_height() == 480


@every("module", MODULE_KEYS)
def test_safety_cards_say_the_orders_of_the_safety_file_the_soonest_first(films, module, safety):
    headings = [f"{order.do.es}:" for order in safety.orders]
    shown = [scene for scene in films[module].scenes if scene.kind == "safety"]
    assert [headings.index(scene.text.es) for scene in shown] == sorted(
        headings.index(scene.text.es) for scene in shown
    )
    assert shown[0].text.es == headings[0]
    shorts = {rule.short for rule in safety.stop_rules}
    assert all(set(scene.items) <= shorts for scene in shown)


@every("module", MODULE_KEYS)
def test_a_safety_card_stands_as_long_as_a_calm_voice_needs(films, module):
    for scene in films[module].scenes:
        if scene.kind == "safety":
            words = max(len(scene.spoken(language).split()) for language in ("es", "en"))
            assert words / (scene.frames / RATE) <= 2.4


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"kind": "advert"}, "unknown kind"), ({"show": {"exercise": "x9"}}, "unknown exercise"),
     ({"show": {"icon": "unicorn"}}, "unknown icon"), ({"es": "muy " * 15}, "more than"),
     ({"kind": "safety", "order": "run", "signs": []}, "not in safety.yaml"),
     ({"kind": "safety", "order": "stop_all", "signs": ["S3"]}, "another order goes with S3")],
)  # fmt: skip
def test_a_wrong_scene_is_refused_by_module_and_number(
    tmp_path, exercises, safety, changes, reason
):
    folder = tmp_path / "extra"
    folder.mkdir()
    scene = {"kind": "message", "seconds": 5, "es": "Hola", "en": "Hello", **changes}
    film = {"title": {"es": "a", "en": "a"}, "scenes": [scene]}
    (folder / "film.yaml").write_text(yaml.safe_dump(film), encoding="utf-8")
    with pytest.raises(ScriptFault, match=f"extra: scene 1: {reason}"):
        load_film(folder / "film.yaml", exercises, safety)


def test_every_icon_is_used_by_some_film(content_root):
    scripts = "".join(p.read_text(encoding="utf-8") for p in content_root.glob("*/film.yaml"))
    assert not [name for name in ICONS if f"icon: {name}" not in scripts]
