"""Simple pictures for lesson cards; each is drawn around (0, 0), about 200 px across."""

import math
from collections.abc import Callable

from scripts.film import paint
from scripts.film.icon_parts import box, disc, fill, line, upright_arrow
from scripts.film.paint import Context

GREEN, AMBER, RED = paint.rgb("#3E8E5A"), paint.rgb("#E0A422"), paint.rgb("#C0402F")
BLUE, PALE, NIGHT = paint.rgb("#4F93B8"), paint.rgb("#CFE2EC"), paint.rgb("#2E4A63")
Icon = Callable[[Context, float], None]


def traffic_light(ctx: Context, share: float) -> None:
    """Green, amber, red with the pain numbers beside them."""
    box(ctx, -120, -118, 84, 236, 26, paint.rgb("#3A4650"))
    rows = ((-78.0, GREEN, "0–2"), (0.0, AMBER, "3–5"), (78.0, RED, "6–10"))
    for i, (y, colour, numbers) in enumerate(rows):
        grown = 1 + 0.08 * max(0.0, 1 - abs(share * 3 - i - 0.5) * 2)
        disc(ctx, -78, y, 29 * grown, colour, 3)
        ctx.set_source_rgb(*paint.INK)
        paint.font(ctx, 42, bold=True)
        paint.write(ctx, numbers, -6, y + 15)


def alarm(ctx: Context, share: float) -> None:
    """A bell that rings."""
    ctx.save()
    ctx.rotate(0.13 * math.sin(share * 2 * math.pi * 3) * (1 - share * 0.6))
    ctx.new_path()
    ctx.move_to(-78, 62)
    ctx.curve_to(-52, 34, -62, -82, 0, -84)
    ctx.curve_to(62, -82, 52, 34, 78, 62)
    ctx.close_path()
    fill(ctx, AMBER, 6)
    disc(ctx, 0, 78, 17, AMBER, 6)
    disc(ctx, 0, -92, 11, AMBER, 6)
    ctx.restore()
    for side in (-1, 1):
        for k in (1, 2):
            ctx.new_path()
            middle = 0 if side > 0 else math.pi
            ctx.arc(0, -10, 88 + 24 * k, middle - 0.35, middle + 0.35)
            ctx.set_source_rgb(*paint.ARROW)
            ctx.set_line_width(7)
            ctx.stroke()


def volume(ctx: Context, share: float) -> None:
    """Three sliders: sleep, stress and mood turn the volume up or down."""
    for i, colour in enumerate((BLUE, AMBER, GREEN)):
        x = -90 + 90 * i
        line(ctx, [(x, -95), (x, 95)], 16, paint.rgb("#C3CFD7"))
        y = 55 * math.sin(2 * math.pi * (share * 0.9 + i / 3))
        line(ctx, [(x, y), (x, 95)], 16, colour)
        disc(ctx, x, y, 24, colour, 5)


def scan(ctx: Context, share: float) -> None:
    """A picture of a spine on a light box."""
    box(ctx, -100, -120, 200, 240, 16, NIGHT)
    for i in range(6):
        y = -90 + 34 * i
        shift = 12 * math.sin(i * 0.8)
        box(ctx, -30 + shift, y, 60, 24, 8, paint.rgb("#D7E3EA"))
    line(ctx, [(-88, -104 + 208 * share), (88, -104 + 208 * share)], 4, PALE)


def steps(ctx: Context, share: float) -> None:
    """Stairs climbed little by little."""
    _stairs(ctx, min(4.0, share * 6))


def step_up(ctx: Context, share: float) -> None:
    """Stairs: one step up, and there it stays."""
    _stairs(ctx, 1 + min(1.0, max(0.0, share * 4 - 0.8)))
    upright_arrow(ctx, -60, -20, -100, GREEN)


def step_down(ctx: Context, share: float) -> None:
    """Stairs: one step down, and there it stays."""
    _stairs(ctx, 3 - min(1.0, max(0.0, share * 4 - 0.8)))
    upright_arrow(ctx, -60, -100, -20, AMBER)


