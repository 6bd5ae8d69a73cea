"""Whom it is for, who receives it and who decides: beside the steps on a wide screen, in two lines on a phone."""

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.names import weekday_moment
from mobile.state.counter import Filing
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, facts, heading, text
from mobile.ui.components.fee_terms import fee_notices, fee_rows
from shared_models.clock import from_wire
from shared_models.person import mask_personal_id


def where_to(filing: Filing) -> str:
    """Who receives and who decides, in a sentence; empty before it is known."""
    goes = filing.goes
    if goes is None:
        return ""
    if goes.support is not None:
        key = "counter.goes.elsewhere" if goes.receiving == goes.competent else "counter.goes.elsewhere_decided"
        return t(key, receiving=goes.receiving, competent=goes.competent)
    if goes.receiving == goes.competent:
        return t("counter.goes.here", competent=goes.competent)
    return t("counter.goes.here_decided", competent=goes.competent)


def person(filing: Filing) -> str:
    owner = filing.owner
    number = mask_personal_id(owner.personal_id) if len(owner.personal_id) == 12 else ""
    return " · ".join(part for part in (owner.full_name, number) if part)


def summary(filing: Filing) -> ft.Control:
    """The right pane."""
    draft, now = filing.draft, current_app().services.clock.now()
    rows = [(t("counter.person"), person(filing) or t("review.unanswered"))]
    if filing.goes is not None:
        due = weekday_moment(from_wire(draft.due_at), now) if draft.due_at else t("review.terms_later")
        rows += [*fee_rows(draft), (t("review.due"), due)]
        rows.append((t("counter.papers"), _papers(filing)))
    lines: list[ft.Control] = [heading(t("counter.summary"), Style.TITLE_MEDIUM), facts(rows)]
    is_new = filing.goes is not None and not filing.goes.is_known
    lines += fee_notices(draft, "counter.fee_unasked_new" if is_new else "counter.fee_unasked")
    if sentence := where_to(filing):
        lines.append(text(sentence, Style.BODY_MEDIUM, quiet=True))
    if is_new:
        lines.append(text(t("counter.new_person"), Style.BODY_MEDIUM, quiet=True))
    return ft.Semantics(
        identifier="counter.summary", container=True, content=card(ft.Column(spacing=theme.SPACE_M, controls=lines))
    )


def _papers(filing: Filing) -> str:
    whole = len(filing.draft.procedure["components"])
    return t("counter.papers_count", held=len(filing.draft.held), scanned=len(filing.draft.files), all=whole)


def brief(filing: Filing) -> ft.Control:
    """The same in two lines."""
    lines: list[ft.Control] = [text(person(filing), Style.TITLE_MEDIUM)]
    if sentence := where_to(filing):
        lines.append(text(sentence, Style.BODY_MEDIUM, quiet=True))
    return ft.Semantics(
        identifier="counter.summary", container=True, content=card(ft.Column(spacing=4, controls=lines))
    )
