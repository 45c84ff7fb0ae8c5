"""The factory: reads like a table of contents."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from plugin import (
    assets,
    conflicts,
    context,
    errors,
    export_orders,
    filters,
    flashes,
    former_addresses,
    headers,
    health,
    home_screen,
    i18n,
    inbound,
    linking,
    platforms,
    printing,
    reminders,
    start,
    visit_links,
    web,
    webhooks,
    worker,
)
from plugin.admin import views as admin
from plugin.application import Application
from plugin.assessor import views as assessor
from plugin.live_sessions import views as live_sessions
from plugin.media import films
from plugin.media import views as library
from plugin.office import views as office
from plugin.paper import views as paper
from plugin.patient import views as patient
from plugin.settings import Settings, load
from plugin.staff import care_views as care
from plugin.staff import enrolment
from plugin.staff import views as staff
from plugin.status import key_check
from plugin.tool import EXTENSION, Tool, build
from plugin.visits import views as visits


def create_app(settings: Settings | None = None, tool: Tool | None = None) -> Flask:
    """Return the WSGI application; raises at start-up on the first fault in settings or data."""
    tool = tool or build(settings or load())
    app = Application("plugin", static_folder=None)
    app.extensions[EXTENSION] = tool
    app.extensions[worker.EXTENSION] = tasks = worker.Tasks(tool)
    key_check.require(tool.database, tool.now())
    export_orders.init_app(app, tasks.make_exports)
    printing.init_app(app, tool)
    platforms.prepare(tool)

    former_addresses.init_app(app, tool.settings.public_url, tool.settings.former_urls)
    if tool.settings.trusted_proxies:
        # The visitor's address and nothing else: our own address is a setting.
        proxies = ProxyFix(app.wsgi_app, x_for=tool.settings.trusted_proxies, x_proto=0, x_host=0)
        app.wsgi_app = proxies  # type: ignore[method-assign]

    flashes.init_app(app)
    i18n.init_app(app)
    filters.init_app(app)
    assets.init_app(app)
    context.init_app(app)
    errors.init_app(app)
    headers.init_app(app)
    conflicts.init_app(app)
    web.init_app(app)

    app.register_blueprint(platforms.lti_blueprint(tool))
    callers = reminders.channel_settings(tool.settings)
    answers, former = inbound.rules(tool), tool.settings.former_urls
    app.register_blueprint(
        webhooks.create_blueprint(tool.database, callers, answers, tool.now, former)
    )
    app.register_blueprint(health.bp)
    app.register_blueprint(home_screen.bp)
    app.register_blueprint(visit_links.bp)
    app.register_blueprint(films.create_blueprint())
    app.register_blueprint(start.bp, url_prefix="/t/<ref>")
    app.register_blueprint(linking.bp, url_prefix="/t/<ref>")
    for blueprint in admin.create_blueprints():
        app.register_blueprint(blueprint, url_prefix="/t/<ref>/admin")
    app.register_blueprint(patient.create_blueprint(), url_prefix="/t/<ref>")
    app.register_blueprint(staff.create_blueprint(), url_prefix="/t/<ref>/staff")
    app.register_blueprint(enrolment.create_blueprint(), url_prefix="/t/<ref>/staff")
    app.register_blueprint(care.create_blueprint(), url_prefix="/t/<ref>/care")
    app.register_blueprint(visits.create_blueprint(), url_prefix="/t/<ref>/staff/visits")
    app.register_blueprint(library.create_blueprint(), url_prefix="/t/<ref>/staff/library")
    app.register_blueprint(live_sessions.create_blueprint(), url_prefix="/t/<ref>/sessions")
    own_paper, paper_of_others = paper.create_blueprints()
    app.register_blueprint(own_paper, url_prefix="/t/<ref>/paper")
    app.register_blueprint(paper_of_others, url_prefix="/t/<ref>/staff/paper")
    app.register_blueprint(assessor.create_blueprint(), url_prefix="/t/<ref>/assessor")
    app.register_blueprint(office.create_blueprint(), url_prefix="/t/<ref>/office")
    return app
