"""Versions of workflows."""

from db.records import JsonObject
from resolvers.context import Context
from resolvers.run_loaders import RunLoaders


async def activity(context: Context, loaders: RunLoaders, run_id: str, key: str) -> JsonObject:
    """Give an activity as configured in the version that a run runs."""
    run = await loaders.runs.load(run_id)
    version = await context.loaders.versions.load(run.version_id) if run is not None else None
    if version is None:
        raise LookupError(f"run {run_id} is gone")
    found: JsonObject = next(one for one in version.definition["activities"] if one["key"] == key)
    return found
