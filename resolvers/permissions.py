"""Who may do what: the one place that says which role each operation needs."""

from collections.abc import Mapping

from db.roles import Role
from resolvers.context import Caller
from resolvers.faults import Forbidden

NEEDED: Mapping[str, Role] = {
    "createWorkflow": Role.EDITOR,
    "updateWorkflow": Role.EDITOR,
    "publishWorkflow": Role.EDITOR,
    "pauseWorkflow": Role.EDITOR,
    "resumeWorkflow": Role.EDITOR,
    "archiveWorkflow": Role.EDITOR,
    "startRun": Role.EDITOR,
    "cancelRun": Role.EDITOR,
    "createRecord": Role.EDITOR,
    "updateRecord": Role.EDITOR,
    "createApiKey": Role.ADMIN,
    "revokeApiKey": Role.ADMIN,
    "apiKeys": Role.ADMIN,
}
"""The role that each mutation needs, and each query that not everybody in the workspace may ask.

A mutation that is not named needs an admin.
"""


def allows(caller: Caller, operation: str) -> bool:
    """Say whether a caller's role allows an operation."""
    return caller.role.includes(_needed(operation))


def check(caller: Caller, operation: str) -> None:
    """Make sure that a caller's role allows an operation.

    Raises:
        Forbidden: It does not.
    """
    if not allows(caller, operation):
        raise Forbidden(operation, _needed(operation), caller.role)


def _needed(operation: str) -> Role:
    return NEEDED.get(operation, Role.ADMIN)
