"""Whether and where somebody of the team is told by mail that an alert waits."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select
from wtforms import EmailField, HiddenField
from wtforms.validators import Length, Regexp

from plugin import audit
from plugin.forms import Answered, Form
from plugin.models import NoticeAddress
from plugin.setting_values import MAIL
from plugin.tool import current_tool


class NoticeForm(Form):
    """The address; `action` `stop` where no mail is wanted any more."""

    address = EmailField(
        _l("Your e-mail address"),
        [
            Answered(),
            Length(max=254),
            Regexp(
                rf"^{MAIL.pattern}$", message=_l("Please write an address such as me@example.org")
            ),
        ],
    )
    action = HiddenField()


def notices_page() -> ResponseReturnValue:
    """Show whether mails go out, and where."""
    return _page(NoticeForm(address=_known()))


def choose_notices() -> ResponseReturnValue:
    """Switch the mails on or off; a wrong address comes back."""
    form = NoticeForm.sent()
    stops = form.action.data == "stop"
    if not stops and not form.validate():
        return _page(form), 422
    me = g.person.user_id
    g.session.execute(delete(NoticeAddress).where(NoticeAddress.lti_user_id == me))
    if not stops:
        address = form.address.data.strip()
        now = current_tool().now()
        g.session.add(NoticeAddress(lti_user_id=me, address=address, given_at=now))
    audit.note("notices.stopped" if stops else "notices.chosen", me)
    flash(_("You get no mails any more.") if stops else _("Saved."), "good")
    return redirect(url_for("care.notices_page"), 303)


def _known() -> str | None:
    me = NoticeAddress.lti_user_id == g.person.user_id
    return g.session.scalar(select(NoticeAddress.address).where(me))


def _page(form: NoticeForm) -> str:
    on = bool(current_tool().settings.mail_server)
    return render_template("staff/notices.html", form=form, on=on, known=_known())
