"""The verification page: good, changed, foreign and hostile files; the timestamp authority."""

import asyncio
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from market.demo import authority
from market.documents import queries, seal
from market.documents.jobs import sign_ordered
from market.documents.views import MOST
from market.web.i18n import say
from signing.pdf import pades
from signing.pdf.pades import Seal
from signing.pki import trust_files
from signing.pki.subjects import Subject
from tests.factories.city import TestCity
from tests.factories.papers import STATEMENT, install, order
from tests.factories.town import FOUNDED

OWN = {"sec-fetch-site": "same-origin"}
HOLDER = "达州市中介超市（演示）"


@pytest.fixture
async def paper(city: TestCity, offices: Path) -> tuple[str, bytes]:
    """The code of a signed notice and its bytes."""
    install(city, offices)
    code = await order(city)
    await sign_ordered(city.call())
    return code, await city.tools.files.get(str((await queries.paper(code)).pdf_sha256))


async def sent(client: httpx2.AsyncClient, data: bytes, lang: str = "zh_CN") -> httpx2.Response:
    return await client.post(f"/verify?lang={lang}", files={"file": ("x.pdf", data)}, headers=OWN)


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
async def test_our_own_paper_holds(
    client: httpx2.AsyncClient, paper: tuple[str, bytes], lang: str
) -> None:
    code, data = paper
    answer = await sent(client, data, lang)
    assert answer.status_code == 200
    assert HOLDER in answer.text
    assert f"/documents/{code}" in answer.text


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("place", [200, 0.3, 0.6, -400])
async def test_a_changed_paper_does_not(
    client: httpx2.AsyncClient, paper: tuple[str, bytes], lang: str, place: float
) -> None:
    code, data = paper
    at = int(len(data) * place) if isinstance(place, float) else place % len(data)
    changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    answer = await sent(client, changed, lang)
    assert answer.status_code == 200
    assert f"/documents/{code}" not in answer.text
    assert HOLDER not in answer.text


async def test_something_added_at_the_end_does_not_hold(
    client: httpx2.AsyncClient, paper: tuple[str, bytes]
) -> None:
    answer = await sent(client, paper[1] + b"\n% and more")
    assert HOLDER not in answer.text


async def test_a_paper_of_somebody_else_is_told_from_ours(
    city: TestCity, client: httpx2.AsyncClient, paper: tuple[str, bytes], offices: Path
) -> None:
    _, ours = paper
    row = await queries.paper(paper[0])
    plain = ours[: ours.index(b"%%EOF") + 6]
    office = authority.office(offices / "authority", "ca_a")
    other = authority.issue(
        office, "organisation", Subject("别家（演示）", "别家（演示）"), FOUNDED
    )
    stamper = seal.stamper(city.tools.data / "seal", "", city.clock)
    foreign = pades.sign(
        plain, other.signer, city.clock(), stamper, city.tools.trust(), Seal("别家（演示）")
    )
    page = (await sent(client, foreign)).text
    assert "别家（演示）" in page
    assert say("zh_CN", "签章有效，但不是本平台开具的文书") in page
    assert row.code not in page


async def test_a_seal_of_nobody_recognised_does_not_hold(
    city: TestCity, client: httpx2.AsyncClient, paper: tuple[str, bytes]
) -> None:
    trust_files.save(type(city.tools.trust())(()), city.tools.data / "trust")
    page = (await sent(client, paper[1])).text
    assert HOLDER not in page
    assert "签章有效" not in page


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n%%EOF",
        b"no pdf at all",
        bytes(5000),
        b"%PDF-" + b"<<" * 5000,
        b"%PDF-1.7\nxref\n",
    ],
)
@pytest.mark.parametrize("lang", ["zh_CN", "en"])
async def test_what_is_no_paper_is_said_so(
    city: TestCity, client: httpx2.AsyncClient, offices: Path, data: bytes, lang: str
) -> None:
    install(city, offices)
    answer = await sent(client, data, lang)
    assert answer.status_code == 200
    assert "signing.un" not in answer.text


