"""docs/settings.md, made from the table of settings: `python -m tests.house.settings_page`."""

from pathlib import Path

from plugin.settings import FILE_VARIABLE, SETTINGS, Setting

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
HEAD = f"""# Settings

Every setting is an environment variable, or a line `NAME=value` in the file that
`{FILE_VARIABLE}` names; the environment wins. At its start the tool names every setting that is
missing or wrong, all at once, and never shows a value. `columna settings` prints this list.

| Name | Default | Example | Meaning |
|---|---|---|---|
"""


def page() -> str:
    """Return docs/settings.md as it must be."""
    return HEAD + "".join(_row(setting) for setting in SETTINGS)


def _row(setting: Setting) -> str:
    default = {None: "**required**", "": "empty"}.get(setting.default, f"`{setting.default}`")
    example = setting.example if setting.example.startswith("(") else f"`{setting.example}`"
    return f"| `{setting.name}` | {default} | {example} | {setting.note} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
