"""Calls for other programs, at addresses that stay: calendars, Atom, JSON Feed, open data and a CSV."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.exports.feeds import calendar as ics
from app.exports.feeds import news, open_calls
from app.extensions import db
from app.programmes import queries
from app.programmes.deadlines import standing
from app.programmes.finding import find, wish_of
from app.programmes.partnerships import cooperations
from app.programmes.queries import PublicCall
from app.running import settings
from app.web.doors import now, public
from app.web.public.listing import entries_of
from app.web.public.telling.blocks import words
from app.web.public.telling.dates import in_every_zone
from app.web.public.views import STATUSES, public_call
from app.web.shared import shared
from app.web.words import language

bp = Blueprint("feeds", __name__)


def _rows() -> list[PublicCall]:
    """The calls that match what the address asks for, as on the list."""
    rows, at = queries.public_rows(db.session(), now()), now()
    wanted = {entry.key for entry in find(wish_of(request.args), entries_of(rows, at)).entries}
    return [row for row in rows if row.key in wanted]


def _absolute(path: str) -> str:
    return settings().base_url + path


def page_of(key: str) -> str:
    """The whole address of a call's page."""
    return _absolute(url_for("public.call", key=key))


def _file(body: str | bytes, mimetype: str, name: str) -> Response:
    return Response(body, mimetype=mimetype, headers={"Content-Disposition": f'inline; filename="{name}"'})


@bp.get("/calls.ics")
@public
@shared
def calendar() -> ResponseReturnValue:
    """Openings and deadlines of every call."""
    occasions = [occasion for row in _rows() for occasion in _occasions(row)]
    return _file(ics.calendar(gettext("Joint research calls"), occasions), ics.MIMETYPE, "calls.ics")


@bp.get("/calls/<key>.ics")
@public
@shared
def call_calendar(key: str) -> ResponseReturnValue:
    """Opening, deadlines and the day of the decision of one call."""
    row = public_call(key)
    return _file(ics.calendar(words(row.definition.title), _occasions(row)), ics.MIMETYPE, f"{key}.ics")


def _occasions(row: PublicCall) -> Iterator[ics.Occasion]:
    call, title, url = row.definition, words(row.definition.title), page_of(row.key)
    stamp = row.public_since or row.opens_at or row.closes_at
    if stamp is None:
        return

    def occasion(name: str, what: str, at: datetime) -> ics.Occasion:
        return ics.Occasion(f"{row.key}-{name}@tandem", f"{what}: {title}", at, in_every_zone(call, at), url, stamp)

    if row.opens_at is not None:
        yield occasion("opens", gettext("Opens"), row.opens_at)
    if call.outline is not None and call.outline.closes is not None and call.outline.closes.instant is not None:
        yield occasion("outline-closes", gettext("Outlines close"), call.outline.closes.instant)
    for side in call.sides:
        for own in side.internal_deadlines:
            if own.moment.instant is not None:
                what = f"{side.short}, {words(own.title)}"
                yield occasion(f"{side.key}-{own.key}", what, own.moment.instant)
    if row.closes_at is not None:
        yield occasion("closes", gettext("Deadline"), row.closes_at)
    if call.decision_by is not None:
        what = gettext("Decision no later than") + f": {title}"
        yield ics.Occasion(f"{row.key}-decision@tandem", what, call.decision_by, (), url, stamp)


def _feed(endpoint: str) -> news.Feed:
    items = []
    for row in _rows():
        since = row.public_since
        if since is None or since > now():
            continue
        call, status = row.definition, gettext(STATUSES[standing(row, now())][0])
        lines = [words(call.summary), gettext("Status") + f": {status}"]
        lines += [gettext("Deadline") + ":", *in_every_zone(call, row.closes_at)] if row.closes_at else []
        url = page_of(row.key)
        items.append(news.Item(url, words(call.title), "\n".join(lines), url, since, (status, call.programme)))
    items.sort(key=lambda item: item.published, reverse=True)
    chosen = request.args.to_dict()
    address = _absolute(url_for(endpoint) + (f"?{urlencode(chosen)}" if chosen else ""))
    return news.Feed(gettext("Joint research calls"), language(), _absolute(url_for("public.home")), address, items)


@bp.get("/calls.atom")
@public
@shared
def atom() -> ResponseReturnValue:
    """News of calls as Atom."""
    return Response(news.atom(_feed("feeds.atom")), mimetype=news.ATOM)


@bp.get("/calls.feed.json")
@public
@shared
def json_feed() -> ResponseReturnValue:
    """News of calls as JSON Feed."""
    return Response(news.json_feed(_feed("feeds.json_feed")), mimetype=news.JSON_FEED)


def _data() -> list[dict[str, Any]]:
    programmes = cooperations().programmes
    return [
        open_calls.call_data(row, standing(row, now()), programmes.get(row.definition.programme), page_of(row.key))
        for row in _rows()
    ]


@bp.get("/calls.json")
@public
@shared
def open_data() -> ResponseReturnValue:
    """Every call that the public may see, in the shape of /calls.schema.json."""
    return _json(open_calls.calls_data(_data()))


@bp.get("/calls.schema.json")
@public
def schema() -> ResponseReturnValue:
    """The shape of /calls.json."""
    return _json(open_calls.SCHEMA)


@bp.get("/calls.csv")
@public
@shared
def table() -> ResponseReturnValue:
    """The same as a CSV, for a daily fetch."""
    return _file(open_calls.calls_csv(_data()), "text/csv", "calls.csv")


def _json(data: Any) -> Response:
    return Response(json.dumps(data, ensure_ascii=False, indent=1) + "\n", mimetype="application/json")


def grant_json(row: PublicCall) -> str:
    """The call for search engines, safe to stand inside a page."""
    text = json.dumps(open_calls.grant(row, page_of(row.key), language()), ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
