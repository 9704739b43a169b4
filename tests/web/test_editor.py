"""The editor of a call in the browser: a control for every key, everything kept, nobody's change lost."""

from __future__ import annotations

import copy
import io
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import models
from app.identities import services as identities
from app.identities.models import Person, Role
from app.kernel.database import scoped
from app.programmes import editing, queries, revising, services
from app.programmes.definition import load_catalogue, to_data
from app.programmes.definition import shape as s
from app.programmes.definition.keys.top import GROUPS, SHAPE
from app.programmes.definition.toml import to_toml
from app.programmes.models import Call, CallState
from app.web.office.declaration.choices import Choices
from app.web.office.declaration.controls import control_of
from tests import stages
from tests.conftest import Clock
from tests.forms import follow, forms, press, text_of, tree
from tests.web.test_announce import EARLY, imported
from tests.world import World

Do = Callable[[Callable[[Session], Any]], Any]
As = Callable[[Any], FlaskClient]
OTHER = "mayo-ki-breast-2021"


@pytest.fixture
def office(world: World, as_: As) -> FlaskClient:
    return as_(world.ki_coordinator)


@pytest.fixture
def draft(world: World, do: Do, time: Clock) -> Any:
    """A call that is not announced; Kajsa coordinates KI's side of it."""
    time.at = EARLY
    return imported(do, world)


def base(call: Any) -> str:
    return f"/office/calls/{call}/declaration"


def data_of(do: Do, call: Any) -> Mapping[str, Any]:
    """The working copy, or the declaration as it stands."""

    def read(session: Session) -> Any:
        work = queries.working_copy(session, call)
        return copy.deepcopy((work or queries.newest_version(session, call)).data)

    found: Mapping[str, Any] = do(read)
    return found


def names_on(page: Any) -> set[str]:
    """The names of all controls on a page that a label or a legend names."""
    return {e.get("name") or "" for tag in ("input", "textarea", "select", "button") for e in tree(page).iter(tag)}


def with_everything() -> dict[str, Any]:
    """A declaration, sound or not, in which every table and list has an entry."""

    def filled(record: s.Record) -> dict[str, Any]:
        entry: dict[str, Any] = {}
        for key in record.keys:
            if isinstance(key.value, s.Record):
                entry[key.name] = filled(key.value)
            elif isinstance(key.value, s.Records):
                entry[key.name] = [filled(key.value.record)]
            elif isinstance(key.value, s.Name):
                entry[key.name] = "x"
        return entry or {"nothing": 1}

    return filled(SHAPE)


def places(data: Mapping[str, Any], record: s.Record, path: str = "") -> Iterator[tuple[str, s.Record]]:
    """Every entry of a declaration, with the description of its keys."""
    for key in record.keys:
        here = f"{path}.{key.name}" if path else key.name
        if isinstance(key.value, s.Record):
            yield here, key.value
            yield from places(data, key.value, here)
        elif isinstance(key.value, s.Records):
            yield f"{here}[0]", key.value.record
            yield from places(data, key.value.record, f"{here}[0]")


def test_every_key_of_the_declaration_has_its_labelled_control_with_help(
    world: World, do: Do, office: FlaskClient, draft: Any
) -> None:
    def fill(session: Session) -> None:
        call, by = session.get_one(Call, draft), stages.ki_office(world)
        work = revising.open_copy(session, call, by=by, at=EARLY)
        revising.change(session, work, with_everything(), by=by, at=EARLY)

    do(fill)
    data = data_of(do, draft)
    pages = [(f"{base(draft)}/groups/{name}", s.Record(name, dict, keys), "", name) for name, keys in GROUPS]
    pages += [(f"{base(draft)}/entry?at={path}", record, path, "") for path, record in places(data, SHAPE)]
    lacking: list[str] = []
    for address, record, path, group in pages:
        page = office.get(address)
        assert page.status_code == 200, address
        found, text = editing.place(data, path, group), text_of(page)
        drawn, labels = names_on(page), {e.get("for") for e in tree(page).iter("label")}
        ids = {e.get("id"): e for e in tree(page).iter() if e.get("id")}
        for key in record.keys:
            control = control_of(key, found, Choices(data, "en"), "en")
            lacking += [f"{address}: no control {name}" for name in control.names if name not in drawn]
            lacking += [f"{address}: {key.name} without help"] if key.help.en not in text else []
            lacking += [f"{address}: {key.name} without its title"] if key.title.en not in text else []
            if key.unknown and not isinstance(key.value, s.Record | s.Records) and f"{key.name}.unknown" not in drawn:
                lacking.append(f"{address}: {key.name} cannot be marked unknown")
        lacking += [
            f"{address}: {each.get('id')} has no label"
            for each in ids.values()
            if each.tag in ("input", "textarea", "select")
            and each.get("type") != "hidden"
            and each.get("id") not in labels
        ]
    assert lacking == []
    assert len(pages) > 35
    assert "toml" not in {
        (e.get("name") or "") for e in tree(office.get(f"{base(draft)}/groups/form")).iter("textarea")
    }


