"""Taking the tables of a call out of the house. A download is a deed, so it is a form and a line in the trail."""

from __future__ import annotations

from uuid import UUID

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from app.access import scope
from app.exports.registry import EXPORTS, make
from app.exports.tables import within
from app.extensions import db
from app.kernel.transaction import transaction
from app.policy.vocabulary import Action
from app.programmes.models import Call
from app.reviews import queries as judging
from app.web.doors import here, now, on_call, viewer
from app.web.office import bp
from app.web.words import language


@bp.get("/calls/<uuid:call_id>/exports")
@on_call(Action.EXPORT_CALL)
def exports(call_id: UUID) -> ResponseReturnValue:
    """What can be taken out, and what is left out as long as a panel is sealed."""
    panels = judging.panels_of_call(db.session(), call_id, readable=scope.readable_panels(viewer(), call_id))
    files = [(name, export.title.in_(language()), export.about.in_(language())) for name, export in EXPORTS.items()]
    sealed = [panel.title.in_(language()) for panel in panels if not panel.is_readable]
    return render_template("office/exports/exports.html", call_id=call_id, files=files, sealed=sealed)


@bp.post("/calls/<uuid:call_id>/exports/<name>")
@on_call(Action.EXPORT_CALL)
def export(call_id: UUID, name: str) -> ResponseReturnValue:
    """Make the file of what this person may see, and note who took it."""
    with transaction(db.session()) as work:
        file = make(
            work, name, here(Call).thing, within(viewer(), call_id), by=here(Call).acting, at=now(), locale=language()
        )
    answer = Response(file.content, mimetype=file.media_type.split(";")[0], content_type=file.media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=file.name)
    return answer
