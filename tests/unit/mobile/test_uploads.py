"""Files on their way: resumed where the server stands, sent whole once, refused with a reason."""

from hashlib import sha256

import pytest

from mobile.state.draft import PickedFile
from shared_models.errors import DomainError
from tests.support.phone_data import CITIZEN, Phone, signed_in
from tests.support.phone_files import FilePicker, UploadDesk
from tests.support.phone_screens import run

CONTENT = b"%PDF-1.7 a paper of thirty bytes"
COMPONENT = {"key": "drawing", "accepts": ["pdf"], "max_bytes": 1000}


async def picked() -> tuple[Phone, UploadDesk, PickedFile]:
    phone = Phone()
    await signed_in(phone, CITIZEN)
    FilePicker(phone.web).content = CONTENT
    desk = UploadDesk(phone.server)
    file = await phone.services.drafts.pick(COMPONENT, photo=False)
    assert file is not None
    return phone, desk, file


def test_a_file_arrives_whole_in_pieces_and_says_how_far_it_is():
    async def story() -> None:
        phone, desk, file = await picked()
        seen: list[int] = []
        sent = await phone.services.sending.send_file(file, lambda _id, count: seen.append(count))
        assert sent.state == "checked"
        assert sha256(desk.files[file.id]["bytes"]).hexdigest() == file.sha256
        assert seen == sorted(seen)
        assert seen[-1] == len(CONTENT)

    run(story)


def test_after_a_cut_only_the_rest_is_sent():
    async def story() -> None:
        phone, desk, file = await picked()
        desk.files[file.id] = {"id": file.id, "size": file.size, "sha256": file.sha256, "bytes": CONTENT[:10],
                               "state": "open", "code": None}  # fmt: skip
        sent = await phone.services.sending.send_file(file, lambda _id, _count: None)
        assert sent.state == "checked"
        first = next(request for request in phone.server.requests if request.method == "PATCH")
        assert first.path.endswith("offset=10")
        assert first.body == CONTENT[10:12], "the rest of the piece in which it was cut"

    run(story)


def test_an_answer_that_is_lost_costs_nothing_and_doubles_nothing():
    async def story() -> None:
        phone, desk, file = await picked()
        phone.server.loses_answers = 2
        sent = await phone.services.sending.send_file(file, lambda _id, _count: None)
        assert sent.state == "checked"
        assert desk.files[file.id]["bytes"] == CONTENT

    run(story)


def test_the_line_cut_for_good_is_no_verdict_on_the_file():
    async def story() -> None:
        phone, _, file = await picked()
        phone.server.is_down = True
        with pytest.raises(DomainError, match="network"):
            await phone.services.sending.send_file(file, lambda _id, _count: None)

    run(story)


def test_a_file_that_is_refused_at_the_door_or_at_the_end_says_why():
    async def story() -> None:
        phone, desk, file = await picked()
        desk.refusals[CONTENT] = "file.active_content"
        sent = await phone.services.sending.send_file(file, lambda _id, _count: None)
        assert (sent.state, sent.code) == ("refused", "file.active_content")
        phone.server.on("POST", "/api/v1/uploads", (422, {"code": "file.too_large", "status": 422}))
        sent = await phone.services.sending.send_file(file, lambda _id, _count: None)
        assert (sent.state, sent.code) == ("refused", "file.too_large")

    run(story)


def test_a_server_that_never_moves_on_ends_the_try():
    async def story() -> None:
        phone, _, file = await picked()
        phone.server.on("PATCH", "/api/v1/uploads/*", (200, {"offset": 0, "state": "open"}))
        with pytest.raises(DomainError, match=r"upload\.stuck"):
            await phone.services.sending.send_file(file, lambda _id, _count: None)
        conflict = {"code": "upload.offset", "status": 409, "params": {"offset": 0}}
        phone.server.on("PATCH", "/api/v1/uploads/*", (409, conflict))
        with pytest.raises(DomainError, match=r"upload\.offset"):
            await phone.services.sending.send_file(file, lambda _id, _count: None)

    run(story)


def test_a_piece_that_is_gone_from_the_phone_says_so():
    async def story() -> None:
        phone, _, file = await picked()
        await phone.web.vault_remove(f"piece/{file.id}/0003")
        sent = await phone.services.sending.send_file(file, lambda _id, _count: None)
        assert (sent.state, sent.code) == ("refused", "file.lost"), "so that its owner chooses it again"

    run(story)
