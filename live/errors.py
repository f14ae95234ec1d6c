"""What following a run may raise."""


class HubClosed(Exception):  # noqa: N818  it is no fault of anyone: the process goes down, the client comes back
    """The hub was closed: the client should come back with the last seq that it has."""


class SeqUnknown(LookupError):  # noqa: N818  named as the API's code
    """The run's log has no event with the seq to follow from."""

    def __init__(self, run_id: str, seq: int) -> None:
        super().__init__(f"run {run_id} has no event {seq}")
        self.run_id = run_id
        self.seq = seq


class Lagging(Exception):  # noqa: N818  named as the API's code
    """More changes of a list waited for a watcher than are kept: it should subscribe again, and query again."""

    def __init__(self) -> None:
        super().__init__("more changes waited for you than are kept; subscribe again, then query again")
