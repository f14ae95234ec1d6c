"""`playhead export-schema`: the SDL."""


def export_schema() -> None:
    """Print the API's schema as SDL."""
    from schema.root import sdl  # noqa: PLC0415 - it takes a while to build, and only this needs it

    print(sdl(), end="")
