"""The models port: the operator's model, and others by their names."""

import threading
from collections.abc import Callable

from engine.model import EXTRACTIVE, Completion, Finding, Model, Prompt, Task, Tools
from engine.ports import PortError
from engine.research.budget import BudgetUsed
from workers.models.loop import run
from workers.models.setup import ModelSetup, make_model


class ModelsPort:
    """Gives the models of one attempt, as `engine.model.Models` says."""

    def __init__(self, setup: ModelSetup, *, interrupted: Callable[[], bool], seconds: float) -> None:
        """Make it.

        Args:
            setup: What the operator has set up.
            interrupted: Says whether the run was canceled.
            seconds: How long the attempt may take.
        """
        self._setup, self._interrupted, self._seconds = setup, interrupted, seconds
        self._made: list[AskedModel] = []

    def model(self, name: str | None = None) -> Model | None:
        """Give a model; see `engine.model.Models`."""
        chosen = name or self._setup.name
        if chosen == EXTRACTIVE:
            return None
        made = AskedModel(self._setup, chosen, interrupted=self._interrupted, seconds=self._seconds)
        self._made.append(made)
        return made

    def close(self) -> None:
        """Close the connections of the models that were given."""
        for made in self._made:
            made.close()


CLOSE_SECONDS = 5.0

_making = threading.Lock()


class AskedModel:
    """A model that pydantic-ai asks, as `engine.model.Model` says."""

    def __init__(
        self, setup: ModelSetup, name: str, *, interrupted: Callable[[], bool], seconds: float
    ) -> None:
        with _making:  # the library is loaded once, however many threads come first
            self._model, self._client = make_model(setup, name)
        self.name, self._interrupted, self._seconds = name, interrupted, seconds

    def close(self) -> None:
        """Close its connections; it cannot be asked any more."""
        if self._client is not None:
            run(self._client.close(), seconds=CLOSE_SECONDS, interrupted=lambda: False)

    def complete(self, prompt: Prompt) -> Completion:
        """Have a text answered; see `engine.model.Model`."""
        from workers.models.completion import complete  # noqa: PLC0415 - it loads pydantic-ai

        work = complete(self._model, self.name, prompt)
        return run(work, seconds=self._seconds, interrupted=self._interrupted)

    def research(self, task: Task, tools: Tools) -> Finding:
        """Have a question researched; see `engine.model.Model`."""
        from workers.models.agent import research  # noqa: PLC0415 - it loads pydantic-ai

        work = research(self._model, self.name, task, tools)
        try:
            return run(work, seconds=tools.seconds_left, interrupted=self._interrupted)
        except PortError as error:
            if error.code != "TIMEOUT":
                raise
            raise BudgetUsed("time") from error
