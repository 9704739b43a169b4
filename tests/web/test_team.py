"""The team's pages: invited by mail, accepted by link, confined to one application; and the own profile and addresses."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import Answer, Application
from app.applications.team.models import ApplicationMember, DraftComment, Right
from app.communications.models import Letter
from app.identities import proofs
from app.identities import services as identities
from app.identities.links import token_of
from app.identities.models import Person, Profile
from app.kernel.database import scoped
from tests import stages
from tests.conftest import Clock
from tests.teams import accepted, invited
from tests.world import World

As = Callable[[Any], FlaskClient]
Do = Callable[[Callable[[Session], Any]], Any]
INVITATION = {"name": "Asta Hjälpreda", "address": "asta@ki.example", "role": "assistant", "may": "edit", "part": ""}


def begun(do: Do, world: World) -> UUID:
    return do(lambda session: stages.draft(session, world).id)


def of(session: Session, application_id: UUID) -> Application:
    return session.scalars(scoped(select(Application).where(Application.id == application_id))).one()


def rows(do: Do, kind: Any = ApplicationMember) -> list[Any]:
    def work(session: Session) -> list[Any]:
        found = session.scalars(scoped(select(kind))).all()
        return [{column.key: getattr(row, column.key) for column in kind.__table__.columns} for row in found]

    return do(work)


def link_of(do: Do, kind: str = "member_invitation") -> str:
    def work(session: Session) -> str:
        statement = select(Letter).where(Letter.kind == kind).order_by(Letter.created_at.desc())
        letter = session.scalars(scoped(statement)).first()
        assert letter is not None
        assert letter.link_id is not None
        return f"/p/{token_of('test-secret', letter.link_id)}"

    return do(work)


def code_of(do: Do, address: str) -> str:
    def work(session: Session) -> str:
        statement = select(Letter).where(Letter.kind == "address_code", Letter.to_address == address)
        newest = session.scalars(scoped(statement.order_by(Letter.created_at.desc()))).first()
        assert newest is not None
        return proofs.digits_of("test-secret", UUID(newest.values["code_id"]))

    return do(work)


def test_an_assistant_is_invited_accepts_by_link_and_writes(world: World, as_: As, client: FlaskClient, do: Do) -> None:
    draft, lead = begun(do, world), as_(world.researcher)
    refused = lead.post(f"/applications/{draft}/team", data=INVITATION | {"address": "asta"})
    assert (refused.status_code, 'value="Asta Hjälpreda"' in refused.text) == (422, True)
    assert lead.post(f"/applications/{draft}/team", data=INVITATION).status_code == 303
    link = link_of(do)
    for _ in range(20):
        page = client.get(link)
    assert (page.status_code, rows(do)[0]["accepted_at"]) == (200, None)

    opened = client.post(link)
    assert client.get(f"/applications/{draft}/edit").status_code == 404  # opening accepts nothing
    assert client.get(opened.location).status_code == 200
    yes = client.post(f"{opened.location}/accept")
    assert yes.location == f"/applications/{draft}/edit"
    page = client.get(yes.location)
    assert page.status_code == 200
    assert "Send the invitation again" not in page.text  # partners are invited by the lead applicant
    assert client.post(yes.location, data={"v-title_en": "1", "q-title_en": "By Asta"}).status_code == 303
    assert do(lambda session: session.scalars(scoped(select(Application.title))).all()) == ["By Asta"]
    check = client.get(f"/applications/{draft}/check").text
    assert "has not confirmed yet" in check  # what lacks is the same to all
    assert "somebody else submits" in check
    assert client.post(f"/applications/{draft}/submit").status_code == 403
    for path in ("/desk", "/profile", "/office/calls", f"/applications/{draft}/sides/mayo/invitation"):
        assert client.post(path).status_code in (302, 401, 403, 404, 405), path
    assert "Asta Hjälpreda" in lead.get(f"/applications/{draft}/team").text


def test_who_is_removed_is_gone_with_the_next_request(world: World, as_: As, client: FlaskClient, do: Do) -> None:
    draft = begun(do, world)
    member = do(lambda session: accepted(session, of(session, draft)).id)
    client.post(link_of(do))
    assert client.get(f"/applications/{draft}/edit").status_code == 200
    assert as_(world.researcher).post(f"/applications/{draft}/team/{member}/remove").status_code == 303
    for path in (f"/applications/{draft}/edit", f"/applications/{draft}/team", f"/invitations/{member}"):
        assert client.get(path).status_code in (302, 401, 404), path
    assert client.get(link_of(do)).status_code == 404


@pytest.mark.parametrize(
    "who", ["other_researcher", "ki_coordinator", "administrator", "outsider", "reader", "editor", "partner"]
)
def test_no_save_makes_a_member(world: World, as_: As, do: Do, who: str) -> None:
    """A no-op save, one that names oneself, and one that names somebody else."""
    draft = begun(do, world)

    def arrange(session: Session) -> dict[str, UUID]:
        application = of(session, draft)
        partner = stages.side_of(session, draft, "mayo").lead_person_id
        assert partner is not None
        return {
            "reader": accepted(session, application, Right.READ, who=("Lena", "lena@ki.example")).person_id,
            "editor": accepted(session, application, Right.SUBMIT).person_id,
            "waiting": invited(session, application, who=("Nils", "nils@x.example")).id,
            "partner": partner,
        }

    known = do(arrange)
    person = known.get(who) or getattr(world, who)
    before, browser = rows(do), as_(person)
    own = do(lambda session: identities.primary_address(session, person))
    for address in (own, "foreign@made-up.example"):
        data = INVITATION | {"address": address, "may": "submit", "person_id": str(person), "accepted_at": "2027-01-01"}
        assert browser.post(f"/applications/{draft}/team", data=data).status_code in (403, 404), address
    for row in before:
        for deed, data in (("", {"may": "submit"}), ("/remove", {})):
            answer = browser.post(f"/applications/{draft}/team/{row['id']}{deed}", data=data)
            assert answer.status_code in (403, 404)
    for path in (f"/invitations/{known['waiting']}/accept", f"/invitations/{known['waiting']}/leave"):
        assert browser.post(path).status_code == 404
    browser.post(f"/applications/{draft}/edit", data={"name": "x", "address": own, "may": "submit"})
    browser.post(f"/applications/{draft}/draft", data={"name": "x", "address": own, "may": "submit"})
    assert rows(do) == before


def test_a_member_of_one_application_is_no_key_to_another(world: World, as_: As, do: Do) -> None:
    draft = begun(do, world)
    other = do(lambda session: stages.draft(session, world, who=world.other_researcher).id)
    member = do(lambda session: accepted(session, of(session, other)).id)
    lead = as_(world.researcher)
    for deed in ("", "/remove"):
        assert lead.post(f"/applications/{draft}/team/{member}{deed}", data={"may": "read"}).status_code == 404


def test_a_reader_reads_a_side_editor_writes_and_both_comment_where_they_may(world: World, as_: As, do: Do) -> None:
    draft = begun(do, world)

    def arrange(session: Session) -> tuple[UUID, UUID]:
        application = of(session, draft)
        reader = accepted(session, application, Right.READ, who=("Lena", "lena@ki.example"))
        return reader.person_id, accepted(session, application, side="mayo").person_id

    reader, editor = (as_(person) for person in do(arrange))
    assert reader.get(f"/applications/{draft}/edit").location == f"/applications/{draft}/draft"
    page = reader.get(f"/applications/{draft}/draft").text
    assert "Silent partners" in page
    assert 'name="q-' not in page
    assert reader.get(f"/applications/{draft}/comments").status_code == 403
    form = editor.get(f"/applications/{draft}/draft").text
    assert set(re.findall(r'name="q-(\w+)"', form)) == {"mayo_budget_reasons"}
    typed = {"v-mayo_budget_reasons": "1", "q-mayo_budget_reasons": "Mice.", "v-title_en": "1", "q-title_en": "Mine"}
    assert editor.post(f"/applications/{draft}/draft", data=typed).status_code == 303

    by_itself = {"value": "Mice, and men.", "version": "2"}
    assert editor.post(f"/applications/{draft}/answers/mayo_budget_reasons", data=by_itself).status_code == 200
    for nobodys in (editor.post, reader.post):
        path = f"/applications/{draft}/answers/title_en"
        assert nobodys(path, data={"value": "Mine", "version": "1"}).status_code in (403, 404)
    amount = {"value": "40 000", "was": ""}
    assert editor.post(f"/applications/{draft}/amounts/budget-mayo-1", data=amount).status_code == 200
    assert editor.post(f"/applications/{draft}/amounts/budget-ki-1", data=amount).status_code == 404

    def title_and_reasons(session: Session) -> list[Any]:
        answers = select(Answer).where(Answer.key.in_(("title_en", "mayo_budget_reasons"))).order_by(Answer.key)
        return [row.value for row in session.scalars(scoped(answers))]

    assert do(title_and_reasons) == ["Mice, and men.", "Silent partners"]
    assert editor.post(f"/applications/{draft}/comments", data={"question": "title_en", "text": " "}).status_code == 422
    written = editor.post(f"/applications/{draft}/comments", data={"question": "title_en", "text": "<b>Why?</b>"})
    assert written.status_code == 303
    assert "&lt;b&gt;Why?" in as_(world.researcher).get(f"/applications/{draft}/comments").text
    assert "1 kommentar" in as_(world.researcher).get(f"/applications/{draft}/edit").text
    (comment,) = rows(do, DraftComment)
    answered = editor.post(f"/applications/{draft}/comments", data={"answers": str(comment["id"]), "text": "Because."})
    assert answered.location.endswith(f"#c-{comment['id']}")
    assert as_(world.ki_coordinator).get(f"/applications/{draft}/comments").status_code == 404


def test_team_and_comments_cost_the_same_for_many(world: World, as_: As, do: Do, statements: Any) -> None:
    draft, lead = begun(do, world), as_(world.researcher)

    def cost() -> list[int]:
        counted = []
        for page in ("team", "comments", "edit"):
            lead.get(f"/applications/{draft}/{page}")
            with statements() as seen:
                assert lead.get(f"/applications/{draft}/{page}").status_code == 200
            counted.append(len(seen))
        return counted

    def add(session: Session, numbers: range) -> None:
        for number in numbers:
            who = (f"Nils {number}", f"n{number}@x.example")
            member = accepted(session, of(session, draft), who=who)
            session.add(
                DraftComment(
                    application_id=draft, question_key="title_en", text="x", written_by=member.person_id,
                    written_at=member.invited_at,
                )
            )  # fmt: skip

    do(lambda session: add(session, range(1)))
    few = cost()
    do(lambda session: add(session, range(1, 5)))
    assert cost() == few


# --- The own account -----------------------------------------------------------------------------------------------


def test_what_i_say_once_fills_the_forms(world: World, as_: As, do: Do) -> None:
    browser = as_(world.researcher)
    typed = {"name": "Ylva Exempelsson", "orcid": "0000-0002-1825-0098", "institution": "KI", "months-parental": "6"}
    refused = browser.post("/profile", data=typed)
    assert (refused.status_code, 'value="0000-0002-1825-0098"' in refused.text) == (422, True)
    saved = browser.post(
        "/profile", data=typed | {"orcid": "https://orcid.org/0000-0002-1825-0097", "doctoral_on": "2020-01-01"}
    )
    assert saved.status_code == 303
    page = browser.get("/profile").text
    assert "6 år och 8 månader, med 6 månader avräknade" in page
    (profile,) = do(lambda session: session.scalars(select(Profile.orcid)).all())
    assert profile == "0000-0002-1825-0097"
    recorded = do(lambda session: session.get_one(Person, world.researcher).institution)
    assert recorded == "Karolinska Institutet"  # what rules of access read is not changed by oneself


def test_a_second_address_is_proved_and_a_second_record_merged(world: World, as_: As, do: Do, time: Clock) -> None:
    browser, address = as_(world.researcher), "ylva@private.example"
    do(lambda session: identities.make_person(session, "Y.", address, at=time.at).id)
    assert browser.get(f"/profile/merge?address={address}").status_code == 404  # nobody learns whose it is
    sent = browser.post("/profile/addresses", data={"address": address})
    assert sent.location == f"/profile/prove?address={address.replace('@', '%40')}" or address in sent.location
    assert browser.post("/profile/prove", data={"address": address, "code": "x"}).status_code == 422
    fits = browser.post("/profile/prove", data={"address": address, "code": code_of(do, address)})
    assert fits.location.startswith("/profile/merge?address=")
    assert browser.get(fits.location).status_code == 200
    assert browser.post("/profile/merge", data={"address": address}).status_code == 422
    assert as_(world.researcher).post("/profile/merge", data={"address": address}).status_code == 404
    assert browser.post("/profile/merge/code", data={"address": address}).status_code == 303
    own = do(lambda session: identities.primary_address(session, world.researcher))
    done = browser.post("/profile/merge", data={"address": address, "code": code_of(do, own)})
    assert done.location == "/desk"
    people = as_(world.administrator).get("/admin/people").text
    assert "was also: Y." in people
    assert address in people


def test_use_my_profile_keeps_what_was_typed(world: World, as_: As, do: Do) -> None:
    from dataclasses import replace

    from app.programmes import services as programmes
    from app.programmes.definition import Question, QuestionKind, Text
    from app.programmes.models import Call
    from app.programmes.queries import definition_of
    from tests.world import ANNOUNCED

    def arrange(session: Session) -> UUID:
        call = session.get_one(Call, world.call)
        known = definition_of(session, call)
        section = known.question(known.title_question).section
        asked = Question("who", section, QuestionKind.PERSON, Text("Who", "Vem"), used_for=("record",))
        programmes.add_version(session, call, replace(known, questions=(*known.questions, asked)), at=ANNOUNCED)
        return stages.draft(session, world).id

    draft, browser = do(arrange), as_(world.researcher)
    assert f"/applications/{draft}/profile/who" in browser.get(f"/applications/{draft}/edit").text
    typed = {"v-title_en": "1", "q-title_en": "Typed meanwhile", "v-who": "1", "q-who": ["", "", ""]}
    assert browser.post(f"/applications/{draft}/profile/who", data=typed).status_code == 303
    page = browser.get(f"/applications/{draft}/edit").text
    assert 'value="ylva@ki.example"' in page
    assert "Typed meanwhile" in page
    assert as_(world.other_researcher).post(f"/applications/{draft}/profile/who", data=typed).status_code == 404