def _stairs(ctx: Context, place: float) -> None:
    """Draw five steps and a ball on the way from one to the next; `place` from 0 to 4."""
    below, way = int(place), place - int(place)
    for i in range(5):
        height = 36 + 34 * i
        box(ctx, -140 + 56 * i, 100 - height, 52, height, 6, BLUE if i <= place + 0.01 else PALE)
    top = 100 - (36 + 34 * below) - 34 * min(1.0, way * 2)
    disc(ctx, -114 + 56 * place, top - 24, 17, AMBER)


def target(ctx: Context, share: float) -> None:
    """A target with an arrow in its middle."""
    for r, colour in ((112, paint.WHITE), (82, BLUE), (52, paint.WHITE), (24, RED)):
        disc(ctx, 0, 0, r, colour)
    far = 150 * max(0.0, 1 - share * 3)
    line(ctx, [(far, -far), (88 + far, -88 - far)], 9, paint.INK)
    line(ctx, [(88 + far, -88 - far), (90 + far, -120 - far)], 9, paint.ARROW)
    line(ctx, [(88 + far, -88 - far), (120 + far, -90 - far)], 9, paint.ARROW)


def checklist(ctx: Context, share: float) -> None:
    """A list whose lines are ticked one after another."""
    box(ctx, -105, -125, 210, 250, 14, paint.WHITE)
    for i in range(4):
        y = -80 + 54 * i
        box(ctx, -82, y - 16, 32, 32, 6, paint.rgb("#EEF3F6"))
        line(ctx, [(-32, y), (78 - 20 * (i % 2), y)], 9, paint.rgb("#B7C4CC"))
        if share * 5 > i + 0.5:
            line(ctx, [(-76, y), (-68, y + 9), (-52, y - 14)], 8, GREEN)


def clock(ctx: Context, share: float) -> None:
    """A clock whose hand goes half round."""
    disc(ctx, 0, 0, 112, paint.WHITE, 8)
    ctx.new_path()
    ctx.move_to(0, 0)
    ctx.arc(0, 0, 96, -math.pi / 2, -math.pi / 2 + math.pi * share)
    ctx.close_path()
    ctx.set_source_rgba(*BLUE, 0.45)
    ctx.fill()
    for i in range(12):
        a = math.pi * i / 6
        line(ctx, [(92 * math.cos(a), 92 * math.sin(a)), (101 * math.cos(a), 101 * math.sin(a))],
              6, paint.INK)  # fmt: skip
    a = -math.pi / 2 + math.pi * share
    line(ctx, [(0, 0), (80 * math.cos(a), 80 * math.sin(a))], 9, paint.INK)
    line(ctx, [(0, 0), (0, -52)], 11, paint.INK)
    disc(ctx, 0, 0, 9, paint.ARROW, 3)


def moon(ctx: Context, share: float) -> None:
    """Moon and stars."""
    ctx.new_path()
    ctx.arc(-10, 0, 96, math.pi * 0.30, math.pi * 1.42)
    ctx.curve_to(-92, -70, -78, 92, 46, 78)
    ctx.close_path()
    fill(ctx, paint.rgb("#F3D27A"), 6)
    for i, (x, y, r) in enumerate(((60, -60, 13), (98, 4, 9), (40, 6, 8))):
        _star(ctx, x, y, r * (1 + 0.18 * math.sin(2 * math.pi * (share * 1.5 + i / 3))))


def _star(ctx: Context, x: float, y: float, r: float) -> None:
    ctx.new_path()
    points = []
    for k in range(10):
        a, far = -math.pi / 2 + math.pi * k / 5, r * (1.6 if k % 2 == 0 else 0.7)
        points.append((x + far * math.cos(a), y + far * math.sin(a)))
    paint.polygon(ctx, points)
    fill(ctx, paint.rgb("#F3D27A"), 4)


def compass(ctx: Context, share: float) -> None:
    """A compass: the needle settles on the direction that helps."""
    disc(ctx, 0, 0, 112, paint.WHITE, 8)
    disc(ctx, 0, 0, 92, PALE, 2)
    ctx.save()
    ctx.rotate(0.75 + 0.9 * math.cos(share * 9) * math.exp(-4 * share))
    for colour, sign in ((paint.ARROW, -1), (NIGHT, 1)):
        ctx.new_path()
        paint.polygon(ctx, [(-19, 0), (0, 84 * sign), (19, 0)])
        fill(ctx, colour, 4)
    ctx.restore()
    disc(ctx, 0, 0, 10, paint.WHITE)