async def test_a_large_file_is_taken_and_a_larger_one_refused(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    assert (await sent(client, b"%PDF-1.7\n" + bytes(3 * 1024 * 1024))).status_code == 200
    assert (await sent(client, bytes(MOST + 1))).status_code == 413
    assert not [p for p in (city.tools.data / "files").rglob("*") if p.is_file()]


async def test_a_number_leads_to_its_paper_in_any_case(
    client: httpx2.AsyncClient, paper: tuple[str, bytes]
) -> None:
    code, _ = paper
    found = await client.post("/verify", data={"number": f" {code.upper()} "}, headers=OWN)
    assert (found.status_code, found.headers["location"]) == (303, f"/documents/{code}")


@pytest.mark.parametrize("number", ["nope", "../../x", "%00", "<b>", "9" * 500])
async def test_an_unknown_number_keeps_what_was_typed(
    client: httpx2.AsyncClient, number: str
) -> None:
    answer = await client.post("/verify", data={"number": number}, headers=OWN)
    assert answer.status_code == 422
    assert say("zh_CN", "documents.unknown_number") in answer.text
    assert "<b>" not in answer.text.replace("<b>达州市中介超市</b>", "")


async def test_nothing_sent_is_asked_for_again(client: httpx2.AsyncClient) -> None:
    for given in ({"data": {"a": "b"}}, {"files": {"file": ("x.pdf", b"")}}):
        answer = await client.post("/verify", headers=OWN, **given)
        assert answer.status_code == 422
        assert say("zh_CN", "documents.no_file") in answer.text


async def test_the_page_of_a_paper_and_its_files(
    client: httpx2.AsyncClient, paper: tuple[str, bytes]
) -> None:
    code, data = paper
    page = await client.get(f"/documents/{code}")
    assert HOLDER in page.text
    assert str(STATEMENT["title"]) in page.text
    file = await client.get(f"/documents/{code}/paper.pdf")
    assert (file.content, file.headers["content-type"]) == (data, "application/pdf")
    assert (await client.get(f"/documents/{code}/statement.json")).json() == STATEMENT
    assert (await client.get(f"/documents/{code}/statement.p7s")).content[0] == 0x30
    for path in ("", "/paper.pdf", "/statement.json", "/statement.p7s"):
        assert (await client.get(f"/documents/unknown{path}")).status_code == 404


async def test_before_it_is_signed_there_is_a_page_and_no_file(
    city: TestCity, client: httpx2.AsyncClient, offices: Path
) -> None:
    install(city, offices)
    code = await order(city)
    assert (await client.get(f"/documents/{code}")).status_code == 200
    for path in ("/paper.pdf", "/statement.json", "/statement.p7s"):
        assert (await client.get(f"/documents/{code}{path}")).status_code == 404


async def openssl(*arguments: str | Path) -> str:
    """What openssl says to this."""
    done = await asyncio.create_subprocess_exec(
        "openssl", *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    return (await done.communicate())[0].decode()


async def test_openssl_believes_the_timestamp_authority(
    city: TestCity, client: httpx2.AsyncClient, offices: Path, tmp_path: Path
) -> None:
    install(city, offices)
    data, query, reply, root = (tmp_path / n for n in ("data", "query", "reply", "root.pem"))
    data.write_bytes(b"what was there")
    await openssl("ts", "-query", "-data", data, "-sha256", "-cert", "-out", query)
    headers = {"content-type": "application/timestamp-query"}
    answer = await client.post("/tsa", content=query.read_bytes(), headers=headers)
    assert answer.headers["content-type"] == "application/timestamp-reply"
    reply.write_bytes(answer.content)
    office = authority.office(offices / "authority", "ca_b")
    root.write_bytes(office.root.public_bytes(Encoding.PEM))
    given = (
        *("-in", reply, "-CAfile", root),
        *("-untrusted", city.tools.data / "seal" / "tsa" / "chain.pem"),
        *("-attime", str(int(city.clock().timestamp()))),
    )
    assert "Verification: OK" in await openssl("ts", "-verify", "-queryfile", query, *given)
    data.write_bytes(b"what was not there")
    assert "Verification: FAILED" in await openssl("ts", "-verify", "-data", data, *given)


@pytest.mark.parametrize("query", [b"", b"\x30\x00", b"junk", bytes(60_000)])
async def test_a_bad_query_is_rejected_politely(
    city: TestCity, client: httpx2.AsyncClient, offices: Path, query: bytes
) -> None:
    install(city, offices)
    answer = await client.post("/tsa", content=query)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/timestamp-reply"
    assert len(answer.content) < 100


async def test_a_city_without_a_timestamp_authority_says_so(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/tsa", content=b"", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["key"]) == (503, "documents.no_tsa")


async def test_a_city_that_asks_elsewhere_issues_none(
    city: TestCity, client: httpx2.AsyncClient
) -> None:
    tools = replace(city.tools, tsa="https://tsa.example/")
    city.app.state.door = replace(city.app.state.door, tools=tools)
    answer = await client.post("/tsa", content=b"", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["key"]) == (404, "documents.tsa_elsewhere")
