"""Partnerships and programmes as everybody sees them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.programmes import partnerships, services
from app.programmes.definition import ProgrammeStatus, load_catalogue
from app.web.public import programmes as pages
from tests.forms import links, text_of
from tests.stages import ki_office
from tests.world import ANNOUNCED, World


def test_every_partnership_and_programme_has_its_page_in_both_languages(client: FlaskClient, world: World) -> None:
    both = partnerships.cooperations()
    paths = ["/partnerships", "/programmes"]
    paths += [f"/partnerships/{key}" for key in both.partnerships] + [f"/programmes/{key}" for key in both.programmes]
    for path in paths:
        for language in ("en", "sv"):
            answer = client.get(path, headers={"Accept-Language": language})
            assert (path, answer.status_code) == (path, 200)
            assert f'<html lang="{language}">' in answer.get_data(as_text=True)


def test_the_list_leads_to_every_partnership(client: FlaskClient, world: World) -> None:
    found = set(links(client.get("/partnerships")).values())
    assert {f"/partnerships/{key}" for key in partnerships.cooperations().partnerships} <= found


def test_a_partnership_shows_agreement_renewal_activities_and_sources(client: FlaskClient, world: World) -> None:
    text = text_of(client.get("/partnerships/md-anderson"))
    assert all(each in text for each in ("Signed May 2013", "Renewed May 2018", "Nordic GAP", "Visits of clinicians"))
    assert "Source: blog.ki.se" in text
    assert "Projects funded 9" in text


def test_what_is_unknown_is_said_with_its_reason(client: FlaskClient, world: World) -> None:
    assert "not known: No public text of an agreement was found." in text_of(client.get("/partnerships/dkfz"))


def test_days_are_as_exact_as_their_source_and_in_the_readers_language(client: FlaskClient, world: World) -> None:
    text = text_of(client.get("/partnerships/nio-hungary", headers={"Accept-Language": "sv"}))
    assert "30 juli 2021" in text
    assert "Undertecknat 2011" in text_of(client.get("/partnerships/mayo-clinic", headers={"Accept-Language": "sv"}))


def test_a_programme_shows_its_calls_past_and_present(
    client: FlaskClient, world: World, do: Callable[..., Any]
) -> None:
    past, hidden = load_catalogue()["mayo-ki-breast-2021"], load_catalogue()["mayo-ki-breast-2026-fictional"]
    do(lambda s: services.import_call(s, past, by=ki_office(world), at=ANNOUNCED, is_decided=True))
    do(lambda s: services.import_call(s, hidden, by=ki_office(world), at=ANNOUNCED))
    text = text_of(client.get("/programmes/mayo-ki-breast"))
    assert past.title.en in text and "Decided" in text and "2021-04-01" in text
    assert load_catalogue()[world.call_key].title.en in text
    assert hidden.title.en not in text


def test_the_number_of_statements_does_not_grow_with_the_calls(
    client: FlaskClient, world: World, do: Callable[..., Any], statements: Callable[..., Any]
) -> None:
    client.get("/programmes/mayo-ki-breast")
    with statements() as few:
        client.get("/programmes/mayo-ki-breast")
    past = load_catalogue()["mayo-ki-breast-2021"]
    do(lambda s: services.import_call(s, past, by=ki_office(world), at=ANNOUNCED, is_decided=True))
    client.get("/programmes/mayo-ki-breast")
    with statements() as more:
        client.get("/programmes/mayo-ki-breast")
    assert len(few) == len(more)


def test_a_retired_programme_says_so_and_keeps_its_page(
    client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = partnerships.cooperations()
    retired = replace(both.programmes["mayo-ki-breast"], status=ProgrammeStatus.RETIRED)
    changed = partnerships.belonging(both.partnerships, {**both.programmes, retired.key: retired})
    monkeypatch.setattr(pages, "cooperations", lambda: changed)
    text = text_of(client.get("/programmes/mayo-ki-breast"))
    assert "Retired" in text and "Its awards, reports and archive are kept." in text


def test_a_programme_of_which_no_source_tells_whether_it_goes_on_says_so(client: FlaskClient, world: World) -> None:
    for address in ("/programmes", "/programmes/ki-mayo-travel-awards"):
        text = text_of(client.get(address))
        assert "Not known whether it goes on" in text and "Active" not in text


def test_what_is_not_there_is_not_found(client: FlaskClient, world: World) -> None:
    assert client.get("/partnerships/nowhere").status_code == 404
    assert client.get("/programmes/nothing").status_code == 404


def test_the_navigation_leads_there_and_says_where_one_is(client: FlaskClient, world: World) -> None:
    page = client.get("/partnerships").get_data(as_text=True)
    assert '<a href="/partnerships" aria-current="page">' in page
    assert '<a href="/programmes">' in page