def test_keeping_a_page_as_it_is_changes_nothing(do: Do, office: FlaskClient, draft: Any) -> None:
    before = data_of(do, draft)
    paths = [f"groups/{name}" for name, _ in GROUPS]
    paths += ["entry?at=sides[ki]", "entry?at=questions[area]", "entry?at=scales[nih]", "entry?at=decision"]
    known = [path for path in paths if office.get(f"{base(draft)}/{path}").status_code == 200]
    for path in known:
        page = office.get(f"{base(draft)}/{path}")
        assert press(office, page, "^Keep$").status_code == 200
    assert data_of(do, draft) == before
    assert len(known) >= 9


def test_what_is_wrong_is_kept_and_told_beside_its_field(do: Do, office: FlaskClient, draft: Any) -> None:
    page = office.get(f"{base(draft)}/groups/dates")

    kept = press(office, page, "^Keep$", **{"grace_minutes": "soon", "closes.time": "25:00", "reminders": "7, x"})

    assert kept.status_code == 200
    data = data_of(do, draft)
    assert (data["grace_minutes"], data["closes"]["time"], data["reminders"]) == ("soon", "25:00:00", [7, "x"])
    assert 'value="soon"' in kept.get_data(as_text=True)
    for wrong in ("“soon” is not a whole number", "is not a clock time", "a list of days before the deadline"):
        assert wrong in text_of(kept)
    overview = office.get(base(draft))
    assert "grace_minutes" in text_of(overview)
    assert follow(office, overview, "^grace_minutes$").request.path.endswith("/groups/dates")
    refused = press(office, overview, "^Take the changes over$")
    assert (refused.status_code, "“soon” is not a whole number" in text_of(refused)) == (422, True)


def test_a_mistake_is_told_in_swedish(do: Do, office: FlaskClient, draft: Any) -> None:
    page = office.get(f"{base(draft)}/groups/dates")
    press(office, page, "^Keep$", grace_minutes="soon")
    office.post("/language", data={"locale": "sv", "next": "/"})

    told = text_of(office.get(base(draft)))

    assert "“soon” är inget heltal" in told
    assert "is not a whole number" not in told


def test_an_unknown_is_marked_with_its_reason_and_stands_in_the_way(do: Do, office: FlaskClient, draft: Any) -> None:
    page = office.get(f"{base(draft)}/groups/money")
    press(office, page, "^Keep$", **{"max_awards": "", "max_awards.unknown": "The sides still discuss it."})

    assert data_of(do, draft)["max_awards"] == {"unknown": "The sides still discuss it."}
    assert "The sides still discuss it." in text_of(office.get(base(draft)))


def test_entries_are_added_moved_copied_and_taken_out_with_buttons(do: Do, office: FlaskClient, draft: Any) -> None:
    address = f"{base(draft)}/groups/review"
    before = [each["key"] for each in data_of(do, draft)["criteria"]]

    def keys() -> list[str]:
        return [each["key"] for each in data_of(do, draft)["criteria"]]

    def then(deed: str) -> Any:
        page = office.get(address)
        form = next(form for form in forms(page) if "_was" in form.fields)
        return office.post(address, data={**form.fields, "_then": deed}, follow_redirects=True)

    then(f"down:criteria[{before[0]}]")
    assert keys()[:2] == [before[1], before[0]]
    then(f"up:criteria[{before[0]}]")
    assert keys() == before
    then(f"copy:criteria[{before[0]}]")
    assert keys()[:2] == [before[0], f"{before[0]}_2"]
    then(f"remove:criteria[{before[0]}_2]")
    assert keys() == before
    made = then("add:criteria")
    assert keys() == [*before, "criteria"] or keys() == [*before, "criteria_2"] or len(keys()) == len(before) + 1
    assert made.request.path.endswith("/entry")
    for nonsense in ("up:criteria[nothing]", "copy:decision", "add:title", "add:nothing", "open:title", "remove:x[9]"):
        assert then(nonsense).status_code == 409
    assert office.post(f"{base(draft)}/entry", data={"_then": "remove:title"}).status_code == 404


