"""Which of the media types that the API can answer with a client accepts."""

from dataclasses import dataclass
from typing import Final, Self

JSON: Final = "application/json"
RESPONSE: Final = "application/graphql-response+json"
EVENT_STREAM: Final = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a client said in `Accept`: each media type, or range of them, with how much it likes it, 0 to 1."""

    qualities: dict[str, float]

    @classmethod
    def of(cls, header: str) -> Self:
        """Read the header; a quality that is no number is 0."""
        best: dict[str, float] = {}
        for part in header.split(","):
            name, *params = [text.strip().lower() for text in part.split(";")]
            best[name] = max(_quality(params), best.get(name, 0.0))
        return cls(best)

    @property
    def newer(self) -> bool:
        """Whether the client names the media type of GraphQL over HTTP, and likes JSON no better."""
        return 0 < self._of(RESPONSE) >= self._of(JSON)

    @property
    def json(self) -> bool:
        """Whether an answer in JSON will do."""
        return any(self._of(one) > 0 for one in (JSON, RESPONSE, "application/*", "*/*"))

    @property
    def stream(self) -> bool:
        """Whether the client asks for events; a range such as `*/*` does not."""
        return self._of(EVENT_STREAM) > 0

    def _of(self, name: str) -> float:
        return self.qualities.get(name, 0.0)


def _quality(params: list[str]) -> float:
    try:
        return next((float(text[2:]) for text in params if text.startswith("q=")), 1.0)
    except ValueError:
        return 0.0
