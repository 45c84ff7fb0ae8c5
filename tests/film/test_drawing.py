"""Every exercise and every card can be drawn, in both languages, and always the same."""

import re

import pytest

from scripts.film import captions, paint
from scripts.film.camera import HEIGHT, TOP_BAND, WIDTH, outline
from scripts.film.captions import LETTERS_A_SECOND, clip_cues, sentences, write_vtt
from scripts.film.clip import SIDES, Clip, clip_frames, new_surface, paint_poster
from scripts.film.sheet import draw_sheet
from scripts.film.timing import RATE
from tests.film.table import EXERCISE_IDS, every

LABELS = re.compile(r"Derecha|Izquierda|Right|Left|[0-9.]+ s|[0-9]+/16|[0-9]+")
"""All that a picture may say: the side, seconds, a muscle group's number, a breath's count."""
CAPTION_LETTERS = 24  # px: a player draws captions a twentieth as high as the film


def picture(clip, frame, language="es"):
    """Return one finished frame as bytes."""
    surface, ctx = new_surface()
    clip.paint_frame(ctx, frame)
    clip.paint_marks(ctx, frame)
    clip.paint_words(ctx, frame, language)
    surface.flush()
    return bytes(surface.get_data())


def moments(clip):
    """Return a frame in the middle of every phase."""
    return [
        start + phase.frames // 2
        for start, phase in zip(clip.loop.starts, clip.loop.phases, strict=True)
    ]


