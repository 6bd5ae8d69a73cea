"""Dossiers as people live them: from a form on the phone over an officer's desk to what comes of it."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from scripts.supervise.city import City
from shared_models.clock import CITY_ZONE
from tests.e2e.conftest import SHOTS
from tests.support.browser.applying import Applying
from tests.support.browser.citizen import REACH, a_citizen, look_again, newest
from tests.support.browser.officer import Officer
from tests.support.dossiers import a_pdf
from tests.support.stack import Addresses
from tests.support.story.days import Rows
from tests.support.story.desk import Clerk

pytestmark = [pytest.mark.browser, pytest.mark.stack]

TRANG = "048192900002"
HERE = SHOTS.with_name("dossiers")
BIRTH, EXCHANGE = "1.001193", "3.000347"


def test_a_birth_from_the_form_to_the_result_by_post(at: Addresses, browser: Browser, city: City, rows: Rows) -> None:
    # A mother registers her child from her phone. What the city knows is filled in; one paper is hers to bring.
    mother = a_citizen(browser, at, TRANG, HERE / "birth")
    form = Applying(mother, BIRTH)
    form.begin("khai sinh")
    mother.shoot("01-known")
    born = datetime.now(CITY_ZONE).date() - timedelta(days=4)
    form.fill(
        {
            "applicant_relation": "mother",
            "child_name": "Lê Minh Khôi",
            "child_birth_date": f"{born:%d/%m/%Y}",
            "child_gender": "male",
            "child_ethnicity": "Kinh",
            "child_nationality": "Việt Nam",
            "child_birth_place_kind": "hospital",
            "child_hospital": "Bệnh viện Phụ sản – Nhi Đà Nẵng",
            "child_hometown": "Phường Hải Châu, Đà Nẵng",
            "mother_name": "Trần Thị Thu Trang",
            "mother_birth_date": "12/03/1992",
            "mother_ethnicity": "Kinh",
            "mother_nationality": "Việt Nam",
            "mother_residence": "44 Lê Đình Dương, phường Hải Châu",
            "father_declared": "false",
            "pledge": "true",
        },
        unless_known=REACH,
    )
    form.give({"birth_certificate": a_pdf()})
    form.way(return_way="post", return_address="44 Lê Đình Dương, phường Hải Châu")
    mother.shoot("02-review")
    form.send()
    mother.see("dossier.due", 30_000)
    mother.read("Đã nộp")
    mother.shoot("03-sent")
    dossier_id = newest(rows)

    # The ward's clerk finds it in the queue, reads the paper beside the form, accepts it and proposes.
    clerk = Officer(browser, at.app, at.codes, "canbo.hai-chau", HERE / "birth")
    clerk.open(dossier_id, "intake")
    clerk.screen.shoot("04-desk")
    clerk.do("accept")
    clerk.do("start")
    clerk.do("propose", decision="approve", text="Hồ sơ đủ và hợp lệ. Đề nghị đăng ký khai sinh.")
    expect(clerk.screen.by_id("case.do.resolve")).to_have_count(0)

    # Whoever proposed cannot sign: the leader does.
    leader = Officer(browser, at.app, at.codes, "lanhdao.hai-chau", HERE / "birth")
    leader.open(dossier_id, "approval")
    leader.screen.shoot("05-to-sign")
    leader.do("resolve")
    # Signing takes a moment, and the clerk's list is of the moment at which it is asked for.
    leader.screen.read("Đã có kết quả")

    # It goes out by post, and the mother sees where it is and who did what when.
    clerk.open(dossier_id, "ready")
    clerk.do("post", carrier="Bưu điện Việt Nam", tracking="RR123456789VN")
    clerk.screen.shoot("06-posted")
    look_again(mother, dossier_id)
    for words in ("RR123456789VN", "Võ Minh Quân", "Ủy ban nhân dân phường Hải Châu"):
        mother.bring_words(words)
    mother.shoot("07-timeline")
    result = rows.results.find_one({"dossier_id": dossier_id})
    assert result is not None
    assert (result["type"], result["state"]) == ("birth_certificate", "active")
    assert mother.errors == clerk.screen.errors == leader.screen.errors == []


def test_a_driving_licence_is_exchanged_with_nothing_handed_in(
    at: Addresses, browser: Browser, city: City, rows: Rows
) -> None:
    # Her licence is in the wallet, her health check and her identity in the registers: no paper is asked for.
    driver = a_citizen(browser, at, TRANG, HERE / "driving")
    held = rows.licences.find_one({"type": "driving_licence", "number": "48-0192900002", "status": "valid"})
    assert held is not None
    form = Applying(driver, EXCHANGE)
    form.begin("đổi giấy phép lái xe")
    form.fill(
        {
            "reason": "plastic",
            "health_exam_place": "Trung tâm Y tế Hải Châu",
            "health_exam_date": "10/11/2026",
            "uses_substances": "true",
            "pledge": "true",
        },
        unless_known=REACH,
    )
    form.way(return_way="digital")
    for words in ("Giấy phép lái xe", "48-0192900002"):
        driver.bring_words(words)
    driver.shoot("01-review")
    form.send()
    driver.see("dossier.due", 30_000)
    dossier_id = newest(rows)
    given = rows.dossiers.find_one({"_id": dossier_id})
    assert given is not None
    assert given["file_ids"] == [], "nothing was uploaded"
    assert {one["evidence"]["source"] for one in given["components"]} <= {"licence", "registry", "person"}

    # The fee is asked for and paid at the counter, then two officers decide.
    police, chief = Clerk(city, "canbo.catp"), Clerk(city, "lanhdao.catp")
    lines = police.read(dossier_id)["fee"]["lines"]
    police.do(dossier_id, "ask_payment", amount=115_000, lines=lines)
    look_again(driver, dossier_id)
    driver.see("dossier.asks")
    driver.read(re.compile("115.000"))
    driver.shoot("02-fee")
    police.do(dossier_id, "record_payment", amount=115_000, receipt_number="BL-0001")
    police.do(dossier_id, "start")
    police.propose(dossier_id)
    chief.do(dossier_id, "resolve")

    # The new licence has the old one's number and its place in the wallet.
    fresh = list(rows.licences.find({"owner_id": held["owner_id"], "type": "driving_licence", "status": "valid"}))
    assert [(one["number"], one["_id"] != held["_id"]) for one in fresh] == [("48-0192900002", True)]
    driver.tap("nav.back")
    driver.tap("tab.wallet")
    driver.tap("wallet.refresh")
    driver.see(f"licence.{fresh[0]['_id']}", 30_000)
    expect(driver.by_id(f"licence.{held['_id']}")).to_have_count(0)
    driver.tap(f"licence.{fresh[0]['_id']}")
    driver.read("48-0192900002")
    driver.shoot("03-licence")
    assert driver.errors == []
