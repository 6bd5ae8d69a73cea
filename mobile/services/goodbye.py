"""What the server should hear before a phone forgets everybody."""

import asyncio
from contextlib import suppress

from mobile.services.app_services import Services
from shared_models.errors import DomainError


async def say_goodbye(services: Services, limit_s: float) -> bool:
    """Tell the server within `limit_s` seconds; returns whether the phone is off its owner's list of devices.

    All of it may be done again: taking a phone off a second time changes nothing, and a phone that is off and was not
    wiped forgets its wallet at the next sync.
    """
    is_off_list = False

    async def in_order() -> None:
        nonlocal is_off_list
        # The session ends last: the others need it.
        is_off_list = await _take_off_list(services)
        await services.push.forget_quietly()
        await services.session.end_quietly()

    with suppress(TimeoutError):
        await asyncio.wait_for(in_order(), limit_s)
    return is_off_list


async def _take_off_list(services: Services) -> bool:
    try:
        device_id = await services.wallet.device_id()
        if device_id is not None:
            await services.devices.sign_off(device_id)
    except DomainError:
        # Without a network or a session it stays on the list, which the caller says.
        return False
    return True
