"""How a worker lets an attempt go."""


class Abandoned(Exception):  # noqa: N818 - what became of an attempt, not an error of the program
    """The attempt is no longer this worker's: its lease passed to another, or could not be kept."""


class TakenAway(Abandoned):
    """The attempt was taken from this worker, or has ended without it."""
