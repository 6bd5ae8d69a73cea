"""Catalogues: the same keys in both languages, all of them used, none missing, and nothing the font cannot draw."""

import ast
import re
from pathlib import Path
from string import Formatter

import flet_web
import pytest
from fontTools.ttLib import TTFont

from backend.identity.browsers import BROWSERS, OTHER, SYSTEMS
from mobile.i18n import catalogue, safe_text
from mobile.i18n.catalogue import error_text, t, use_language
from mobile.i18n.dates import days_left, moment_text
from mobile.i18n.safe_text import is_shown, safe
from mobile.screens.citizen.dossiers.dossier import SLIPS
from mobile.screens.citizen.dossiers.rating import SCORES
from mobile.screens.citizen.payments.way import ICONS
from mobile.screens.inspector.checklists import BY_TYPE, COMMON
from mobile.screens.officer.counter.who import HINTED, QUESTIONS
from mobile.screens.officer.dossier.clash import MEMBERS
from mobile.services.settings import LANGUAGES, THEMES
from mobile.state.counter import CHANNELS
from mobile.state.desk import PAUSED, VIEWS
from mobile.state.desk_case import WATCHED
from mobile.state.desk_forms import FORMS, GRANTED, HARMS
from mobile.state.licence import Standing
from mobile.state.payments import WHY
from mobile.ui.components.tabs import TABS
from shared_models.access import Duty, Role
from shared_models.access_action import AccessAction
from shared_models.credential.judge import Outcome as Verdict
from shared_models.credential.types import LICENCE_TYPES
from shared_models.deadline_rule import TimeUnit
from shared_models.dossier import Channel, DeliveryStatus, PaymentStatus, ReturnWay
from shared_models.dossier_status import DossierAction, DossierStatus
from shared_models.fee import FACTS
from shared_models.inspection import CheckState, Outcome
from shared_models.notice import NOTICE_KINDS
from shared_models.payment.order import SETTLED_STATES, GatewayKey
from shared_models.procedure_terms import LIFE_EVENTS, HeldSource
from tests.support.collect_words import COLLECT_FAMILIES
from tests.support.editor_words import EDITOR_FAMILIES
from tests.support.phone import NOW

