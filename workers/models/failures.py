"""What goes wrong with a model, as failures of the activity that asked it."""

from engine.ports import PortError

MAX_SHOWN = 300


def failure_of(error: Exception, name: str) -> PortError | None:
    """Give what an error of pydantic-ai is for the activity, or None for one that is no failure of the model.

    Another attempt may help where the model could not be reached, was busy or failed by itself (MODEL_UNAVAILABLE); it
    does not where it refuses the request (MODEL_REJECTED), the task (MODEL_REFUSED), or answers what cannot be used
    (MODEL_OUTPUT_INVALID).
    """
    from pydantic_ai import exceptions as known  # noqa: PLC0415 - an optional extra, slow to load

    match error:
        case known.ModelQuotaExceededError() | known.ModelRequestRejectedError():
            return _rejected(error, name)
        case known.ModelAPIError():
            return _unavailable(error, name)
        case known.ContentFilterError():
            return refused(str(error), name)
        case known.UnexpectedModelBehavior():
            return PortError(
                "MODEL_OUTPUT_INVALID",
                f"'{name}' answered what cannot be used",
                detail={"reason": _shown(error)},
                hint="Ask for less at once, make the schema simpler, or ask another model.",
            )
    return None


def refused(reason: str, name: str) -> PortError:
    """Give the failure of a model that refuses."""
    return PortError(
        "MODEL_REFUSED",
        f"'{name}' refused to answer",
        detail={"reason": _cut(reason)},
        hint="Word what is asked otherwise, or ask another model.",
    )


def _rejected(error: Exception, name: str) -> PortError:
    status = getattr(error, "status_code", None)
    hints = {
        401: "The key is not accepted: who runs this server checks PLAYHEAD_MODEL_KEY.",
        403: "The key may not use this model: who runs this server checks it.",
        404: "There is no such model there: check its name and PLAYHEAD_MODEL_URL.",
        402: "The account's credit with the provider is used up.",
        429: "The account's credit with the provider is used up.",
    }
    return PortError(
        "MODEL_REJECTED",
        f"'{name}' did not take the request" + (f" ({status})" if status is not None else ""),
        detail={"status": status, "reason": _shown(error)},
        hint=hints.get(status or 0, "The reason is in the detail."),
    )


def _unavailable(error: Exception, name: str) -> PortError:
    status = getattr(error, "status_code", None)
    return PortError(
        "MODEL_UNAVAILABLE",
        f"'{name}' could not be asked" + (f" ({status})" if status is not None else ""),
        detail={"status": status, "reason": _shown(error)},
        hint="It is tried again as often as the activity's retry policy says; check that the model's server runs.",
        retryable=True,
        retry_after=getattr(error, "retry_after", None),
    )


def _shown(error: Exception) -> str:
    return _cut(str(error))


def _cut(said: str) -> str:
    text = " ".join(said.split())
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"
