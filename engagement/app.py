"""Puts the service together: settings, clock, database, doors, pages."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache

from flask import Flask, g
from flask_babel import Babel
from flask_babel import lazy_gettext as _l
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

import engagement.audit.models
import engagement.board.models
import engagement.concerns.models
import engagement.dip_sample.models
import engagement.engagements.models
import engagement.groups.models
import engagement.handover.models
import engagement.ledger.models
import engagement.mail.models
import engagement.notices.models
import engagement.offline.models
import engagement.overdue.models
import engagement.people.models
import engagement.places.models
import engagement.priorities.models
import engagement.returns.models
import engagement.summaries.models
from engagement.access.domain import TABLE, Permission, Role
from engagement.access.guard import check_doors
from engagement.audit.chains import init_chains
from engagement.audit.guard import init_audit_guard
from engagement.board.decision_routes import bp as decisions
from engagement.board.escalation_routes import bp as escalation
from engagement.board.item_routes import bp as board_items
from engagement.board.routes import bp as board
from engagement.concerns.breach_routes import bp as breaches
from engagement.concerns.change_routes import bp as concern_changes
from engagement.concerns.reason_routes import bp as concern_reasons
from engagement.concerns.routes import bp as concerns
from engagement.concerns.work_routes import bp as concern_work
from engagement.core.clock import LONDON, Clock, SystemClock, london_day
from engagement.core.dates import days_over, say_date, say_time
from engagement.db import db, init_db
from engagement.demonstration.routes import bp as demonstration
from engagement.dip_sample.routes import bp as dip_samples
from engagement.engagements.entry_routes import bp as entries
from engagement.engagements.plan_routes import bp as plans
from engagement.engagements.routes import bp as engagements
from engagement.group_import.routes import bp as group_import
from engagement.groups.agreement_routes import bp as agreements
from engagement.groups.contact_routes import bp as contacts
from engagement.groups.routes import bp as groups
from engagement.handover.routes import bp as handover
from engagement.ledger.routes import bp as ledger
from engagement.measures.routes import bp as measures
from engagement.notices.routes import bp as notices
from engagement.offline.held_routes import bp as held
from engagement.offline.held_routes import sync_hand_in
from engagement.offline.patch_routes import bp as patch
from engagement.offline.phone_routes import bp as phones
from engagement.offline.session_routes import bp as device
from engagement.offline.session_routes import init_devices
from engagement.offline.shell_routes import bp as shells
from engagement.offline.sync_routes import bp as sync
from engagement.people.admin_routes import bp as admin
from engagement.people.duty_routes import bp as duty
from engagement.people.routes import bp as people
from engagement.people.team_routes import bp as teams
from engagement.people.watch import init_sign_in
from engagement.priorities.routes import bp as priorities
from engagement.priorities.work_routes import bp as priority_work
from engagement.profile.routes import bp as profile
from engagement.public.routes import bp as public_pages
from engagement.returns.routes import bp as returns
from engagement.search.routes import bp as search
from engagement.settings import ROOT, Settings, load
from engagement.shift.near_routes import bp as near
from engagement.shift.routes import bp as shift
from engagement.summaries.leaving_routes import bp as leaving
from engagement.summaries.routes import bp as summaries
from engagement.summaries.stop_routes import bp as stopping
from engagement.summaries.stop_routes import stop as one_click
from engagement.web.application import DiaryFlask
from engagement.web.compiling import init_compiling
from engagement.web.compression import init_compression
from engagement.web.cookies import cookie_name
from engagement.web.errors import init_errors
from engagement.web.frame import BAR, init_frame
from engagement.web.headers import init_headers
from engagement.web.links import KeyConverter, address_with, init_links
from engagement.web.logs import begin_logging, init_access_log
from engagement.web.moment import today
from engagement.web.sessions import init_sessions
from engagement.web.static_files import asset, static_folder_address
from engagement.web.words import init_words

# Every table is known to the migrations, whether a page uses it or not.
TABLES = (
    engagement.audit.models,
    engagement.board.models,
    engagement.concerns.models,
    engagement.dip_sample.models,
    engagement.engagements.models,
    engagement.groups.models,
    engagement.handover.models,
    engagement.ledger.models,
    engagement.mail.models,
    engagement.offline.models,
    engagement.notices.models,
    engagement.overdue.models,
    engagement.people.models,
    engagement.places.models,
    engagement.priorities.models,
    engagement.returns.models,
    engagement.summaries.models,
)

FEATURES = (
    people, admin, teams, duty, shift, near, groups, contacts, agreements, profile, engagements, entries, plans,
    concerns, concern_changes, concern_reasons, concern_work, breaches, board, board_items, decisions, escalation, dip_samples,
    summaries, leaving, stopping, measures, search, priorities, priority_work, returns, handover, notices, group_import, ledger,
    public_pages, shells, device, patch, sync, held, phones,
)  # fmt: skip

# What stands in the header on a desk; the first four are the bar of a phone.
NAVIGATION = (
    ("/", _l("Shift"), Permission.READ_DIARY),
    ("/engagements/new", _l("Log"), Permission.WRITE_DIARY),
    ("/groups", _l("Groups"), Permission.READ_DIARY),
    ("/concerns", _l("Concerns"), Permission.READ_DIARY),
    ("/search", _l("Search"), Permission.READ_DIARY),  # a box of its own in the header: see components/header.html
    ("/overdue", _l("Overdue"), Permission.SEE_BOARD),
    ("/priorities", _l("Priorities"), Permission.EDIT_SUMMARY),
    ("/summaries", _l("Summaries"), Permission.EDIT_SUMMARY),
    ("/measures", _l("Measures"), Permission.SEE_TOTALS),
    ("/admin", _l("Administration"), Permission.ADMINISTER),
)


def create_app(settings: Settings, clock: Clock | None = None, *, pooled: bool = True) -> Flask:
    """The service, ready to be served; refuses to be made when a view has no door."""
    app = DiaryFlask(
        "engagement",
        template_folder=str(ROOT / "templates"),
        root_path=str(ROOT / "engagement"),
        static_url_path=static_folder_address(),
    )
    secure = settings.public_url.startswith("https:")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.former_keys),
        SESSION_COOKIE_NAME=cookie_name("diary", secure=secure),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.number("sessions", "phone_idle_hours")),
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="en",
        BABEL_DEFAULT_TIMEZONE="Europe/London",
    )
    app.extensions["settings"] = settings
    app.extensions["clock"] = clock or SystemClock()
    app.url_map.converters["int"] = KeyConverter
    if settings.tree["service"]["behind_proxy"]:  # else everybody's tries at the door would be counted as the proxy's
        app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]
    init_db(app, settings.database_url, pooled=pooled)
    Migrate(app, db, directory=str(ROOT / "migrations"), compare_type=True, render_as_batch=True)
    Babel(app)
    init_compression(app)  # registered first, so that it works last, on the finished answer
    init_access_log(app)
    init_headers(app)
    init_links(app)
    init_errors(app)
    init_chains(app, settings.secret_key)
    init_audit_guard(app)
    init_sign_in(app)  # before CSRF: a form posted after the session ended is carried, not refused
    init_devices(app)
    csrf = init_sessions(app)
    csrf.exempt(sync_hand_in)  # a phone without a session: its signed token says whose entries it holds
    csrf.exempt(one_click)  # RFC 8058: a mail program has no cookie and no form token
    init_words(app)
    init_compiling(app)
    _init_templates(app, settings)
    for blueprint in FEATURES:
        app.register_blueprint(blueprint)
    if settings.demonstration:
        app.register_blueprint(demonstration)
    check_doors(app)
    return app


def from_environment() -> Flask:
    """The service with the settings of its environment: what the web server starts."""
    begin_logging()
    return create_app(load())


def _say_day(when: date | None) -> str:
    """A day in words; a moment is said as the day it was in London."""
    return say_date(london_day(when) if isinstance(when, datetime) else when, today()) if when else ""


def _say_clock(when: datetime | None) -> str:
    """A moment's time of day in London."""
    return say_time(when.astimezone(LONDON).time()) if when else ""


def _init_templates(app: Flask, settings: Settings) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        asset=asset, address_with=address_with, service_name=settings.text("service", "name"), demonstration=settings.demonstration
    )
    app.jinja_env.filters.update(
        day=_say_day,
        clock=_say_clock,
        moment=lambda moment: f"{say_date(london_day(moment), today())}, {say_time(moment.astimezone(LONDON).time())}" if moment else "",
        days_over=days_over,
    )

    with app.app_context():
        navigation = [(href, str(label), needs) for href, label, needs in NAVIGATION]

    @cache
    def offered(roles: frozenset[Role]) -> tuple[tuple[str, str], ...]:
        may = frozenset().union(*(TABLE[role] for role in roles))
        return tuple((href, label) for href, label, needs in navigation if needs in may)

    init_frame(app, lambda actor: offered(actor.roles), tuple((href, label) for href, label, _needs in navigation[:BAR]))
    app.context_processor(lambda: {"actor": getattr(g, "actor", None), "shell": g.get("shell", False)})
