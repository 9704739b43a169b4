"""Which audiences have doors here. The demonstration's exist only when it is on and the server listens on loopback."""

from __future__ import annotations

from flask import Flask

from app.config import Settings
from app.web.doors import public


def open_all(app: Flask, settings: Settings) -> None:
    """Register every blueprint."""
    from app.web.account.codes import bp as codes
    from app.web.account.profile import bp as profile
    from app.web.account.views import bp as account
    from app.web.admin import awards  # noqa: F401  # hangs its pages on the blueprint
    from app.web.admin.views import bp as admin
    from app.web.api.views import bp as api
    from app.web.applicant import (  # noqa: F401  # they hang their pages on the blueprint
        autosaving,
        checking,
        discarding,
        history,
        improving,
        receipt,
        sides,
        writing,
    )
    from app.web.applicant.beginning import bp as begin
    from app.web.applicant.corrections import bp as corrections
    from app.web.applicant.membership import bp as membership
    from app.web.applicant.one_pdf import bp as one_pdf
    from app.web.applicant.overview import bp as overview
    from app.web.applicant.shown import bp as applicant
    from app.web.applicant.stages import bp as rejoinder
    from app.web.applicant.team import bp as team
    from app.web.approver.views import bp as approver
    from app.web.files import bp as files
    from app.web.keeping import bp as keeping
    from app.web.letters.views import bp as letters
    from app.web.links.mails import bp as mails
    from app.web.links.views import bp as links
    from app.web.notices.views import bp as notices
    from app.web.office import bp as office
    from app.web.panel.views import bp as panel
    from app.web.papers import bp as papers
    from app.web.partner import late, office_paper  # noqa: F401  # they hang their pages on the blueprint
    from app.web.partner.views import bp as partner
    from app.web.public import call, listing, quiz  # noqa: F401  # they hang their pages on the blueprint
    from app.web.public.alerts import bp as alerts
    from app.web.public.awards import bp as past
    from app.web.public.feeds import bp as feeds
    from app.web.public.partnerships import bp as partnerships
    from app.web.public.programmes import bp as programmes
    from app.web.public.views import bp as public_pages
    from app.web.reviewer.views import bp as reviewer

    for blueprint in (public_pages, account, applicant, approver, partner, reviewer, panel, office, admin, api):
        app.register_blueprint(blueprint)
    for blueprint in (partnerships, programmes, files, rejoinder, feeds, alerts, past, keeping, notices):
        app.register_blueprint(blueprint)
    for blueprint in (codes, links, mails, letters, one_pdf, papers):
        app.register_blueprint(blueprint)
    for blueprint in (begin, overview, corrections, team, membership, profile):
        app.register_blueprint(blueprint)
    if settings.is_demo:
        from app.web.demo.views import bp as demo

        app.register_blueprint(demo)
    app.view_functions["static"] = public(app.view_functions["static"])
