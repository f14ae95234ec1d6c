"""Runs the command line as `python -m playhead`, which is how the supervisor starts its parts."""

from playhead.cli import app

if __name__ == "__main__":
    app(prog_name="playhead")
