"""Why a request failed, in words for the person who built the workflow."""

from engine.ports import PortError


def connection_failed(what: str, *, host: str, hint: str | None = None) -> PortError:
    """Give the failure of a connection; another attempt may succeed."""
    return PortError("CONNECTION_FAILED", what, detail={"host": host}, hint=hint, retryable=True)


def address_refused(host: str, address: str, why: str) -> PortError:
    """Give the refusal of a host that is, or leads to, an address that is not public."""
    leads = f"'{host}' leads to {address}, which is" if host != address else f"{address} is"
    return PortError(
        "ADDRESS_REFUSED",
        f"{leads} not public: {why}",
        detail={"host": host, "address": address},
        hint="Activities reach public addresses only; who runs this server can allow all others with "
        "PLAYHEAD_ALLOW_PRIVATE_ADDRESSES=true",
    )


def url_invalid(message: str, *, hint: str) -> PortError:
    """Give the refusal of something that is no address to send a request to."""
    return PortError("URL_INVALID", message, hint=hint)


def response_invalid(host: str, why: str, *, hint: str | None = None) -> PortError:
    """Give the failure to understand a response."""
    return PortError(
        "RESPONSE_INVALID", f"{host} gave no valid response: {why}", detail={"host": host}, hint=hint
    )


def one_line(error: BaseException) -> str:
    """Give an error's text on one line, short."""
    said = getattr(error, "strerror", None) or str(error)
    text = " ".join(said.split()) or type(error).__name__
    return text if len(text) <= 200 else f"{text[:199]}…"
