"""A length of time, as options of commands take it."""

import re
from datetime import timedelta
from typing import Final

from playhead.commands.refusal import WrongInput

_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}
_LONGEST: Final = timedelta(days=36_500)


def read_time(option: str, text: str) -> timedelta:
    """Reads `90d`, `12h` or `30m`.

    Raises:
        WrongInput: it is none; the line names the option.
    """
    found = re.fullmatch(r"([1-9][0-9]{0,8})([mhd])", text)
    if found is None or (lasts := timedelta(**{_UNITS[found[2]]: int(found[1])})) > _LONGEST:
        raise WrongInput(f"{option}: got '{text}', takes a time such as 90d, 12h or 30m, 36500d at most")
    return lasts