def test_the_small_buttons_keep_what_was_typed(do: Do, office: FlaskClient, draft: Any) -> None:
    page = office.get(f"{base(draft)}/groups/texts")
    form = next(form for form in forms(page) if "_was" in form.fields)
    office.post(f"{base(draft)}/groups/texts", data={**form.fields, "summary.en": "New words.", "_then": "add:areas"})
    assert data_of(do, draft)["summary"]["en"] == "New words."


def test_two_coordinators_at_one_page_lose_nothing(world: World, do: Do, as_: As) -> None:
    one, two = as_(world.ki_coordinator), as_(world.mayo_coordinator)
    address = f"{base(world.call)}/groups/texts"
    first, second = one.get(address), two.get(address)
    press(one, first, "^Keep$", **{"summary.en": "Kajsa’s summary."})

    merged = press(two, second, "^Keep$", **{"purpose.en": "Molly’s purpose.", "purpose.sv": "Mollys syfte."})

    assert merged.status_code == 200
    data = data_of(do, world.call)
    assert (data["summary"]["en"], data["purpose"]["en"]) == ("Kajsa’s summary.", "Molly’s purpose.")


def test_two_coordinators_at_one_key_are_told_both_texts(world: World, do: Do, as_: As) -> None:
    one, two = as_(world.ki_coordinator), as_(world.mayo_coordinator)
    address = f"{base(world.call)}/groups/texts"
    first, second = one.get(address), two.get(address)
    press(one, first, "^Keep$", **{"summary.en": "Kajsa’s summary."})

    slower = press(two, second, "^Keep$", **{"summary.en": "Molly’s summary.", "emphasis.en": "E", "emphasis.sv": "E"})

    assert slower.status_code == 409
    assert "Kajsa’s summary." in text_of(slower) and "Molly’s summary." in slower.get_data(as_text=True)
    assert data_of(do, world.call)["summary"]["en"] == "Kajsa’s summary."
    press(two, slower, "^Keep$", **{"summary.theirs": "yes"})
    data = data_of(do, world.call)
    assert (data["summary"]["en"], data["emphasis"]["en"]) == ("Kajsa’s summary.", "E")
    third = two.get(address)
    press(one, one.get(address), "^Keep$", **{"summary.en": "Kajsa again."})
    again = press(two, third, "^Keep$", **{"summary.en": "Molly again."})
    assert press(two, again, "^Keep$").status_code == 200
    assert data_of(do, world.call)["summary"]["en"] == "Molly again."


def test_an_entry_that_moved_or_went_meanwhile_is_found_or_told(world: World, do: Do, as_: As) -> None:
    one, two = as_(world.ki_coordinator), as_(world.mayo_coordinator)
    criteria = [each["key"] for each in data_of(do, world.call)["criteria"]]
    address = f"{base(world.call)}/entry?at=criteria[{criteria[0]}]"
    page = two.get(address)
    group = f"{base(world.call)}/groups/review"
    sent = next(form for form in forms(one.get(group)) if "_was" in form.fields).fields
    one.post(group, data={**sent, "_then": f"down:criteria[{criteria[0]}]"})

    press(two, page, "^Keep$", **{"title.en": "Boldness"})
    moved = data_of(do, world.call)["criteria"]
    assert (moved[1]["key"], moved[1]["title"]["en"]) == (criteria[0], "Boldness")

    page = two.get(address)
    sent = next(form for form in forms(one.get(group)) if "_was" in form.fields).fields
    one.post(group, data={**sent, "_then": f"remove:criteria[{criteria[0]}]"})
    gone = press(two, page, "^Keep$", **{"help.en": "Words that must come back."})
    assert (gone.status_code, "Words that must come back." in text_of(gone)) == (409, True)


def test_only_the_coordinators_of_the_call_enter(
    world: World, do: Do, as_: As, client: FlaskClient, draft: Any
) -> None:
    pages = [
        "",
        "/groups/texts",
        "/entry?at=decision",
        "/bank",
        "/preview/public",
        "/versions",
        "/copy",
        "/files/1.toml",
    ]
    deeds = [
        "/groups/texts",
        "/entry?at=decision",
        "/propose",
        "/agree",
        "/drop",
        "/forecast",
        "/publish",
        "/bank",
        "/upload",
        "/copy",
    ]
    for who in (world.mayo_coordinator, world.researcher, world.administrator, world.outsider):
        browser = as_(who)
        assert {browser.get(base(draft) + page).status_code for page in pages} == {404}
        assert {browser.post(base(draft) + deed).status_code for deed in deeds} == {404}
        assert browser.get(f"/office/calls/{draft}/deadlines").status_code == 404
        assert browser.post(f"/office/calls/{draft}/extensions").status_code == 404
    assert client.get(base(draft)).status_code == 302
    assert as_(world.researcher).get("/office/new-call").status_code == 404
    assert [
        office
        for office in [as_(world.ki_coordinator).get(base(draft) + page).status_code for page in pages]
        if office != 200
    ] == []