def _person_back(ctx: Context) -> None:
    """Draw a person from behind: head, back, buttocks and legs."""
    ctx.new_path()
    paint.capsule(ctx, (-26, 20), 30, (-28, 148), 20)
    paint.capsule(ctx, (26, 20), 30, (28, 148), 20)
    paint.stroke_then_fill(ctx, paint.LEGGINGS)
    ctx.new_path()
    paint.capsule(ctx, (-44, -84), 20, (-34, 8), 24)
    paint.capsule(ctx, (44, -84), 20, (34, 8), 24)
    paint.capsule(ctx, (-40, -78), 24, (40, -78), 24)
    paint.polygon(ctx, [(-50, -80), (50, -80), (50, 22), (-50, 22)])
    paint.stroke_then_fill(ctx, paint.SHIRT)
    disc(ctx, 0, -132, 27, paint.HAIR)
    line(ctx, [(0, -90), (0, 20)], 7, paint.SPINE_BASE)
    line(ctx, [(0, -30), (0, 20)], 5, paint.SPINE)


def centralise(ctx: Context, share: float) -> None:
    """The sore place moves from the leg up towards the spine: a good sign."""
    _travel(ctx, share, up=True)


def peripheralise(ctx: Context, share: float) -> None:
    """The sore place moves down the leg: a sign to stop."""
    _travel(ctx, share, up=False)


def _travel(ctx: Context, share: float, up: bool) -> None:
    ctx.save()
    ctx.scale(0.76, 0.76)
    _person_back(ctx)
    eased = min(1.0, share * 1.3)
    way = [(30, 110), (30, 50), (22, 10), (2, -8)]
    place = eased * 3 if up else 3 - eased * 3
    i = min(2, int(place))
    u = place - i
    x = way[i][0] + (way[i + 1][0] - way[i][0]) * u
    y = way[i][1] + (way[i + 1][1] - way[i][1]) * u
    paint.glow(ctx, (x, y), 44, AMBER if up else RED, 0.95)
    if up:
        upright_arrow(ctx, 96, 100, -20, GREEN)
    else:
        upright_arrow(ctx, 96, -20, 100, RED)
    ctx.restore()


def eye(ctx: Context, share: float) -> None:
    """An open eye that blinks once."""
    lid = 1.0 if not 0.45 < share < 0.55 else 0.25 + abs(share - 0.5) * 15
    ctx.save()
    ctx.scale(1, lid)
    ctx.new_path()
    ctx.move_to(-130, 0)
    ctx.curve_to(-70, -88, 70, -88, 130, 0)
    ctx.curve_to(70, 88, -70, 88, -130, 0)
    ctx.close_path()
    fill(ctx, paint.WHITE, 7)
    disc(ctx, 0, 0, 46, BLUE, 5)
    disc(ctx, 0, 0, 21, paint.INK, 2)
    disc(ctx, -12, -14, 9, paint.WHITE, 0.5)
    ctx.restore()


def pill(ctx: Context, share: float) -> None:
    """A capsule and a tablet."""
    ctx.save()
    ctx.rotate(-0.6 + 0.06 * math.sin(2 * math.pi * share))
    box(ctx, -112, -36, 200, 72, 36, paint.WHITE)
    ctx.save()
    ctx.rectangle(-12, -60, 140, 120)
    ctx.clip()
    box(ctx, -112, -36, 200, 72, 36, BLUE)
    ctx.restore()
    line(ctx, [(-12, -34), (-12, 34)], 4, paint.OUTLINE)
    ctx.restore()
    disc(ctx, 82, 66, 38, PALE, 5)
    line(ctx, [(58, 66), (106, 66)], 5, paint.OUTLINE)


ICONS: dict[str, Icon] = {
    icon.__name__: icon
    for icon in (
        traffic_light, alarm, volume, scan, steps, step_up, step_down, target, checklist, clock,
        moon, compass, centralise, peripheralise, eye, pill,
    )
}  # fmt: skip