MOBILE = Path(__file__).resolve().parents[3] / "mobile"
SOURCES = [file for file in MOBILE.rglob("*.py") if "web" not in file.relative_to(MOBILE).parts]
# Families whose keys are put together from codes: each code of its registry must have its sentence.
FAMILIES = {
    "fact.": set(FACTS),
    "licence_type.": {kind.key for kind in LICENCE_TYPES} | {"unknown"},
    "standing.": {str(standing) for standing in Standing},
    "tab.": {tab.id for tabs in TABS.values() for tab in tabs} | {"with_count"},
    "checklist.": {key for keys in BY_TYPE.values() for key in keys} | set(COMMON),
    "record.result.": {str(outcome) for outcome in Outcome},
    "record.mark.": {str(state) for state in CheckState},
    "verdict.": {verdict.name for verdict in Verdict},
    "notice.": {f"{kind}.{part}" for kind in (*NOTICE_KINDS, "other") for part in ("title", "body")}
    | {"result_unknown"},
    "log.action.": {action.value for action in AccessAction} | {"person.looked_up", "other"},
    "me.language.": set(LANGUAGES),
    "me.theme.": set(THEMES),
    "me.push.": {"on", "off", "denied", "unsupported"},
    "queue.state.": {"waiting", "sending", "sent", "refused"},
    "queue.kind.": {"scan", "inspection"},
    "staff.": {"username", "password", "title", "body", "submit", "missing"},
    "pin.step.": {"0", "1", "2"},
    "licence.why.": {"suspended", "revoked"},
    "browser.": {name for _, name in BROWSERS} | {OTHER},
    "system.": {name for _, name in SYSTEMS} | {OTHER},
    "role.": {role.value for role in Role if role is not Role.MACHINE},
    "dossier.status.": {status.name.lower() for status in DossierStatus},
    "dossier.meaning.": {status.name.lower() for status in DossierStatus} | {"overdue", "overdue_again"},
    "dossier.action.": {action.value for action in DossierAction} | {"submit", "other"},
    "dossiers.": {"asked", "waiting", "open", "drafts", "over"},
    "deadline.unit.": {unit.name.lower() for unit in TimeUnit},
    "life_event.": set(LIFE_EVENTS),
    "form.source.": {"person", "licence", "result", "dossier", "registry"},
    "service.held.": {"licence", "person", "registry"},
    "version.": {"deadline", "fee", "paper_added", "paper_dropped"},
    "slip.": set(SLIPS),
    "asks.": {"payment.short", "supplement.short"},
    "rating.": {str(score) for score in SCORES},
    "counter.channel.": set(CHANNELS),
    "counter.who.": {*QUESTIONS, *(f"{name}.hint" for name in HINTED)},
    "pay.way.": {key.value for key in GatewayKey},
    "pay.line.": set(ICONS),
    "pay.why.": {*WHY.values(), "other"},
    "pay.state.": {*(state.value for state in SETTLED_STATES), "nothing"},
    "pay.next.": {state.value for state in SETTLED_STATES},
    "receipts.state.": {"cancelled", "replaced"},
    "merchant.way.": {"with", "without"},
    "desk.view.": {*VIEWS, "counted"},
    "desk.empty.": set(VIEWS),
    "desk.empty_body.": set(VIEWS),
    "desk.paused.": {status.name.lower() for status in PAUSED},
    "weekday.": {str(number) for number in range(1, 8)},
    "case.act.": set(FORMS),
    "case.send.": set(FORMS),
    "case.done.": set(FORMS),
    "case.sure.": {f"{action}.{part}" for action in HARMS for part in ("title", "body", "yes")},
    "case.about.": {"accept", "refuse", "ask_payment", "ask_opinion", "propose", "send_back", "stop", "extend"},
    "case.happened.": {action.value for action in DossierAction} | {"submit"},
    "case.status.": {status.name.lower() for status in DossierStatus},
    "case.member.": {*WATCHED, *MEMBERS},
    "case.grant.": set(GRANTED),
    "case.keep.": {"ours", "theirs"},
    "case.side.": {"ours", "theirs"},
    "case.duty.": {duty.value for duty in Duty},
    "case.way.": {way.value for way in ReturnWay},
    "case.source.": {source.value for source in HeldSource},
    "case.channel.": {str(int(channel)) for channel in Channel},
    "case.payment.": {status.value for status in PaymentStatus},
    "case.delivery.": {status.value for status in DeliveryStatus} - {"none"},
    "case.origin.": {"prefilled", "changed", "typed"},
    "case.policy.": {"reset", "resume"},
    "case.paused.": {"supplement", "payment", "stopped", "until", "goes_on", "same_clock"},
    "case.ended.": {"early", "on_time", "late"},
    "case.opinion.": {"opinion", "part", "answered", "waits", "open"},
    "case.decision.": {"approve", "refuse"},
    "case.result.": {"approved", "refused"},
    "case.nothing.": {"supplement", "payment", "agency", "nobody"},
    "case.clock.": {"intake", "intake_late", "extend_left", "extend_none"},
    "case.demands.": {"one", "none"},
    "case.paper.": {"missing", "optional"},
    "case.hint.": {"propose.text", "refuse.legal_basis", "stop.legal_basis", "extend.new_due_date"},
    "case.field.": {field.name for fields in FORMS.values() for field in fields} - {"items", "amount", "result", "to"}
    | {"assign.to", "hand_over.to", "propose.text", "extend.reason"},
    **COLLECT_FAMILIES,
    **EDITOR_FAMILIES,
}
# Families in which a sentence without a code would be a left-over.
EXACT = {
    "licence_type.",
    "standing.",
    "checklist.",
    "verdict.",
    "notice.",
    "log.action.",
    "role.",
    "browser.",
    "system.",
    "dossier.status.",
    "dossier.meaning.",
    "dossier.action.",
    "deadline.unit.",
    "life_event.",
    "slip.",
}
# Codes that reach the phone from other rooms; every one that stands here has a sentence, others get `error.unknown`.
FREE_FAMILIES = ("error.", "purpose.")


def literals() -> set[str]:
    found = set()
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def calls_of_t() -> set[str]:
    """The first argument of every `t("…")` and `say("…")`, and the stems of questions."""
    keys = set()
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            value = node.args[0].value
            if name in {"t", "say"} and isinstance(value, str):
                keys.add(value)
            if name == "Question" and isinstance(value, str):
                keys |= {f"{value}.{part}" for part in ("title", "body", "yes")}
    return keys


def test_both_languages_have_the_same_keys_and_parameters():
    vi, en = catalogue.catalogue("vi"), catalogue.catalogue("en")
    assert vi.keys() == en.keys()
    for key, entry in vi.items():
        theirs = en[key] if isinstance(en[key], str) else en[key]["other"]
        names = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (entry, theirs)]
        assert names[0] == names[1], key


