"""The model that the operator has set up, and how pydantic-ai makes one of its name."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from engine.model import EXTRACTIVE
from engine.ports import PortError

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from pydantic_ai.models import Model

    Made = tuple[Model, AsyncOpenAI | None]

OLLAMA_URL: Final = "http://localhost:11434/v1"

STALL_SECONDS = 60.0
"""How long a server that speaks OpenAI's protocol may say nothing."""

_OPENAI: Final = ("openai", "openai-chat", "ollama")
"""What is spoken to as OpenAI's chat completions are, the one protocol that most servers know."""

_HOW: Final = "Set PLAYHEAD_MODEL to a model's name, such as openai:gpt-4o or ollama:llama3, and restart"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSetup:
    """What the operator has set up.

    Attributes:
        name: A model's name, as pydantic-ai has it, or `extractive`.
        url: The address of a server that speaks OpenAI's protocol; every model is asked there.
        key: The key, where it is not in the variable that the provider's own library reads.
    """

    name: str = EXTRACTIVE
    url: str | None = None
    key: str | None = field(default=None, repr=False)


def make_model(setup: ModelSetup, name: str) -> "Made":
    """Make a model, and the client whose connections are to be closed after it, where it has one of its own.

    pydantic-ai is loaded when the first is made, which takes some seconds.

    Raises:
        PortError: MODEL_REQUIRED, the library or the key is lacking; MODEL_UNKNOWN, no model has this name.
    """
    try:
        from pydantic_ai.exceptions import UserError  # noqa: PLC0415 - an optional extra, slow to load
        from pydantic_ai.models import infer_model  # noqa: PLC0415 - as above
    except ImportError as error:
        raise PortError(
            "MODEL_REQUIRED",
            f"The library that asks '{name}' is not installed",
            hint="Who runs this server installs it with: pip install 'playhead[models]'.",
        ) from error
    provider, _, rest = name.partition(":")
    try:
        if provider in _OPENAI and rest:
            return _openai(setup, provider, rest)
        if setup.url is not None:
            return _openai(setup, "", name)
        return infer_model(name), None
    except UserError as error:
        missing = "API_KEY" in str(error) or "api_key" in str(error)
        code = "MODEL_REQUIRED" if missing else "MODEL_UNKNOWN"
        raise PortError(code, f"'{name}' cannot be used: {str(error)[:300]}", hint=f"{_HOW}.") from error
    except ImportError as error:
        raise PortError(
            "MODEL_REQUIRED",
            f"A library of the provider of '{name}' is not installed: {str(error)[:300]}",
            hint="Who runs this server installs what the message names.",
        ) from error


def _openai(setup: ModelSetup, provider: str, name: str) -> "Made":
    from openai import AsyncOpenAI, OpenAIError  # noqa: PLC0415 - as pydantic-ai
    from pydantic_ai.models.ollama import OllamaModel  # noqa: PLC0415 - as above
    from pydantic_ai.models.openai import OpenAIChatModel  # noqa: PLC0415 - as above
    from pydantic_ai.providers.ollama import OllamaProvider  # noqa: PLC0415 - as above
    from pydantic_ai.providers.openai import OpenAIProvider  # noqa: PLC0415 - as above

    local = provider == "ollama"
    url = setup.url or (OLLAMA_URL if local else None)
    key = setup.key or ("none" if url is not None else None)
    try:
        # No attempts of its own: those of the activity are shown, and wait as long as the server asks.
        client = AsyncOpenAI(base_url=url, api_key=key, max_retries=0, timeout=STALL_SECONDS)
    except OpenAIError as error:
        raise PortError(
            "MODEL_REQUIRED",
            f"'{name}' cannot be asked without a key",
            hint="Who runs this server sets PLAYHEAD_MODEL_KEY or OPENAI_API_KEY.",
        ) from error
    if local:
        return OllamaModel(name, provider=OllamaProvider(openai_client=client)), client
    return OpenAIChatModel(name, provider=OpenAIProvider(openai_client=client)), client
