"""What the operator sets: environment variables and `.env`, checked once at the start."""

import difflib
import ipaddress
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from db.terms import Terms
from engine.model import EXTRACTIVE
from workers.models.setup import ModelSetup
from workers.search.setup import NEEDS_KEY, Provider, SearchSetup

PREFIX: Final = "PLAYHEAD_"
ENV_FILE: Final = ".env"

_POSTGRES_SCHEMES: Final = ("postgres://", "postgresql://", "postgresql+psycopg://")
_REDIS_SCHEMES: Final = ("redis://", "rediss://", "unix://")


class SettingsError(Exception):
    """A setting has a wrong value. The text is one line: the variable, what it got, what it takes."""


class Settings(BaseSettings):
    """Everything that an operator may set; immutable. The description of a field says what it takes.

    A field is read from the variable `PLAYHEAD_` + its name in capitals, then from `.env`; an empty
    variable counts as absent. Build it with `Settings.load`, which turns a wrong value into one line.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        validate_default=True,
    )

    data_dir: Path = Field(Path(".playhead"), description="a folder that this user may write to")
    database_url: str = Field(
        default_factory=lambda data: f"sqlite:///{data['data_dir'] / 'playhead.db'}",
        repr=False,
        description="sqlite:///PATH, postgresql://USER:PASSWORD@HOST/DATABASE, or nothing for SQLite in the "
        "data folder",
    )
    redis_url: str | None = Field(
        None,
        repr=False,
        description="redis://HOST:PORT/DB, rediss://HOST:PORT/DB, unix:///SOCKET?db=DB, or nothing for a "
        "private Redis",
    )
    host: str = Field("127.0.0.1", description="an address or a host name to listen on, without a port")
    port: int = Field(8000, ge=0, le=65535, description="a whole number from 0 (any free port) to 65535")
    workers: int = Field(2, ge=1, le=64, description="a whole number of worker processes, 1 to 64")
    worker_threads: int = Field(8, ge=1, le=256, description="a whole number of threads a worker, 1 to 256")
    auth: Literal["open", "keys"] = Field("open", description="open or keys")
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="origins such as https://example.com, separated by commas"
    )
    allow_private_addresses: bool = Field(False, description="true or false")
    log_format: Literal["text", "json"] = Field("text", description="text or json")
    log_requests: bool = Field(False, description="true or false")
    model: str = Field(
        EXTRACTIVE,
        pattern=r"^\S+$",
        description="a model's name, such as openai:gpt-4o or ollama:llama3, or extractive for none",
    )
    model_url: str | None = Field(
        None,
        pattern=r"^https?://\S+$",
        description="the address of a server that speaks OpenAI's protocol, such as http://localhost:11434/v1",
    )
    model_key: str | None = Field(None, repr=False, description="the key of the model's provider")
    search: Provider = Field("local", description="none, local, duckduckgo or tavily")
    search_key: str | None = Field(None, repr=False, description="the key of the search's provider")
    tariff: Literal["classic"] = Field("classic", description="classic")
    credit_limit: int | None = Field(
        None, ge=0, description="a whole number of credits a month, 0 or more, or nothing for no limit"
    )
    lease_seconds: float = Field(30.0, ge=1, le=3600, description="a number of seconds from 1 to 3600")

    @classmethod
    def load(cls, **given: Any) -> Self:
        """Reads the settings; what is `given` (by the command line; None is not given) goes first.

        Raises:
            SettingsError: a value is wrong, or a variable with Playhead's prefix is unknown.
        """
        chosen = {name: value for name, value in given.items() if value is not None}
        _refuse_unknown(cls, {**dotenv_values(ENV_FILE), **os.environ})
        try:
            return cls(**chosen)
        except ValidationError as error:
            raise SettingsError(_line(cls, error, chosen)) from error

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return _is_loopback(self.host)

    @property
    def url(self) -> str:
        """The address that people open, without a slash at the end."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    def require_redis(self) -> str:
        """Gives the URL of the Redis that a part of a server needs.

        Raises:
            SettingsError: None is set.
        """
        if self.redis_url is None:
            raise SettingsError(
                f"{PREFIX}REDIS_URL: is not set; a part alone takes redis://HOST:PORT/DB "
                "(`playhead up` brings its own Redis)"
            )
        return self.redis_url

    @property
    def terms(self) -> Terms:
        """What new runs start under."""
        return Terms(tariff=self.tariff, credit_limit=self.credit_limit)

    @property
    def model_setup(self) -> ModelSetup:
        """The model that activities ask."""
        return ModelSetup(name=self.model, url=self.model_url, key=self.model_key)

    @property
    def search_setup(self) -> SearchSetup:
        """The search that research uses."""
        return SearchSetup(provider=self.search, key=self.search_key)

    @property
    def lease_renewal_seconds(self) -> float:
        """How often a worker renews a lease: three times within one."""
        return self.lease_seconds / 3

    @property
    def sweep_seconds(self) -> float:
        """How often the scheduler sweeps: ten times within a lease, at least every second."""
        return min(self.lease_seconds / 10, 1.0)

    def environment(self) -> dict[str, str]:
        """The variables from which another process loads exactly these settings; absent ones are empty."""
        return {PREFIX + name.upper(): _as_text(getattr(self, name)) for name in type(self).model_fields}

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        folder = value.expanduser().absolute()
        if folder.exists() and not folder.is_dir():
            raise ValueError("is no folder")
        return folder

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())

    @field_validator("allowed_origins")
    @classmethod
    def _check_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if not re.fullmatch(r"https?://[^\s/?#@*]+", origin):
                raise ValueError(f"{origin} is no origin")
        return value

    @field_validator("host")
    @classmethod
    def _check_host(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", value):
            ipaddress.ip_address(value)
        return value

    @field_validator("database_url")
    @classmethod
    def _for_sqlalchemy(cls, value: str) -> str:
        return sqlalchemy_url(value)

    @field_validator("redis_url")
    @classmethod
    def _check_redis(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(_REDIS_SCHEMES):
            raise ValueError("is no Redis URL")
        return value

    @model_validator(mode="after")
    def _ask_for_the_key_of_a_search(self) -> Self:
        if self.search in NEEDS_KEY and not self.search_key:
            raise ValueError(f"{PREFIX}SEARCH_KEY: got nothing, takes the key of {self.search}")
        return self

    @model_validator(mode="after")
    def _refuse_open_access(self) -> Self:
        if self.auth == "open" and not self.loopback:
            raise ValueError(
                f"{PREFIX}AUTH: got 'open', takes keys where {PREFIX}HOST is not loopback ({self.host})"
            )
        return self


def sqlalchemy_url(url: str) -> str:
    """The database URL as SQLAlchemy takes it: psycopg for PostgreSQL, an absolute path for SQLite.

    Raises:
        ValueError: it is neither PostgreSQL nor a SQLite file.
    """
    for scheme in _POSTGRES_SCHEMES:
        if url.startswith(scheme) and len(url) > len(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    path = url.removeprefix("sqlite:///")
    if path in (url, "", ":memory:"):  # the processes share the database: it must be a file
        raise ValueError("is neither PostgreSQL nor a SQLite file")
    return f"sqlite:///{Path(path).expanduser().absolute()}"


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _refuse_unknown(settings: type[Settings], variables: Mapping[str, str | None]) -> None:
    known = [PREFIX + name.upper() for name in settings.model_fields]
    for name in sorted(variables):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.75)
            meant = f"did you mean {near[0]}?" if near else f"the settings are {', '.join(known)}"
            raise SettingsError(f"{name}: there is no such setting; {meant}")


def _line(settings: type[Settings], error: ValidationError, given: Mapping[str, object]) -> str:
    """All wrong values in one line: each with the variable or the option, what it got, what it takes."""
    parts = []
    for fault in error.errors():
        if not fault["loc"]:  # a rule over several settings: its text says all
            parts.append(str(fault["ctx"]["error"]))
        elif fault["type"] != "default_factory_not_called":  # follows from another fault
            field = str(fault["loc"][0])
            name = f"--{field.replace('_', '-')}" if field in given else PREFIX + field.upper()
            takes = settings.model_fields[field].description
            parts.append(f"{name}: got {_shown(fault['input'])}, takes {takes}")
    return "; ".join(parts)


def _shown(value: object) -> str:
    """The value as the line shows it: on one line, short, without a password."""
    text = str(value)
    if "://" in text and urlsplit(text).password:
        text = text.replace(f":{urlsplit(text).password}@", ":***@")
    return repr(text if len(text) <= 100 else text[:99] + "…")
