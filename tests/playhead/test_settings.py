from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playhead.settings import PREFIX, Settings, SettingsError, sqlalchemy_url

pytestmark = pytest.mark.usefixtures("no_settings")


def refusal(monkeypatch: pytest.MonkeyPatch, **variables: str) -> str:
    for name, value in variables.items():
        monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_without_any_variable_it_serves_on_loopback_from_a_folder_here(no_settings: Path) -> None:
    loaded = Settings.load()
    assert loaded.model_dump() == {
        "data_dir": no_settings / ".playhead",
        "database_url": f"sqlite:///{no_settings}/.playhead/playhead.db",
        "redis_url": None,
        "host": "127.0.0.1",
        "port": 8000,
        "workers": 2,
        "worker_threads": 8,
        "auth": "open",
        "allowed_origins": (),
        "allow_private_addresses": False,
        "log_format": "text",
        "log_requests": False,
        "model": "extractive",
        "model_url": None,
        "model_key": None,
        "search": "local",
        "search_key": None,
        "tariff": "classic",
        "credit_limit": None,
        "lease_seconds": 30.0,
    }
    assert not loaded.data_dir.exists()


def test_the_command_line_goes_before_the_environment_before_the_env_file_before_the_default(
    no_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (no_settings / ".env").write_text(
        "PLAYHEAD_PORT=1\nPLAYHEAD_WORKERS=3\nPLAYHEAD_WORKER_THREADS=5\nOTHER=x\n"
    )
    monkeypatch.setenv("PLAYHEAD_PORT", "2")
    monkeypatch.setenv("PLAYHEAD_WORKERS", "4")
    loaded = Settings.load(port=7, host=None)
    assert (loaded.port, loaded.workers, loaded.worker_threads) == (7, 4, 5)
    assert loaded.host == "127.0.0.1"


def test_an_empty_variable_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYHEAD_REDIS_URL", "")
    monkeypatch.setenv("PLAYHEAD_PORT", "")
    assert (Settings.load().redis_url, Settings.load().port) == (None, 8000)


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("PORT", "abc", "got 'abc', takes a whole number from 0 (any free port) to 65535"),
        ("PORT", "65536", "got '65536', takes a whole number from 0 (any free port) to 65535"),
        ("PORT", "80.5", "got '80.5', takes a whole number from 0 (any free port) to 65535"),
        ("WORKERS", "0", "got '0', takes a whole number of worker processes, 1 to 64"),
        ("WORKER_THREADS", "-1", "got '-1', takes a whole number of threads a worker, 1 to 256"),
        ("AUTH", "none", "got 'none', takes open or keys"),
        ("LOG_FORMAT", "xml", "got 'xml', takes text or json"),
        ("TARIFF", "free", "got 'free', takes classic"),
        ("LEASE_SECONDS", "0.5", "got '0.5', takes a number of seconds from 1 to 3600"),
        ("LEASE_SECONDS", "nan", "got 'nan', takes a number of seconds from 1 to 3600"),
        ("LEASE_SECONDS", "inf", "got 'inf', takes a number of seconds from 1 to 3600"),
        ("ALLOW_PRIVATE_ADDRESSES", "maybe", "got 'maybe', takes true or false"),
        (
            "HOST",
            "localhost:80",
            "got 'localhost:80', takes an address or a host name to listen on, without a port",
        ),
        ("HOST", "a b", "got 'a b', takes an address or a host name to listen on, without a port"),
        ("DATA_DIR", "/etc/passwd", "got '/etc/passwd', takes a folder that this user may write to"),
        ("ALLOWED_ORIGINS", "*", "got '*', takes origins such as https://example.com, separated by commas"),
        (
            "REDIS_URL",
            "http://a:secret@b",
            "got 'http://a:***@b', takes redis://HOST:PORT/DB, rediss://HOST:PORT/DB, unix:///SOCKET?db=DB, "
            "or nothing for a private Redis",
        ),
        (
            "DATABASE_URL",
            "mysql://a:secret@b/c",
            "got 'mysql://a:***@b/c', takes sqlite:///PATH, postgresql://USER:PASSWORD@HOST/DATABASE, "
            "or nothing for SQLite in the data folder",
        ),
    ],
)
def test_a_wrong_value_gives_one_line_with_the_variable_what_it_got_and_what_it_takes(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, line: str
) -> None:
    assert refusal(monkeypatch, **{name: value}) == f"PLAYHEAD_{name}: {line}"


def test_several_wrong_values_share_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    line = refusal(monkeypatch, PORT="x", AUTH="y", DATA_DIR="/etc/passwd")
    assert [part.split(":")[0] for part in line.split("; ")] == [
        "PLAYHEAD_DATA_DIR",
        "PLAYHEAD_PORT",
        "PLAYHEAD_AUTH",
    ]


def test_a_wrong_option_is_named_as_it_was_typed() -> None:
    with pytest.raises(SettingsError, match=r"^--port: got '99999', takes a whole number"):
        Settings.load(port=99999)


def test_a_long_value_is_cut_and_stays_on_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    line = refusal(monkeypatch, PORT="1\n" * 200)
    assert "…', takes" in line
    assert len(line) < 400


