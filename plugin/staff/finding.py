"""The overview: whom of a study it shows, by need, week, module, whose and name, in which order."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from modules.study.protocol import Protocol
from modules.text import LabelledEnum, begins_words
from plugin import i18n, paging, reach, web
from plugin.forms import Form, SelectField, labelled, options
from plugin.staff import needs, overview
from plugin.staff.forms import FindForm
from plugin.staff.needs import Glance
from plugin.staff.overview import Person
from plugin.status.heartbeat import notices
from plugin.tool import current_tool
from plugin.visits import due

ANY, NOT_BEGUN = "any", "0"


class Order(LabelledEnum):
    """In which order people stand."""

    URGENCY = "urgency", "lo más urgente", "most urgent"
    NAME = "name", "nombre", "name"
    WEEK = "week", "semana", "week"
    LAST_SEEN = "last_seen", "más tiempo sin entrar", "longest not seen"

    def key(self, one: Person) -> tuple[Any, ...]:
        """Return the sort key of a participant; who stands alike is in the order of names."""
        name = one.name.casefold()
        week = (one.week is None, one.week or 0, name)
        seen = (one.seen is not None, one.seen.toordinal() if one.seen else 0, name)
        return {"urgency": one.urgency, "name": (name,), "week": week, "last_seen": seen}[self]


class FilterForm(Form):
    """The filters of the overview: codes and numbers, so that they may stand in the address."""

    need = SelectField(_l("Needs"))
    week = SelectField(_l("Week"))
    module = SelectField(_l("Module"))
    whose = SelectField(_l("Whose"), choices=[("", _l("everybody's")), ("mine", _l("mine"))])
    sort = SelectField(_l("Order"), choices=labelled(Order))


def filter_form(protocol: Protocol, titles: Iterable[tuple[str, str]]) -> FilterForm:
    """Return the filters as the address has them; one it does not offer counts as not chosen.

    `titles`: key and title of the modules of the protocol.
    """
    form = FilterForm(request.args, sort=Order.URGENCY)
    form.need.choices = options(
        [("", _("everybody")), (ANY, _("whoever needs something")), *labelled(Glance)]
    )
    weeks = [(str(number), str(number)) for number in range(1, protocol.duration_weeks + 1)]
    form.week.choices = options([("", _("all")), (NOT_BEGUN, _("not begun")), *weeks])
    form.module.choices = options([("", _("all")), *titles])
    for field in form:
        offered = {choice.value for choice in field.choices}
        if field.data not in offered:
            field.data = "" if "" in offered else Order.URGENCY.value
    return form


@dataclass(frozen=True)
class Wanted:
    """What was asked for; an empty text asks for nothing. `name` begins words of names or codes."""

    need: str = ""
    week: str = ""
    module: str = ""
    mine: bool = False
    order: Order = Order.URGENCY
    name: str = ""

    @classmethod
    def of(cls, form: FilterForm, name: str) -> Self:
        """Return what the filters and the name that was looked for ask."""
        return cls(
            form.need.data,
            form.week.data,
            form.module.data,
            form.whose.data == "mine",
            Order.of(form.sort.data),
            name,
        )

    def among(self, found: Iterable[Person], me: uuid.UUID) -> list[Person]:
        """Return those asked for, in the order asked for; `me`: who asks."""
        return sorted((one for one in found if self._fits(one, me)), key=self.order.key)

    def _fits(self, one: Person, me: uuid.UUID) -> bool:
        return (
            self._needs(one)
            and self.week in ("", str(one.week or NOT_BEGUN))
            and self.module in ("", one.module)
            and (not self.mine or me in one.in_charge)
            and begins_words(self.name, f"{one.name} {one.facts.code}")
        )

    def _needs(self, one: Person) -> bool:
        if self.need in ("", ANY):
            return not self.need or bool(one.tasks)
        return any(task.need in Glance.of(self.need).needs for task in one.tasks)


@web.only_asks
def overview_page() -> ResponseReturnValue:
    """Everybody in the study, the most urgent first, or those asked for.

    A name that is looked for is sent in the form: it stands in no address.
    """
    study = g.session, current_tool(), g.person.study.id, g.person.protocol
    form = FindForm.sent()
    sought = (form.name.data or "").strip() if form.validate() else ""
    filters = filter_form(g.person.protocol, _module_titles())
    found = overview.people(*study, reach.mine())
    asked = Wanted.of(filters, sought)
    shown = paging.asked(asked.among(found, g.person.user_id), "page")
    page = render_template(
        "staff/overview.html",
        notices=notices(g.session, current_tool().now()),
        form=form,
        filters=filters,
        sought=sought,
        find_at=paging.same_address(page=None),
        filtered=asked != Wanted(order=asked.order),
        everybody=len(found),
        shown=shown,
        rows=overview.rows(*study, shown.items),
        summary=needs.summary(one.tasks for one in found),
        missing=due.missing_wordings(),
        ending=due.ending_wordings(),
    )
    return page, 422 if form.errors else 200


overview_page.__name__ = "overview"


def _module_titles() -> list[tuple[str, str]]:
    curriculum, language = current_tool().curriculum, i18n.language()
    modules = [curriculum.module(plan.key) for plan in g.person.protocol.modules]
    return [(each.key, f"{each.number}. {each.title.get(language)}") for each in modules]
