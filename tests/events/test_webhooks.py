"""Webhooks are kept beside the log: how far each is never goes back, and no secret is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from events.application import Chancery, open_chancery
from events.errors import InvalidBasis, InvalidWebhook, UnknownWebhook
from events.query.filters import Filter
from events.webhooks import MOST, Progress
from events.write.commands import RecordAct

URL, SECRET = "https://desk.example/hook", "whsec_" + "A" * 43 + "="
TALK = {
    "type": "talk.held",
    "date": "1993-05-04",
    "parties": [{"party": "KAZ"}, {"party": "KGZ"}],
}


@pytest.fixture
def chancery(tmp_path) -> Chancery:
    chancery = open_chancery(f"sqlite:///{tmp_path / 'acts.db'}")
    for number in range(5):
        chancery.commands.execute(RecordAct(f"t:{number}", [TALK], recorded_by="test"))
    return chancery


def test_one_is_told_of_what_comes_from_now_on_unless_it_says_from_where(chancery):
    hooks = chancery.admin.webhooks()
    assert hooks.add("now", URL, SECRET, Filter()).progress.position == 5
    assert hooks.add("all", URL, SECRET, Filter(), 0).progress.position == 0
    for beyond in (-1, 6):
        with pytest.raises(InvalidBasis):
            hooks.add("beyond", URL, SECRET, Filter(), beyond)
    assert [hook.name for hook in hooks.all()] == ["all", "now"]


def test_what_is_kept_is_there_when_the_store_is_opened_again(chancery):
    wanted = Filter(kind="visit", relationship="KAZ-KGZ", only="corrections")
    hook = chancery.admin.webhooks().add("desk", URL, SECRET, wanted)
    progress = Progress(5, 3, 2, 10, 20, "status 500", None)
    chancery.admin.webhooks().progressed(hook, progress)
    url = chancery._store.url
    chancery.close()
    again = open_chancery(url)
    assert again.admin.webhooks().get("desk") == replace(hook, progress=progress)
    again.close()


def test_how_far_one_is_never_goes_back(chancery):
    hooks = chancery.admin.webhooks()
    hook = hooks.add("desk", URL, SECRET, Filter(), 0)
    hooks.progressed(hook, Progress(4))
    hooks.progressed(hook, Progress(2, failures=1))
    assert hooks.get("desk").progress == Progress(4, failures=1)


def test_an_earlier_one_of_the_same_name_says_nothing_of_a_later(chancery):
    hooks = chancery.admin.webhooks()
    earlier = hooks.add("desk", URL, SECRET, Filter(), 0)
    hooks.remove("desk")
    hooks.progressed(earlier, Progress(3))
    assert hooks.all() == []
    later = hooks.add("desk", URL, SECRET, Filter(), 1)
    hooks.progressed(replace(earlier, added_at=later.added_at - 1), Progress(3))
    assert hooks.get("desk").progress.position == 1


def test_enabling_forgets_the_failures_and_not_how_far_it_was(chancery):
    hooks = chancery.admin.webhooks()
    hook = hooks.add("desk", URL, SECRET, Filter(), 0)
    hooks.progressed(hook, Progress(3, 3, 9, 1, 2, "status 500", "it failed for 5 days"))
    assert hooks.enable("desk").progress == Progress(3, 3)


@pytest.mark.parametrize("name", ["", "Desk", "-desk", "a b", "a" * 41, "desk\n", "é"])
def test_a_name_that_is_none_is_refused(chancery, name):
    with pytest.raises(InvalidWebhook):
        chancery.admin.webhooks().add(name, URL, SECRET, Filter())


def test_a_name_is_one_webhook_s_and_there_are_not_endlessly_many(chancery):
    hooks = chancery.admin.webhooks()
    for number in range(MOST):
        hooks.add(f"desk-{number}", URL, SECRET, Filter())
    for name in ("desk-1", "one-more"):
        with pytest.raises(InvalidWebhook):
            hooks.add(name, URL, SECRET, Filter())
    assert len(hooks.all()) == MOST


@pytest.mark.parametrize("asked", ["get", "remove", "enable"])
def test_what_there_is_not_is_unknown(chancery, asked):
    with pytest.raises(UnknownWebhook):
        getattr(chancery.admin.webhooks(), asked)("nobody")


def test_no_secret_is_shown(chancery):
    hook = chancery.admin.webhooks().add("desk", URL, SECRET, Filter())
    assert SECRET not in repr(hook)
    assert SECRET not in str(hook.to_json())


def test_webhooks_change_nothing_that_is_verified(chancery):
    chancery.admin.webhooks().add("desk", URL, SECRET, Filter())
    before = chancery.query.state("KAZ-KGZ")["basis"]
    assert list(chancery.admin.verify()) == []
    chancery.admin.rebuild()
    assert chancery.admin.webhooks().get("desk").url == URL
    assert chancery.query.state("KAZ-KGZ")["basis"] == before
