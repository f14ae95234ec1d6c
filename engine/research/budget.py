"""What a question may take, and what is said where it is used up, or a tool came to nothing."""

from engine.errors import ExecutionError


class BudgetUsed(Exception):  # noqa: N818 - named as what happened: the agent ends with what it has
    """The budget of a question is used up; `what` names it: steps, time, tokens or requests."""

    def __init__(self, what: str, usage: object = None) -> None:
        super().__init__(f"the budget of {what} is used up")
        self.what, self.usage = what, usage


class ToolFailed(Exception):  # noqa: N818 - named as what happened to the tool: the agent goes on without it
    """A search or a page came to nothing; its step says why, as `error` does."""

    def __init__(self, error: ExecutionError) -> None:
        super().__init__(error.message)
        self.error = error
