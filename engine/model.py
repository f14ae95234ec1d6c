"""The port to language models: a text answered, and questions researched with tools."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from engine.passages.page import Page
from engine.research.ports import Hit
from engine.status import EmptyReason
from engine.values import JsonValue

EXTRACTIVE = "extractive"
"""The name that stands for no model: what is answered is word for word what was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What was asked of a model."""

    model: str
    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0

    def as_data(self) -> dict[str, JsonValue]:
        """Give it as events, tables and the API hold it."""
        if self.model == EXTRACTIVE:
            return {"model": EXTRACTIVE}
        return {
            "model": self.model,
            "requests": self.requests,
            "inputTokens": self.input_tokens,
            "outputTokens": self.output_tokens,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What a model is asked; with a schema it answers by a value that fits it."""

    text: str
    system: str | None = None
    schema: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What a model answered; `value` is what fits the schema, None without one."""

    text: str
    value: JsonValue
    usage: Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where an answer comes from, and what stands there word for word."""

    url: str
    quote: str
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What came of a question, as an agent has it; its quotes are yet to be checked."""

    usage: Usage
    answer: str | None = None
    sources: Sequence[Source] = ()
    reason: EmptyReason | None = None


@dataclass(slots=True)
class Step:
    """A step under way: what is to be shown as its output once it has ended."""

    output: JsonValue = field(default=None)


class Tools(Protocol):
    """What an agent may do. Each use is a step of the trace; several threads may use them."""

    @property
    def searches(self) -> bool:
        """Say whether there is a search."""
        ...

    @property
    def seeds(self) -> Sequence[str]:
        """Give the addresses that are worth reading from the start."""
        ...

    @property
    def pages(self) -> Sequence[Page]:
        """Give the pages that were read so far."""
        ...

    @property
    def seconds_left(self) -> float:
        """Give how long the question may still take."""
        ...

    def search(self, query: str) -> Sequence[Hit]:
        """Search for pages.

        Raises:
            ToolFailed: It came to nothing.
            BudgetUsed: No step, or no time, is left.
            Interrupted: The run was canceled.
        """
        ...

    def read(self, url: str) -> Page:
        """Read a page whose address was given, found or linked from a page that was read.

        Raises:
            ToolFailed: It came to nothing.
            BudgetUsed: No step, or no time, is left.
            Interrupted: The run was canceled.
        """
        ...

    def think(self, title: str, given: JsonValue) -> AbstractContextManager[Step]:
        """Do something that is shown as a thought; it uses no step of the budget."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A question to research; `subject` describes whom it is about, `max_steps` bounds searches and page reads."""

    question: str
    subject_name: str
    subject: str
    max_steps: int


class Model(Protocol):
    """A language model."""

    @property
    def name(self) -> str:
        """Name it as the operator did."""
        ...

    def complete(self, prompt: Prompt) -> Completion:
        """Have a text answered.

        Raises:
            PortError: MODEL_UNAVAILABLE (another attempt may succeed), MODEL_REJECTED, MODEL_REFUSED,
                MODEL_OUTPUT_INVALID, TIMEOUT.
            Interrupted: The run was canceled meanwhile.
        """
        ...

    def research(self, task: Task, tools: Tools) -> Finding:
        """Have a question researched.

        Raises:
            PortError: As of `complete`.
            BudgetUsed: Tokens, requests or time are used up.
            Interrupted: The run was canceled meanwhile.
        """
        ...


class Models(Protocol):
    """The models that the operator has set up."""

    def model(self, name: str | None = None) -> Model | None:
        """Give a model by its name, or the operator's; None where that is to use none.

        Raises:
            PortError: MODEL_REQUIRED or MODEL_UNKNOWN, it cannot be used as things are set up.
        """
        ...
