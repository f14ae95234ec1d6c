"""Why a server cannot start, for the person who started it."""


class StartError(Exception):
    """The server cannot start here. The text is one line: what is wrong, and what would mend it."""
