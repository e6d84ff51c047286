"""Who listens hears what was committed, nothing else, and never holds anybody up."""

import asyncio

import pytest

from market.infra import db, live
from tests.factories.city import TestCity

TOPIC = "round:DZ-2026-000001/1"


async def say(state: str, topic: str = TOPIC) -> None:
    async with db.unit():
        await live.publish(topic, {"state": state})


async def undone() -> None:
    async with db.unit():
        await live.publish(TOPIC, {"state": "never"})
        raise ZeroDivisionError


async def heard(queue: asyncio.Queue[dict[str, str]]) -> str:
    async with asyncio.timeout(5):
        return (await queue.get())["state"]


async def test_a_listener_hears_what_was_committed_in_order(city: TestCity) -> None:
    async with live.between_workers(), live.listening(TOPIC) as one, live.listening(TOPIC) as two:
        await say("frozen")
        await say("decided")
        assert [await heard(one), await heard(one), await heard(two)] == [
            "frozen",
            "decided",
            "frozen",
        ]


@pytest.mark.on_postgres  # its connections end from outside
async def test_a_lost_connection_is_replaced(
    city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "AGAIN", 0)
    listening = "query LIKE 'LISTEN%' AND datname = current_database()"
    end = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {listening}"  # noqa: S608 - our own words
    async with live.between_workers(), live.listening(TOPIC) as queue:
        for state in ("frozen", "decided"):
            assert len(await db.connection().execute_query_dict(end)) == 1
            async with asyncio.timeout(5):
                while queue.empty() or await heard(queue) != state:
                    await say(state)


async def test_nothing_is_heard_before_the_commit_or_of_what_was_undone(city: TestCity) -> None:
    async with live.between_workers(), live.listening(TOPIC) as queue:
        with pytest.raises(ZeroDivisionError):
            await undone()
        async with db.unit():
            await live.publish(TOPIC, {"state": "frozen"})
            await asyncio.sleep(0)
            assert queue.empty()
        assert await heard(queue) == "frozen"
        assert queue.empty()


async def test_two_words_of_one_unit_are_both_heard(city: TestCity) -> None:
    async with live.between_workers(), live.listening(TOPIC) as queue:
        async with db.unit():
            await live.publish(TOPIC, {"state": "frozen"})
            await live.publish(TOPIC, {"state": "decided"})
        assert [await heard(queue), await heard(queue)] == ["frozen", "decided"]


async def test_another_topic_is_another_thing(city: TestCity) -> None:
    async with live.between_workers(), live.listening(TOPIC) as queue:
        await say("revealed", "round:DZ-2026-000002/1")
        await say("frozen")
        assert await heard(queue) == "frozen"


async def test_who_does_not_keep_up_loses_the_oldest(city: TestCity) -> None:
    async with live.listening(TOPIC) as queue:
        for n in range(20):
            live.deliver(TOPIC, {"state": str(n)})
        assert queue.qsize() == 16
        assert await heard(queue) == "4"


async def test_publishing_needs_a_unit_and_a_topic_goes_with_its_last_listener(
    city: TestCity,
) -> None:
    with pytest.raises(RuntimeError, match="inside a use case"):
        await live.publish(TOPIC, {"state": "frozen"})
    async with live.listening(TOPIC):
        async with live.listening(TOPIC):
            pass
        assert TOPIC in live._listeners
    assert TOPIC not in live._listeners
    live.deliver(TOPIC, {"state": "nobody hears"})
    assert TOPIC not in live._listeners
