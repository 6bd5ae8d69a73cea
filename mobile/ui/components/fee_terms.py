"""What a dossier costs, why it is less where it is, and what could not be asked: for citizens and at the counter."""

import flet as ft

from mobile.i18n.catalogue import t
from mobile.i18n.names import money, said
from mobile.state.draft import Draft
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import notice_box


def fee_rows(draft: Draft) -> list[tuple[str, str]]:
    """The fee, what it would be by the list, and the rules that make it less."""
    found = draft.assessment
    rows = [(t("review.fee"), money(found.total))]
    listed = sum(line.listed for line in found.lines)
    if listed != found.total:
        rows.append((t("review.fee_listed"), money(listed)))
    applied = {
        one.rule_id: f"{said(one.name.to_json())} · {one.basis}"
        for line in found.lines
        for one in line.considered
        if one.rule_id == line.rule_id
    }
    return [*rows, *((t("review.fee_why"), words) for words in applied.values())]


def fee_notices(draft: Draft, key: str) -> list[ft.Control]:
    """``key``: the sentence, of those to whom it is said."""
    if not draft.fee_unasked:
        return []
    groups = ", ".join(t(f"fact.{fact}") for fact in draft.fee_unasked)
    box = notice_box(t(key, groups=groups), ft.Icons.HELP_OUTLINE, current_app().look.warning)
    return [ft.Semantics(identifier="fee.unasked", container=True, content=box)]