def counts(do: Do) -> dict[str, int]:
    """How many rows every table holds."""

    def read(session: Session) -> dict[str, int]:
        tables = models.metadata.sorted_tables
        return {t.name: session.execute(scoped(select(func.count()).select_from(t))).scalar_one() for t in tables}

    found: dict[str, int] = do(read)
    return found


@pytest.mark.parametrize("kind", ["public", "applicant", "partner", "reviewer"])
def test_a_preview_is_the_real_page_of_the_working_copy_and_writes_nothing(
    world: World, do: Do, office: FlaskClient, draft: Any, kind: str
) -> None:
    press(office, office.get(f"{base(draft)}/groups/texts"), "^Keep$", **{"title.en": "A title in the working copy"})
    address = f"{base(draft)}/preview/{kind}"
    office.get(address)
    before = counts(do)

    page = office.get(address)

    assert page.status_code == 200
    assert counts(do) == before
    main = next(tree(page).iter("main"))
    assert [form.get("action") for form in main.iter("form") if form.get("action")] == []
    assert [button for button in main.iter("button") if button.get("type") != "button"] == []
    assert "csrf_token" not in {e.get("name") for e in main.iter("input")}
    expected = {
        "public": "A title in the working copy",
        "applicant": "A title in the working copy",
        "partner": "A title in the working copy",
        "reviewer": "Overall grade",
    }
    assert expected[kind] in text_of(page)


def test_a_call_is_copied_changed_and_published(world: World, do: Do, as_: As, time: Clock) -> None:
    office = as_(world.ki_coordinator)
    page = office.get(f"{base(world.call)}/copy")
    assert "mayo-ki-breast-2028-fictional" in page.get_data(as_text=True)

    made = press(office, page, "^Copy the call$")

    assert made.status_code == 200
    new = made.request.path.split("/")[3]
    assert as_(world.mayo_coordinator).get(made.request.path).status_code == 200
    press(office, office.get(f"/office/calls/{new}/declaration/groups/money"), "^Keep$", max_awards="4")
    taken = press(office, office.get(f"/office/calls/{new}/declaration"), "^Take the changes over$")
    assert "taken over" in text_of(taken)
    done = press(office, taken, "^Publish the call$")
    assert "The call is published. It stays hidden" in text_of(done)
    found = do(lambda session: queries.call_by_key(session, "mayo-ki-breast-2028-fictional").state)
    assert found is CallState.ANNOUNCED
    bad = press(office, office.get(f"{base(world.call)}/copy"), "^Copy the call$", key="Not a key", year="next")
    assert (bad.status_code, 'value="Not a key"' in bad.get_data(as_text=True)) == (422, True)


def send(browser: FlaskClient, address: str, name: str, text: str) -> Any:
    return browser.post(address, data={"file": (io.BytesIO(text.encode()), name)}, follow_redirects=True)


def test_a_new_call_begins_from_a_file_or_every_mistake_is_listed(world: World, do: Do, office: FlaskClient) -> None:
    data = to_data(load_catalogue()["mayo-ki-breast-2027-fictional"])
    fresh = {**data, "key": "from-a-file"}

    begun = send(office, "/office/new-call", "call.json", json.dumps(fresh))
    taken = send(office, "/office/new-call", "call.json", json.dumps(fresh))
    wrong = send(
        office, "/office/new-call", "call.json", json.dumps({**fresh, "key": "other", "yaers": 2, "years": 99})
    )
    broken = send(office, "/office/new-call", "call.toml", "key = ")
    nothing = office.post("/office/new-call")

    assert begun.request.path.endswith("/declaration")
    assert (taken.status_code, "There is a call with this key already." in text_of(taken)) == (422, True)
    assert wrong.status_code == 422 and "yaers" in text_of(wrong) and "years: 99 is too high" in text_of(wrong)
    assert (broken.status_code, "not TOML" in text_of(broken), nothing.status_code) == (422, True, 422)
    assert do(lambda session: queries.call_by_key(session, "other")) is None


