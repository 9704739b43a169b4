"""Mail about calls: asked for by anybody, confirmed by its reader, once each, and stopped with one press."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_string, policy
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.cli import work
from app.communications.models import Letter, MailboxMessage, Subscription
from app.kernel.database import scoped
from app.programmes import alerts
from app.programmes import services as programmes
from app.programmes.alerts import Subject
from app.programmes.definition import Moment, load_catalogue
from app.programmes.finding import Wish
from app.programmes.queries import definition_of
from tests.conftest import Clock
from tests.forms import press, text_of
from tests.stages import ki_office
from tests.world import CLOSES, KEY, World

Do = Callable[..., Any]
WHO = "reader@elsewhere.example"
MODEL = load_catalogue()[KEY]


def mails(app: Flask, do: Do) -> list[Any]:
    """What has been delivered to the reader, oldest first."""
    work.remind(app)
    work.deliver(app)
    raw = do(
        lambda s: s.scalars(
            select(MailboxMessage.raw).where(MailboxMessage.sent_to == WHO).order_by(MailboxMessage.at)
        ).all()
    )
    return [message_from_string(each, policy=policy.default) for each in raw]


def link_in(message: Any) -> str:
    text = message.get_body(("plain",)).get_content()
    return "/alerts/" + text.split("/alerts/")[1].split()[0]


def ask(client: FlaskClient, path: str = "/", **typed: str) -> Any:
    return press(client, client.get(path), "Send me the link", address=WHO, **typed)


def subscribe(client: FlaskClient, app: Flask, do: Do, path: str = "/", **typed: str) -> str:
    """Asked for and confirmed; the address of its page."""
    ask(client, path, **typed)
    link = link_in(mails(app, do)[-1])
    press(client, client.get(link), "Confirm the address")
    return link


def another_call(world: World, do: Do, key: str, at: datetime, **changes: Any) -> None:
    closes = Moment((CLOSES + timedelta(days=90)).date(), CLOSES.time(), "UTC")
    declared = replace(
        MODEL, key=key, reference_prefix=key.upper(), announced=None, closes=closes, decision_by=None, **changes
    )

    def arrange(session: Any) -> None:
        call = programmes.import_call(session, declared, by=ki_office(world), at=at)
        programmes.announce(session, call, definition_of(session, call), by=ki_office(world), at=at)

    do(arrange)


def subjects(app: Flask, do: Do) -> list[str]:
    return [str(message["Subject"]) for message in mails(app, do)]


def test_nothing_but_the_link_is_sent_before_it_is_confirmed(
    app: Flask, client: FlaskClient, world: World, do: Do, time: Clock
) -> None:
    answer = ask(client, f"/calls/{KEY}", days="3")
    assert "a link is on its way" in text_of(answer)
    assert len(mails(app, do)) == 1
    time.at = datetime(2027, 3, 29, 9, tzinfo=UTC)
    assert subjects(app, do) == ["Confirm that you want to be told of calls"]


def test_looking_at_the_link_changes_nothing(app: Flask, client: FlaskClient, world: World, do: Do) -> None:
    ask(client)
    link = link_in(mails(app, do)[0])
    for path in (link, f"{link}/stop", link):
        assert client.get(path).status_code == 200
    assert do(lambda s: s.scalars(select(Subscription.confirmed_at)).one()) is None


def test_a_reminder_comes_once_at_nine_in_the_chosen_zone(
    app: Flask, client: FlaskClient, world: World, do: Do, time: Clock
) -> None:
    subscribe(client, app, do, f"/calls/{KEY}", days="7", zone="America/Chicago")
    nine = datetime(2027, 3, 25, 14, 0, tzinfo=UTC)  # 09:00 in Rochester, summer time there already
    time.at = nine - timedelta(seconds=1)
    assert len(mails(app, do)) == 1
    time.at = nine
    assert subjects(app, do)[-1] == f"7 days left: {MODEL.title.en}"
    time.move(hours=1)
    assert len(mails(app, do)) == 2
    assert "Mayo: 1 Apr 2027, 07:00 CDT" in mails(app, do)[-1].get_body(("plain",)).get_content()


def test_a_reminder_that_is_half_a_day_late_is_left_out(
    app: Flask, client: FlaskClient, world: World, do: Do, time: Clock
) -> None:
    subscribe(client, app, do, f"/calls/{KEY}", days="7")
    time.at = datetime(2027, 3, 25, 20, 1, tzinfo=UTC)
    assert len(mails(app, do)) == 1


def test_new_calls_that_match_are_told_once_and_old_ones_not(
    app: Flask, client: FlaskClient, world: World, do: Do, time: Clock
) -> None:
    subscribe(client, app, do, "/?year=2027&status=open")
    time.move(minutes=5)
    another_call(world, do, "later", time.at)
    another_call(world, do, "other", time.at, year=2028)
    time.move(minutes=5)
    assert subjects(app, do)[1:] == [f"New call: {MODEL.title.en}"]
    assert len(mails(app, do)) == 2


def test_a_forecast_is_news_and_its_announcement_again(
    app: Flask, client: FlaskClient, world: World, do: Do, time: Clock
) -> None:
    subscribe(client, app, do)
    time.move(minutes=5)
    declared = replace(MODEL, key="planned", reference_prefix="PLAN", announced=None)

    def forecast(session: Any) -> None:
        call = programmes.import_call(session, declared, by=ki_office(world), at=time.at)
        programmes.publish_forecast(session, call, by=ki_office(world), at=time.at)

    do(forecast)
    assert subjects(app, do)[1:] == [f"Planned call: {MODEL.title.en}"]


@pytest.mark.parametrize("end", ["", "/stop"])
def test_one_press_stops_it_and_forgets_the_address(
    app: Flask, client: FlaskClient, world: World, do: Do, end: str
) -> None:
    link = subscribe(client, app, do)
    assert "forgotten" in text_of(press(client, client.get(link + end), "Stop these mails"))
    kept = do(
        lambda s: (
            s.scalar(select(func.count()).select_from(Subscription)),
            s.scalar(scoped(select(func.count()).select_from(Letter))),
        )
    )
    assert kept == (0, 0)
    assert client.post(f"{link}/stop").status_code == 200
    assert client.get(link).status_code == 404


def test_mail_programs_can_stop_it_themselves(app: Flask, client: FlaskClient, world: World, do: Do) -> None:
    link = subscribe(client, app, do)
    message = mails(app, do)[0]
    assert message["List-Unsubscribe"] == f"<http://localhost{link}/stop>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_nobody_can_flood_an_address_and_nobody_learns_whether_it_is_known(
    app: Flask, client: FlaskClient, world: World, do: Do, time: Clock
) -> None:
    answers = {text_of(ask(client, f"/?q={word}")) for word in ("one", "two", "three")}
    assert len(mails(app, do)) == 1  # one an hour
    for _ in range(30):
        time.move(minutes=20)
        ask(client, "/?q=four")
    assert len(mails(app, do)) == 3  # three a day
    assert len(answers) == 1


def test_a_known_and_confirmed_address_gets_no_second_link(
    app: Flask, client: FlaskClient, world: World, do: Do, time: Clock
) -> None:
    new = text_of(ask(client))
    subscribe(client, app, do)
    time.move(days=2)
    assert text_of(ask(client)) == new
    assert len(mails(app, do)) == 1


def test_asking_too_often_from_one_place_is_refused_in_words_and_keeps_what_was_typed(
    client: FlaskClient, world: World
) -> None:
    for _ in range(10):
        ask(client)
    answer = ask(client)
    assert answer.status_code == 422
    assert "too often" in text_of(answer) and WHO in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"address": "nobody"}, "This is not an e-mail address."),
        ({"zone": "Mars/Olympus"}, "Choose a time zone"),
        ({"zone": "../../etc/passwd"}, "Choose a time zone"),
        ({"days": "99"}, "Choose how many days"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(
    client: FlaskClient, world: World, typed: dict[str, str], words: str
) -> None:
    answer = client.post("/alerts", data={"address": WHO, "zone": "UTC", "days": "7"} | typed)
    assert answer.status_code == 422 and words in text_of(answer)


def test_a_forged_link_opens_nothing(client: FlaskClient, world: World) -> None:
    for token in ("x", "A" * 48):
        assert client.get(f"/alerts/{token}").status_code == 404
        assert client.post(f"/alerts/{token}/stop").status_code == 404


def test_a_call_under_embargo_cannot_be_asked_for(client: FlaskClient, world: World) -> None:
    assert client.post("/alerts", data={"address": WHO, "call": "nothing", "zone": "UTC"}).status_code == 404


def test_an_address_that_was_never_confirmed_is_forgotten_after_a_week(
    app: Flask, client: FlaskClient, world: World, do: Do, time: Clock
) -> None:
    ask(client)
    mails(app, do)
    time.move(days=8)
    work.remind(app)
    assert do(lambda s: s.scalar(select(func.count()).select_from(Subscription))) == 0


def test_the_worker_asks_no_more_for_more_addresses(
    world: World, do: Do, app: Flask, statements: Callable[[], Any]
) -> None:
    def add(session: Any, number: int) -> None:
        at = CLOSES - timedelta(days=60)
        session.add(
            Subscription(
                address=f"r{number}@elsewhere.example", subject=Subject(wish=Wish(q="cancer")).text, days_before=7,
                zone="UTC", locale="en", created_at=at, confirmed_at=at,
            )
        )  # fmt: skip

    def asked() -> int:
        with statements() as seen:
            do(lambda s: alerts.tell_all(s, {}, CLOSES - timedelta(days=40)))
        return len(seen)

    do(lambda s: add(s, 0))
    one = asked()
    do(lambda s: [add(s, number) for number in range(1, 9)])
    assert asked() == one
