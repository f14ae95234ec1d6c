"""How a process is told to stop: SIGTERM or SIGINT, taken when it waits for them and at no other moment."""

import signal

_STOP = (signal.SIGTERM, signal.SIGINT)


def hold_stop_signals() -> None:
    """Keep them until `wait_for_stop`; call it in the main thread before any other thread starts.

    From here on a signal interrupts nothing, and all after the first are ignored.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOP)


def wait_for_stop() -> str:
    """Wait for one and give its name."""
    return signal.Signals(signal.sigwait(_STOP)).name
