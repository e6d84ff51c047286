"""Files of an announcement: hung on by its owner, in the need by their hash, had by everybody."""

from asyncio import gather
from dataclasses import replace
from hashlib import sha256
from typing import Any

import httpx2
import pytest

from market.documents.models import Attachment
from market.kernel.call import UploadLimits
from market.projects import actions
from market.projects.models import Project
from market.projects.states import State
from market.web import uploads
from signing.core import canonical
from tests.factories import files
from tests.factories.city import TestCity
from tests.factories.owners import (
    AGENCY,
    OWNER,
    RIVAL,
    Browser,
    entries,
    make_ready,
    move,
    open_market,
)

PDF = files.pdf()


@pytest.fixture
async def owner(city: TestCity, client: httpx2.AsyncClient) -> Browser:
    await open_market(city)
    return Browser(client, OWNER)


async def draft(city: TestCity) -> str:
    return (await actions.start(city.call(OWNER))).code


_keys = iter(range(10**6))


async def send(
    who: Browser,
    code: str,
    name: str = "任务书.pdf",
    data: bytes = PDF,
    key: str = "",
    **headers: str,
) -> httpx2.Response:
    return await who.client.post(
        f"/my/projects/{code}/attachments",
        data={"idempotency_key": key or f"key-of-a-file-{next(_keys):06d}"},
        files={"file": (name, data)},
        headers=who._headers() | headers,
    )


async def published(city: TestCity, code: str) -> None:
    row = await Project.get(code=code)
    await move(city.call(OWNER), "published", code, row.deadline_at, "accepting")


def stored(city: TestCity) -> list[str]:
    folder = city.tools.data / "files"
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


async def test_from_the_form_to_everybody(owner: Browser, city: TestCity) -> None:
    code = await make_ready(city)
    before = (await Project.get(code=code)).need
    assert "attachments" not in before, "without files a need is what it always was"
    kept = await owner.post(f"/my/projects/{code}/step/1", attachments="yes", title="未写完的题目")
    assert kept.headers["location"] == f"/my/projects/{code}/attachments"
    assert (await Project.get(code=code)).typed["title"] == "未写完的题目", "nothing typed is lost"
    code = await make_ready(city)
    sent = await send(owner, code, "C:\\工程\\任务书\u202e.PDF")
    assert (sent.status_code, sent.headers["location"]) == (303, f"/my/projects/{code}/attachments")
    assert (await Project.get(code=code)).state is State.DRAFT, "what was checked is checked anew"
    page = await owner.get(f"/my/projects/{code}/attachments")
    assert ">任务书.PDF<" in page.text
    assert "任务书.PDF" in (await owner.get(f"/my/projects/{code}/check")).text
    await actions.check(city.call(OWNER), code)

    need = (await Project.get(code=code)).need
    [listed] = need["attachments"]
    kept_bytes = await city.tools.files.get(listed["sha256"])
    assert listed == {
        "name": "任务书.PDF",
        "kind": "pdf",
        "bytes": len(kept_bytes),
        "sha256": sha256(kept_bytes).hexdigest(),
    }
    assert files.WHO.encode() not in kept_bytes
    told = (await entries(code))[-1]
    assert told["facts"]["need_sha256"] == sha256(canonical.dumps(need)).hexdigest()

    at = f"/projects/{code}/attachments/{listed['sha256']}"
    everybody = [Browser(owner.client, who) for who in (None, AGENCY, RIVAL)]
    assert [(await one.get(at)).status_code for one in everybody] == [404, 404, 404]
    mine = await owner.get(at)
    assert (mine.status_code, mine.headers["cache-control"]) == (200, "no-store")
    await published(city, code)
    for one in everybody:
        answer = await one.get(at)
        assert (answer.status_code, answer.content) == (200, kept_bytes)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.headers["content-disposition"] == (
        "attachment; filename*=UTF-8''%E4%BB%BB%E5%8A%A1%E4%B9%A6.PDF"
    )
    assert f'href="{at}"' in (await everybody[0].get(f"/projects/{code}")).text
    assert (await everybody[0].get(at[:-1] + "0")).status_code == 404


REFUSED = (
    ("a.pdf", b"", "inspection.empty"),
    ("a.exe", b"MZ", "inspection.unknown"),
    ("a.pdf", files.pdf_with_deep_script(), "inspection.pdf_acts"),
    ("a.docx", PDF, "attachment.ending"),
    (".pdf", PDF, "attachment.ending"),
    ("字" * 296 + ".pdf", PDF, "attachment.name_long"),
    ("", b"", "attachment.none"),
)


async def test_a_refused_file_leaves_a_sentence_and_nothing_else(
    owner: Browser, city: TestCity
) -> None:
    code, before = await draft(city), stored(city)
    for name, data, said in REFUSED:
        for owner.lang in ("zh_CN", "en"):
            answer = await send(owner, code, name, data, accept="application/json")
            assert (answer.status_code, answer.json()["key"]) == (422, said)
            detail = answer.json()["detail"]
            assert said not in detail
            assert "%(" not in detail
        page = await send(owner, code, name, data)
        assert page.status_code == 422
        assert 'id="file-error"' in page.text
    assert stored(city) == before
    assert not await Attachment.exists(about=f"project:{code}")


