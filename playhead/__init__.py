"""The composition root: settings, the command line, the ASGI app, the supervisor of `playhead up`."""

import gc

# What is imported stays: to look for garbage in it again and again is a tenth of a start.
gc.set_threshold(50_000, 20, 50)
