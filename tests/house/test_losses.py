"""No form with free text is left out of what is kept: the browser keeps it, and every loss is tried on where it goes."""

from __future__ import annotations

from flask import Flask

from tests.losses import MADE_BY_VIEWS, NOBODY_WRITES, UNKEPT, posts, text_forms


def test_every_form_with_free_text_is_put_through_the_losses(app: Flask) -> None:
    known = set(posts(app)) | NOBODY_WRITES.keys()
    found = list(text_forms())
    assert len(found) > 30
    assert [(page, aim) for page, aim, _ in found if aim not in MADE_BY_VIEWS and aim not in known] == []
    assert [aim for aims in MADE_BY_VIEWS.values() for aim in aims if aim not in known | set(posts(app))] == [
        "account.act_on_link"
    ]


def test_the_browser_keeps_a_copy_of_every_form_but_those_with_secrets() -> None:
    without = {aim for _, aim, tag in text_forms() if 'data-keep="no"' in tag}
    assert without == UNKEPT