def test_every_key_in_the_code_has_a_sentence():
    assert calls_of_t() - catalogue.catalogue("vi").keys() == set()


def test_every_code_of_a_family_has_a_sentence_and_no_other_has():
    keys = set(catalogue.catalogue("vi"))
    for prefix, codes in FAMILIES.items():
        wanted = {f"{prefix}{code}" for code in codes}
        longer = [other for other in FAMILIES if other != prefix and other.startswith(prefix)]
        have = {key for key in keys if key.startswith(prefix) and not key.startswith(tuple(longer) or ("\0",))}
        if prefix in EXACT:
            assert have == wanted, prefix
        assert wanted <= keys, prefix


def test_every_sentence_is_used():
    texts = literals()
    questions = set(calls_of_t())
    families = {f"{prefix}{code}" for prefix, codes in FAMILIES.items() for code in codes}
    documents = {f"documents.{name}.{part}" for name in ("sheet", "document") for part in ("title", "body", "file")}
    dead = [
        key
        for key in catalogue.catalogue("vi")
        if key not in texts | questions | families | documents and not key.startswith(FREE_FAMILIES)
    ]
    stems = re.compile(
        r"^(counter\.leave|forgot|signout|signout_waiting|signout_drafts|signout_untold|block|record\.leave|draft\.throw|dossier\.withdraw)\.(title|body|yes)$"
    )
    assert [key for key in dead if not stems.match(key)] == []


def test_no_sentence_uses_a_letter_that_the_font_lacks():
    for lang in LANGUAGES:
        for key, entry in catalogue.catalogue(lang).items():
            for text in entry.values() if isinstance(entry, dict) else [entry]:
                assert all(is_shown(letter) for letter in text), (lang, key)


def test_ranges_of_safe_text_are_in_the_bundled_font():
    font = TTFont(Path(flet_web.get_package_web_dir()) / "assets/fonts/roboto.woff2")
    letters = set(font.getBestCmap())
    missing = [hex(code) for first, last in safe_text.RANGES for code in range(first, last + 1) if code not in letters]
    assert missing == []


def test_safe_drops_what_the_font_cannot_draw_and_keeps_vietnamese():
    assert safe("Bà Mụa ✓😀 – 50.000₫\nĐường 2‑9") == "Bà Mụa  – 50.000₫\nĐường 2-9"
    assert safe("Mì Quảng") == "Mì Quảng"


def test_the_pattern_for_fields_takes_exactly_the_safe_letters():
    pattern = re.compile(safe_text.TYPEABLE)
    assert pattern.fullmatch("Ộ")
    assert pattern.fullmatch("\n")
    assert not pattern.fullmatch("✓")


def test_plural_forms_follow_the_count_in_english_only():
    use_language("en")
    assert days_left(1) == "one day left"
    assert days_left(12) == "12 days left"
    use_language("vi")
    assert days_left(12) == "còn 12 ngày"
    assert days_left(0) == "hết hạn hôm nay"
    assert days_left(-3) == "hết hạn 3 ngày trước"


def test_an_unknown_error_code_still_gets_a_true_sentence():
    assert "http.418" in error_text("http.418")


def test_an_unknown_key_is_a_fault():
    with pytest.raises(KeyError):
        t("no.such.key")


def test_moments_are_told_in_the_citys_time():
    assert moment_text(NOW, NOW) == "09:30"
    assert moment_text(NOW.replace(hour=16, day=20), NOW) == "hôm qua 23:30"
    # 17:30 UTC is past midnight in the city: already today
    assert moment_text(NOW.replace(hour=17, minute=30, day=20), NOW) == "00:30"
    assert moment_text(NOW.replace(month=3, day=2), NOW) == "02/03 09:30"
    assert moment_text(NOW.replace(year=2025), NOW) == "21/11/2025 09:30"


def test_no_screen_writes_a_sentence_of_its_own():
    """Text on screen comes from the catalogue: no `ft.Text("…")` or `text("…")` with a literal of letters."""
    found = []
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            value = getattr(node.args[0], "value", None)
            if (
                name in {"Text", "text", "heading", "chip"}
                and isinstance(value, str)
                and any(c.isalpha() for c in value)
            ):
                found.append(f"{file.name}:{node.lineno}")
    assert found == []


def test_no_colour_outside_the_theme():
    pattern = re.compile(r"#[0-9A-Fa-f]{6}\b")
    assert [f.name for f in SOURCES if f.name != "theme.py" and pattern.search(f.read_text(encoding="utf-8"))] == []