def test_a_file_of_strangers_institutions_is_refused(world: World, office: FlaskClient) -> None:
    data = copy.deepcopy(to_data(load_catalogue()["mayo-ki-breast-2027-fictional"]))
    for side in data["sides"]:  # type: ignore[attr-defined]  # a list
        side["institution"]["name"] += " elsewhere"
    refused = send(office, "/office/new-call", "call.json", json.dumps({**data, "key": "elsewhere"}))
    assert (refused.status_code, "You coordinate none of the institutions" in text_of(refused)) == (422, True)


def test_versions_go_out_as_files_come_back_and_are_compared(
    world: World, do: Do, office: FlaskClient, draft: Any
) -> None:
    toml = office.get(f"{base(draft)}/files/1.toml")
    declared = load_catalogue()["mayo-ki-breast-2026-fictional"]
    assert toml.get_data(as_text=True) == to_toml(declared)
    assert json.loads(office.get(f"{base(draft)}/files/1.json").data) == to_data(declared)

    changed = toml.get_data(as_text=True).replace("max_awards = ", "max_awards = 1")
    uploaded = send(office, f"{base(draft)}/upload", "call.toml", changed)
    assert uploaded.status_code == 200 and "Awards at most" in text_of(uploaded)
    press(office, uploaded, "^Take the changes over$")
    rows = office.get(f"{base(draft)}/versions?before=1&after=2")
    assert "Awards at most" in text_of(rows)
    assert office.get(f"{base(draft)}/files/7.toml").status_code == 404
    kept = send(office, f"{base(draft)}/upload", "call.toml", changed + "\nyaers = 3\n")
    assert "yaers" in text_of(kept)
    assert office.get(f"{base(draft)}/files/working-copy.json").status_code == 200
    assert office.get(f"{base(draft)}/files/working-copy.toml").status_code == 404


def test_a_question_of_the_bank_comes_with_all_that_belongs_to_it(do: Do, office: FlaskClient, draft: Any) -> None:
    page = office.get(f"{base(draft)}/bank?q=budget")
    assert page.status_code == 200
    before = data_of(do, draft)["questions"]
    section = data_of(do, draft)["sections"][0]["key"]

    refused = press(office, page, "^Take over$", section="")
    taken = press(office, page, "^Take over$", section=section)

    assert refused.status_code == 422
    assert taken.request.path.endswith("/entry")
    after = data_of(do, draft)["questions"]
    assert len(after) == len(before) + 1
    assert after[-1]["section"] == section and set(after[-1]["title"]) == {"en", "sv"}
    assert (
        office.post(f"{base(draft)}/bank", data={"call": "no", "question": "no", "section": section}).status_code == 404
    )


def test_a_forecast_is_shown_and_hidden(office: FlaskClient, client: FlaskClient, draft: Any) -> None:
    shown = press(office, office.get(base(draft)), "^Show as a forecast$")
    assert client.get("/calls/mayo-ki-breast-2026-fictional").status_code == 200
    press(office, shown, "^Hide the forecast$")
    assert client.get("/calls/mayo-ki-breast-2026-fictional").status_code == 404


def test_the_form_and_the_page_say_how_long_the_grace_is(world: World, do: Do, as_: As, client: FlaskClient) -> None:
    draft = do(lambda session: stages.draft(session, world).id)
    words = "at the deadline"
    reader = as_(world.researcher)
    reader.post("/language", data={"locale": "en"})
    assert words in text_of(client.get(f"/calls/{world.call_key}", headers={"Accept-Language": "en"}))
    assert words in text_of(reader.get(f"/applications/{draft}/edit"))
    assert words in text_of(as_(world.ki_coordinator).get(f"/office/calls/{world.call}/deadlines"))


def test_every_call_of_the_catalogue_can_be_edited_and_previewed(world: World, do: Do, office: FlaskClient) -> None:
    """Historic calls, too, whose sources leave much unknown."""
    found = {}
    for key, declared in load_catalogue().items():
        if key == world.call_key:
            continue

        def bring(session: Session, declared: Any = declared) -> Any:
            call = services.import_call(session, declared, by=stages.ki_office(world), at=EARLY)
            person = session.get_one(Person, world.ki_coordinator)
            side = declared.sides[0].key
            identities.grant_role(session, person, Role.COORDINATOR, at=EARLY, call_id=call.id, side_key=side)
            return call.id

        call = do(bring)
        pages = ["", "/versions", *(f"/groups/{name}" for name, _ in GROUPS)]
        pages += [f"/preview/{kind}" for kind in ("public", "applicant", "partner", "reviewer")]
        found |= {f"{key}{page}": office.get(base(call) + page).status_code for page in pages}
    assert {page: status for page, status in found.items() if status != 200} == {}
