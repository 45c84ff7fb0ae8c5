"""What a template leaves out is a fault; what can be seen without drawing a page is seen here."""

from pathlib import Path

import pytest
from jinja2 import Environment, UndefinedError, nodes

PAGES = Path(__file__).parents[2] / "plugin" / "templates"


def test_a_name_that_no_page_was_given_is_a_fault(app):
    with pytest.raises(UndefinedError):
        app.jinja_env.from_string("{{ nobody_gave_it }}").render()


def needed(template: nodes.Template) -> dict[str, list[str]]:
    """Return macro -> the names of its arguments that have no default, in order."""
    return {
        macro.name: [arg.name for arg in macro.args[: len(macro.args) - len(macro.defaults)]]
        for macro in template.find_all(nodes.Macro)
    }


def macros_in_reach(template: nodes.Template, env: Environment) -> dict[str, list[str]]:
    """Return the macros a template defines or imports, by the name they have in it."""
    found = needed(template)
    for wanted in template.find_all(nodes.FromImport):
        source = needed(env.parse((PAGES / wanted.template.value).read_text("utf-8")))
        for name in wanted.names:
            theirs, ours = name if isinstance(name, tuple) else (name, name)
            found[ours] = source[theirs]
    return found


def left_out(source: str, env: Environment) -> list[str]:
    """Return the macros that are called without an argument they need."""
    template = env.parse(source)
    known = macros_in_reach(template, env)
    return [
        f"line {call.lineno}: {call.node.name} without {name}"
        for call in template.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in known
        for name in known[call.node.name][len(call.args) :]
        if name not in {given.key for given in call.kwargs}
    ]


def test_every_macro_is_given_what_it_needs(app):
    found = {
        page.relative_to(PAGES): left_out(page.read_text("utf-8"), app.jinja_env)
        for page in sorted(PAGES.rglob("*.html"))
    }
    assert {page: faults for page, faults in found.items() if faults} == {}


def test_an_argument_left_out_is_found(app):
    source = "{% macro say(words, tone) %}{{ words }}{{ tone }}{% endmacro %}{{ say('Hola') }}"
    assert left_out(source, app.jinja_env) == ["line 1: say without tone"]
