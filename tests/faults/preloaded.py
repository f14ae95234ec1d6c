"""All that a part may need, imported once, before parts are forked: with the settings of the test build."""

import tests.crashing
from playhead import settings

settings.Settings = tests.crashing.CrashingSettings  # type: ignore[misc]  # as tests.crashing does, before the rest is imported

import playhead.asgi  # noqa: E402 - after the settings
import playhead.commands.parts  # noqa: E402
import playhead.composition  # noqa: E402
import playhead.web_server  # noqa: E402, F401