async def test_strangers_are_turned_away_before_a_byte_is_read(
    owner: Browser, city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = await draft(city)

    def never(*_: Any) -> None:
        raise AssertionError("a stranger's file was looked at")

    monkeypatch.setattr("market.projects.views.attachments.inspected", never)
    assert (await send(Browser(owner.client, RIVAL), code)).status_code == 404
    monkeypatch.setattr("market.web.uploads.hear", never)
    assert (await send(Browser(owner.client, None), code)).status_code == 401
    assert (await send(Browser(owner.client, AGENCY), code)).status_code == 403
    assert (await send(owner, code)).status_code == 500, "the canary"


async def test_one_person_fills_no_disk_with_files_that_wait(
    owner: Browser, city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = await draft(city)
    many = [send(owner, code, f"{n}.png", files.png() + bytes([n])) for n in range(8)]
    answers = [answer.status_code for answer in await gather(*many)]
    assert answers.count(429) == 8 - uploads.OF_ONE, answers
    assert (await send(owner, code)).status_code == 303, "the places are free again"
    monkeypatch.setattr(uploads, "AT_ONCE", 0)
    full = await send(owner, code, accept="application/json")
    assert (full.status_code, full.json()["key"]) == (429, "body.many_files")
    assert full.headers["retry-after"] == "10"


def limited(city: TestCity, limits: UploadLimits) -> None:
    door = city.app.state.door
    city.app.state.door = replace(door, tools=replace(door.tools, uploads=limits))


async def keys(owner: Browser, code: str, *sent: tuple[str, bytes]) -> list[str]:
    answers = [await send(owner, code, *one, accept="application/json") for one in sent]
    return [one.json().get("key", "taken") for one in answers]


async def test_how_many_and_how_much(owner: Browser, city: TestCity) -> None:
    one, two, three = (files.png((side, 9)) for side in (10, 20, 30))
    limited(city, UploadLimits(one=100_000, in_all=200_000, files=2))
    code = await draft(city)
    said = await keys(owner, code, ("a.png", one), ("b.png", one), ("A.png", two), ("b.png", two))
    assert said == ["taken", "attachment.same_file", "attachment.same_name", "taken"]
    assert await keys(owner, code, ("c.png", three)) == ["attachment.too_many"]
    limited(city, UploadLimits(one=100_000, in_all=len(one) + 10, files=5))
    assert await keys(owner, code, ("c.png", three)) == ["attachment.too_much"]
    limited(city, UploadLimits(one=3000, in_all=10**6))
    assert await keys(owner, code, ("c.pdf", b"%PDF" + b"x" * 2997)) == ["attachment.too_large"]
    assert await keys(owner, code, ("c.pdf", b"%PDF" + b"x" * 9000)) == ["body.too_large"]


async def test_a_file_that_comes_twice_under_one_key_is_one(owner: Browser, city: TestCity) -> None:
    code = await draft(city)
    first = [(await send(owner, code, key="the-same-key-1")).status_code for _ in range(2)]
    assert first == [303, 303]
    other = await send(owner, code, data=files.png(), name="b.png", key="the-same-key-1")
    assert other.status_code == 422
    assert await Attachment.filter(about=f"project:{code}").count() == 1


async def test_after_publication_nothing_changes_and_another_attempt_may(
    owner: Browser, city: TestCity
) -> None:
    code = await draft(city)
    await send(owner, code)
    row = await Attachment.get(about=f"project:{code}")
    made = (await actions.copy(city.call(OWNER), code)).code
    copied = await Attachment.get(about=f"project:{made}")
    assert (copied.sha256, copied.name) == (row.sha256, row.name)
    removal = f"/my/projects/{code}/attachments/{row.code}/remove"
    at = f"/projects/{code}/attachments/{row.sha256}"
    await Project.filter(code=code).update(state=State.PUBLISHED, published_at=city.clock())
    await Attachment.filter(code=row.code).update(published_at=city.clock())
    assert (await owner.post(removal)).status_code == 409
    assert (await send(owner, code, "b.png", files.png())).status_code == 409
    await Project.filter(code=code).update(state=State.DRAFT)  # another attempt is being prepared
    assert (await owner.post(removal)).status_code == 303
    await send(owner, code, "b.png", files.png())
    stranger, page = (
        Browser(owner.client, None),
        await owner.get(f"/my/projects/{code}/attachments"),
    )
    assert ("b.png" in page.text, row.name in page.text) == (True, False)
    assert (await stranger.get(at)).status_code == 200, "what was public stays to be had"
    new = await Attachment.get(about=f"project:{code}", listed=True)
    fresh = f"/projects/{code}/attachments/{new.sha256}"
    assert (await stranger.get(fresh)).status_code == 404
    await send(owner, code, "作废.pdf")
    assert await Attachment.filter(about=f"project:{code}", listed=True).count() == 2
    assert (await Attachment.get(code=row.code)).name == row.name, "as it was announced"
    assert (
        await owner.post(f"/my/projects/{code}/attachments/{new.code}/remove")
    ).status_code == 303
    assert (await owner.get(fresh)).status_code == 404, "what was never public is gone"
