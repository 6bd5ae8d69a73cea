"""What the vault holds, onto the screens."""

from mobile.services.app_services import Services


def is_citizen(services: Services) -> bool:
    user = services.app_state.user
    return user is not None and user.role == "citizen"


def is_officer(services: Services) -> bool:
    user = services.app_state.user
    return user is not None and user.role == "officer"


async def fill(services: Services) -> None:
    """Fill the observables from the vault, each role's own."""
    s = services
    if is_citizen(s):
        licences, s.wallet_state.synced_at = await s.wallet.load()
        s.wallet_state.licences = tuple(licences)
        s.wallet_state.profile = await s.wallet.stored_profile()
        s.wallet_state.is_loaded = True
        await fill_dossiers(s)
    else:
        await fill_queue(s)
    s.inbox_state.notices = tuple(await s.inbox.load())


async def fill_dossiers(services: Services) -> None:
    """The citizen's dossiers, and what is not with the server yet."""
    state = services.dossiers_state
    dossiers, state.synced_at = await services.dossiers.load()
    state.dossiers = tuple(dossiers)
    state.drafts = tuple(await services.drafts.all())
    state.answers = tuple(await services.drafts.answers())
    state.is_loaded = True


async def fill_queue(services: Services) -> None:
    s = services
    s.queue_state.items = tuple(await s.queue.items())
    s.queue_state.history = tuple(await s.queue.history())
    s.queue_state.as_of = await s.trust.as_of()


def empty(services: Services) -> None:
    """Nothing of anybody stays on a screen behind a closed door."""
    s = services
    s.wallet_state.licences, s.wallet_state.profile, s.wallet_state.is_loaded = (), None, False
    s.inbox_state.notices = ()
    s.dossiers_state.dossiers, s.dossiers_state.drafts, s.dossiers_state.answers = (), (), ()
    s.dossiers_state.is_loaded = False
    s.editing_state.empty()
    s.queue_state.items, s.queue_state.history = (), ()
    s.desk_state.empty()
    s.counter_state.empty()
    s.desk_actions.forget()
    s.payments_desk.state.empty()
    s.receipts_desk.state.empty()
    s.payments_state.empty()
