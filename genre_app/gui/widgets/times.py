"""Times and shares as people read them; the same everywhere in the window."""

from __future__ import annotations


def clock(seconds: float) -> str:
    """Return a position or length as ``m:ss``, from one hour on as ``h:mm:ss``; fractions are cut off."""
    whole = max(0, int(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def percent(share: float) -> str:
    """Return `share` (0…1) as whole percent, never claiming that something is impossible or certain."""
    if 0.0 < share < 0.005:
        return "<1%"
    if 0.995 <= share < 1.0:
        return ">99%"
    return f"{100 * share:.0f}%"