def test_an_unknown_variable_is_refused_and_the_nearest_named(monkeypatch: pytest.MonkeyPatch) -> None:
    line = refusal(monkeypatch, WORKER="3")
    assert line == "PLAYHEAD_WORKER: there is no such setting; did you mean PLAYHEAD_WORKERS?"


def test_an_unknown_variable_in_the_env_file_is_refused_too(no_settings: Path) -> None:
    (no_settings / ".env").write_text("PLAYHEAD_ZZZ=1\n")
    with pytest.raises(
        SettingsError, match=r"^PLAYHEAD_ZZZ: there is no such setting; the settings are PLAYHEAD_"
    ):
        Settings.load()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.com"])
def test_open_access_is_refused_where_others_can_reach_the_host(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    line = refusal(monkeypatch, HOST=host)
    assert line == f"PLAYHEAD_AUTH: got 'open', takes keys where PLAYHEAD_HOST is not loopback ({host})"
    assert Settings.load(auth="keys").host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_open_access_is_fine_on_a_loopback_host(host: str) -> None:
    assert Settings.load(host=host).auth == "open"


def test_the_url_puts_an_ipv6_address_in_brackets() -> None:
    assert Settings.load(host="::1", port=81).url == "http://[::1]:81"


@pytest.mark.parametrize(
    ("given_url", "taken"),
    [
        ("postgres://a:b@h/d", "postgresql+psycopg://a:b@h/d"),
        ("postgresql://a:b@h:5/d?host=/s", "postgresql+psycopg://a:b@h:5/d?host=/s"),
        ("postgresql+psycopg://h/d", "postgresql+psycopg://h/d"),
        ("sqlite:////a/b.db", "sqlite:////a/b.db"),
    ],
)
def test_a_database_url_is_brought_to_the_form_of_sqlalchemy(given_url: str, taken: str) -> None:
    assert sqlalchemy_url(given_url) == taken


def test_a_relative_sqlite_file_is_made_absolute(no_settings: Path) -> None:
    assert Settings.load(database_url="sqlite:///a.db").database_url == f"sqlite:///{no_settings}/a.db"


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "postgresql://", "mysql://a/b", "x"]
)
def test_other_database_urls_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="is neither PostgreSQL nor a SQLite file"):
        sqlalchemy_url(url)


def test_passwords_are_not_shown_when_the_settings_are_printed() -> None:
    loaded = Settings.load(database_url="postgresql://a:secret@h/d", redis_url="redis://:secret@h/0")
    assert "secret" not in repr(loaded)


def test_origins_are_separated_by_commas() -> None:
    loaded = Settings.load(allowed_origins="https://a.example, http://b:8080/,")
    assert loaded.allowed_origins == ("https://a.example", "http://b:8080")


def test_the_sweep_follows_the_lease_but_never_waits_over_a_second() -> None:
    assert Settings.load(lease_seconds=30).sweep_seconds == 1.0
    assert Settings.load(lease_seconds=2).sweep_seconds == 0.2
    assert Settings.load(lease_seconds=30).lease_renewal_seconds == 10.0


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        setattr(Settings.load(), "port", 1)  # noqa: B010  (mypy sees that an assignment is wrong)


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(
    given_values=st.fixed_dictionaries(
        {},
        optional={
            "port": st.integers(0, 65535),
            "workers": st.integers(1, 64),
            "redis_url": st.sampled_from(["redis://h:1/2", "unix:///s?db=0"]),
            "database_url": st.sampled_from(["sqlite:///x.db", "postgres://a:b@h/d"]),
            "allowed_origins": st.sampled_from(["", "https://a", "https://a,http://b:1"]),
            "allow_private_addresses": st.booleans(),
            "lease_seconds": st.floats(1, 3600),
            "auth": st.sampled_from(["open", "keys"]),
        },
    )
)
def test_another_process_loads_the_same_settings_from_the_environment_made_of_them(
    given_values: dict[str, object],
) -> None:
    loaded = Settings.load(**given_values)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in loaded.environment().items():
            patch.setenv(name, value)
        assert Settings.load() == loaded


def test_the_models_and_the_searches_settings_reach_the_workers_and_their_keys_are_not_printed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given_settings = {
        "MODEL": "openai:gpt-4o",
        "MODEL_URL": "http://localhost:1/v1",
        "MODEL_KEY": "sk-canary",
        "SEARCH": "tavily",
        "SEARCH_KEY": "tvly-canary",
    }
    for name, value in given_settings.items():
        monkeypatch.setenv(PREFIX + name, value)
    loaded = Settings.load()
    model, search = loaded.model_setup, loaded.search_setup
    assert (model.name, model.url, model.key) == ("openai:gpt-4o", "http://localhost:1/v1", "sk-canary")
    assert (search.provider, search.key) == ("tavily", "tvly-canary")
    assert "canary" not in f"{loaded!r} {model!r} {search!r}"


def test_a_search_that_needs_a_key_is_refused_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (
        refusal(monkeypatch, SEARCH="tavily") == "PLAYHEAD_SEARCH_KEY: got nothing, takes the key of tavily"
    )
