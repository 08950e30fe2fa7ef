"""Many who record over HTTP at once: each is answered once, and nobody who asks waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx

from api.app import create_app
from api.settings import Settings
from events.application import Chancery, open_chancery
from events.write.commands import RecordAct
from tests.api.conftest import BASE
from tests.domain.given import event, visit_of

WRITERS = 40  # as many as there are threads for requests
Answers = list[httpx.Response]


@contextmanager
def opened(store: str) -> Iterator[Chancery]:
    chancery = open_chancery(store)
    yield chancery
    chancery.close()


def asked(store: str, asking: Callable[[httpx.AsyncClient, Chancery], Coroutine[Any, Any, Any]]):
    """What comes of asking a service on a store."""

    async def main() -> Any:
        chancery = open_chancery(store)
        app = create_app(Settings(webhooks=False), chancery)
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app)
            async with (
                asyncio.timeout(120),
                httpx.AsyncClient(transport=transport, base_url=BASE) as client,
            ):
                return await asking(client, chancery)

    return asyncio.run(main())


def visit(number: int) -> dict[str, Any]:
    day = f"1972-02-{1 + number % 28:02}"
    return event("visit.held", day, title=f"Visit {number}", parties=visit_of("USA", "CHN"))


def test_40_writers_and_one_who_follows_see_every_record_once_and_in_order(store):
    seen: list[int] = []

    async def write(client: httpx.AsyncClient, name: int) -> list[int]:
        positions = []
        for turn in range(3):
            body = {"act_id": f"visit:{name}:{turn}", "events": [visit(name)]}
            answer = await client.post("/v1/acts", json=body)
            assert answer.status_code == 201, answer.text
            positions += answer.json()["positions"]
        return positions

    async def follow(client: httpx.AsyncClient) -> None:
        while len(seen) < WRITERS * 3:
            page = (await client.get(f"/v1/events?after={len(seen)}&limit=7")).json()
            seen.extend(record["position"] for record in page["events"])

    async def all_of_them(client: httpx.AsyncClient, _: Chancery) -> list[list[int]]:
        following = asyncio.create_task(follow(client))
        positions = await asyncio.gather(*(write(client, name) for name in range(WRITERS)))
        await following
        return positions

    positions = asked(store, all_of_them)
    assert seen == list(range(1, WRITERS * 3 + 1))
    assert sorted(p for read in positions for p in read) == seen
    assert all(read == sorted(read) for read in positions)
    with opened(store) as chancery:
        assert [*chancery.admin.verify()] == []


def test_who_asks_is_answered_while_more_writers_wait_than_there_are_threads(store):
    with opened(store) as chancery:
        chancery.commands.execute(RecordAct("visit:0", [visit(0)], recorded_by="clerk"))

    async def both(client: httpx.AsyncClient, chancery: Chancery) -> tuple[httpx.Response, Answers]:
        turn = chancery._store._turns.turn(30)
        with ThreadPoolExecutor(1) as elsewhere:  # a writer that takes long, in another thread
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(elsewhere, turn.__enter__)
            writing = [
                asyncio.create_task(
                    client.post("/v1/acts", json={"act_id": f"visit:{n}", "events": [visit(n)]})
                )
                for n in range(1, WRITERS + 5)
            ]
            while len(chancery._store._group._queue) < len(writing):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            answer = await asyncio.wait_for(client.get("/v1/relationships/CHN-USA"), 30)
            await loop.run_in_executor(elsewhere, turn.__exit__, None, None, None)
        return answer, await asyncio.gather(*writing)

    answer, written = asked(store, both)
    assert answer.json()["basis"]["position"] == 1
    assert sorted(one.json()["positions"][0] for one in written) == list(range(2, WRITERS + 6))


def test_of_writers_on_one_version_of_an_act_one_wins_and_the_others_are_told(store):
    with opened(store) as chancery:
        chancery.commands.execute(RecordAct("visit:1", [visit(1)], recorded_by="clerk"))

    async def race(client: httpx.AsyncClient, _: Chancery) -> Answers:
        return await asyncio.gather(
            *(
                client.post(
                    "/v1/acts/visit:1/events",
                    json={"events": [visit(number)]},
                    headers={"If-Match": '"1"'},
                )
                for number in range(2, 10)
            )
        )

    answers = asked(store, race)
    assert sorted(answer.status_code for answer in answers) == [201] + [412] * 7
    with opened(store) as chancery:
        assert chancery.query.head().position == 2


def test_one_request_sent_by_many_at_once_is_recorded_once_and_answered_alike(store):
    async def race(client: httpx.AsyncClient, _: Chancery) -> Answers:
        body = {"act_id": "visit:1", "events": [visit(1)]}
        headers = {"Idempotency-Key": "the-same"}
        return await asyncio.gather(
            *(client.post("/v1/acts", json=body, headers=headers) for _ in range(8))
        )

    answers = asked(store, race)
    assert {(answer.status_code, answer.content) for answer in answers} == {
        (201, answers[0].content)
    }
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 7
    with opened(store) as chancery:
        assert chancery.query.head().position == 1


def test_a_long_body_is_refused_and_recorded_as_a_short_one_is(store):
    long = [visit(number) for number in range(120)]

    async def both(client: httpx.AsyncClient, _: Chancery) -> Answers:
        wrong = [*long, {**visit(1), "date": "1973-02-29"}]
        return [
            await client.post("/v1/acts", json={"act_id": "visit:1", "events": given})
            for given in (wrong, long)
        ]

    refused, recorded = asked(store, both)
    assert (refused.status_code, refused.json()["problems"][0]["where"]) == (
        422,
        "/events/120/date",
    )
    assert recorded.json()["positions"] == list(range(1, 121))