def wrapped(ctx, text, room):
    """Return the lines that a player breaks a caption into, none wider than `room` px."""
    lines = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and paint.width_of(ctx, longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@every("exercise_id", EXERCISE_IDS)
def test_every_exercise_draws_a_frame_with_a_figure(exercises, exercise_id):
    clip = Clip(exercises[exercise_id])
    data = picture(clip, clip.frames // 3)
    shirt = bytes(round(255 * part) for part in reversed(paint.SHIRT))
    assert len(data) == 640 * 480 * 4
    assert sum(data[i : i + 3] == shirt for i in range(0, len(data), 4)) > 400


@every("exercise_id", EXERCISE_IDS)
def test_every_poster_shows_the_way_to_the_end_pose(exercises, exercise_id):
    clip = Clip(exercises[exercise_id])
    phase, share = clip.end_phase()
    assert phase.kind == "move"
    assert clip.exercise.walking or share > 0.9
    assert paint_poster(clip).get_width() == 640


def test_the_same_frame_is_drawn_the_same_twice(exercises):
    first = picture(Clip(exercises["c6_bird_dog"]), 50)
    assert first == picture(Clip(exercises["c6_bird_dog"]), 50)


@every("exercise_id", EXERCISE_IDS)
def test_a_picture_says_nothing_that_a_caption_says(exercises, exercise_id, monkeypatch):
    written = []
    monkeypatch.setattr(paint, "write", lambda ctx, text, *place: written.append(text))
    clip = Clip(exercises[exercise_id])
    for frame in moments(clip):
        picture(clip, frame, "es")
        picture(clip, frame, "en")
    assert not [text for text in written if not LABELS.fullmatch(text)]


def test_without_a_side_to_name_the_film_of_every_language_is_the_same(exercises):
    clip = Clip(exercises["w4_partial_situp"])
    assert not clip.speaks
    assert all(spanish == english for spanish, english in clip_frames(clip, ("es", "en")))


def test_languages_differ_only_in_the_name_of_the_side(exercises):
    rows = clip_frames(Clip(exercises["w2_single_knee_chest"]), ("es", "en"))
    spanish, english = next(rows)
    below = slice(640 * 4 * 200, None)
    assert spanish != english
    assert spanish[below] == english[below]


@every("exercise_id", EXERCISE_IDS)
def test_the_figure_leaves_the_upper_band_to_the_captions(exercises, exercise_id):
    clip = Clip(exercises[exercise_id])
    for phase in clip.loop.phases:
        for share in (0.0, 0.5, 0.999):
            for point, radius in outline(clip.loop.pose(phase, share)):
                x, y = clip.camera.xy(point)
                assert y - radius * clip.camera.scale > TOP_BAND - 6
                assert y < HEIGHT
                assert 0 < x < WIDTH
        assert all(y > TOP_BAND - 4 for _, y in clip._arrow(phase))


@every("exercise_id", EXERCISE_IDS)
def test_label_and_mark_stand_where_the_figure_never_is(exercises, exercise_id):
    clip = Clip(exercises[exercise_id])
    assert clip._corner.room(clip._taken()) > 0


@pytest.mark.parametrize("language", ["es", "en"])
@every("exercise_id", EXERCISE_IDS)
def test_no_caption_is_longer_than_two_lines(exercises, exercise_id, language):
    _, ctx = new_surface()
    paint.font(ctx, CAPTION_LETTERS)
    for _, _, text in clip_cues(Clip(exercises[exercise_id]), language):
        assert len(wrapped(ctx, text, WIDTH - 20)) <= 2, text


@pytest.mark.parametrize("language", ["es", "en"])
@every("exercise_id", EXERCISE_IDS)
def test_captions_are_one_sentence_at_a_time_and_stand_long_enough(
    exercises, exercise_id, language
):
    for start, end, text in clip_cues(Clip(exercises[exercise_id]), language):
        assert len(sentences(text)) == 1, text
        assert len(text) / (end - start) < LETTERS_A_SECOND + 1.5, text


@every("exercise_id", EXERCISE_IDS)
def test_a_side_is_named_only_where_there_are_two_and_each_in_turn(exercises, exercise_id):
    clip = Clip(exercises[exercise_id])
    named = {clip.side(phase) for phase in clip.loop.phases}
    assert named == ({"R", "L"} if exercises[exercise_id].mirrored else {""})


@pytest.mark.parametrize(
    ("exercise_id", "works"),
    [("w2_single_knee_chest", lambda pose, side: pose.legs[side].knee[1]),
     ("w5_seated_hamstring", lambda pose, side: pose.legs[side].ankle[0]),
     ("w6_hip_flexor_lunge", lambda pose, side: -pose.legs[side].ankle[0]),
     ("c4_single_leg_bridge", lambda pose, side: pose.legs[side].ankle[1]),
     ("c5_dead_bug", lambda pose, side: -pose.legs[side].ankle[1]),
     ("c6_bird_dog", lambda pose, side: pose.legs[side].ankle[1]),
     ("s5_piriformis", lambda pose, side: pose.legs[side].knee[2] * (1 if side == "R" else -1)),
     ("s6_hamstring_strap", lambda pose, side: pose.legs[side].ankle[1])],
)  # fmt: skip
def test_the_side_named_is_the_side_of_the_body_that_works(exercises, exercise_id, works):
    clip = Clip(exercises[exercise_id])
    segment = clip.end_phase()[0].segment
    for phase in clip.loop.phases:
        if phase.segment == segment:
            pose, side = clip.loop.pose(phase, 0.999), clip.side(phase)
            assert works(pose, side) > works(pose, {"R": "L", "L": "R"}[side])


@pytest.mark.parametrize(
    ("exercise_id", "first"), [("c9_side_plank_knees", "L"), ("c12_clam", "R")]
)
def test_a_mirrored_picture_shows_the_other_side(exercises, exercise_id, first):
    clip = Clip(exercises[exercise_id])
    for phase in clip.loop.phases:
        assert (clip.side(phase) == first) is not clip.loop.flipped[phase.variant]


def test_the_side_is_written_as_the_caption_says_it():
    assert SIDES["R"].es == "Derecha"
    assert captions.WORDS["R"].es.startswith("Lado derecho")
    assert SIDES["L"].en == "Left"
    assert captions.WORDS["L"].en.startswith("Left side")


@every("exercise_id", EXERCISE_IDS)
def test_nothing_runs_beside_a_hold_that_is_shown_shorter_than_it_lasts(exercises, exercise_id):
    clip = Clip(exercises[exercise_id])
    holds = [phase for phase in clip.loop.phases if clip.hold(phase, 0.0)]
    for phase in holds:
        early, late = clip.hold(phase, 0.2), clip.hold(phase, 0.8)
        assert early.seconds == late.seconds == phase.real_seconds
        assert (early == late) is not phase.in_real_time


def test_the_mark_of_a_shortened_hold_stands_still_and_a_true_one_runs(exercises):
    bridge, bird_dog = Clip(exercises["c3_bridge"]), Clip(exercises["c6_bird_dog"])
    assert picture(bridge, 80) == picture(bridge, 110)
    assert picture(bird_dog, 80) != picture(bird_dog, 110)


def test_the_pacer_grows_on_the_in_breath_and_shrinks_on_the_out_breath(exercises):
    clip = Clip(exercises["r2_paced"])
    breath_in, breath_out = clip.loop.phases
    assert clip.pacer(breath_in, 0.9).fullness > clip.pacer(breath_in, 0.1).fullness
    assert clip.pacer(breath_out, 0.9).fullness < clip.pacer(breath_out, 0.1).fullness
    assert [clip.pacer(p, 0.0).seconds for p in clip.loop.phases] == [4, 6]


@every("exercise_id", EXERCISE_IDS)
def test_arrows_of_a_movement_are_long_enough_to_be_seen(exercises, exercise_id):
    clip = Clip(exercises[exercise_id])
    if exercises[exercise_id].track in ("none", "breath"):
        assert clip._arrow(clip.loop.phases[0]) == []
        return
    line = clip._arrow(clip.end_phase()[0])
    length = sum(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5
                 for a, b in zip(line, line[1:], strict=False))  # fmt: skip
    assert length > 25


@every("exercise_id", EXERCISE_IDS)
def test_captions_follow_each_other_to_the_end_of_the_loop(exercises, exercise_id):
    clip = Clip(exercises[exercise_id])
    for language in ("es", "en"):
        cues = clip_cues(clip, language)
        assert cues[0][0] == 0
        assert cues[-1][1] == pytest.approx(clip.frames / RATE)
        assert all(a[1] == pytest.approx(b[0]) for a, b in zip(cues, cues[1:], strict=False))


def test_a_caption_file_has_its_header_and_times(tmp_path):
    write_vtt(tmp_path / "a.vtt", [(0, 3.5, "Respira."), (3.5, 61.25, "Suelta.")])
    text = (tmp_path / "a.vtt").read_text(encoding="utf-8")
    assert text.startswith("WEBVTT\n\n00:00:00.000 --> 00:00:03.500 line:0\nRespira.\n")
    assert "00:00:03.500 --> 00:01:01.250" in text


def test_the_contact_sheet_is_a_picture(tmp_path, exercises):
    draw_sheet(list(exercises.values())[:2], tmp_path / "sheet.png")
    assert (tmp_path / "sheet.png").read_bytes().startswith(b"\x89PNG")


def test_every_word_of_sides_and_captions_has_two_languages():
    assert all(word.es and word.en for word in (*SIDES.values(), *captions.WORDS.values()))


def test_sides_that_start_from_different_pictures_dissolve(exercises):
    clip = Clip(exercises["w5_seated_hamstring"])
    turn = clip.frames // 2
    following, left = clip._seam_ahead(turn - 1)
    assert (following.variant, left) == (1, 1)
    assert clip._seam_ahead(clip.frames - 1)[0].variant == 0


def test_sides_that_start_from_the_same_pose_need_no_dissolve(exercises):
    assert Clip(exercises["c6_bird_dog"])._seam_ahead(10) == (None, 0)
