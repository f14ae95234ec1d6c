"""The schema, built once: a Schema cannot be built twice from the same types."""

import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from schema.defaults import show_only_plain_ones
from schema.documents import Documents
from schema.masking import for_client
from schema.mutations import Mutation
from schema.nodes import NODE_TYPES
from schema.queries import Query
from schema.scalars import SCALARS
from schema.sharing import SharingExecutor
from schema.subscriptions import Subscription


class Schema(strawberry.Schema):
    """A schema whose errors a client may see: those of its own making as they are, others masked."""

    def process_errors(
        self,
        errors: list[GraphQLError],
        execution_context: ExecutionContext | None = None,  # noqa: ARG002 - of the base
    ) -> None:
        """Replace each error by what the client may see of it.

        Strawberry calls this for the errors of every answer, streamed or not, before they leave.
        """
        errors[:] = [for_client(error) for error in errors]


schema = Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=NODE_TYPES,
    extensions=[Documents],
    execution_context_class=SharingExecutor,
    config=StrawberryConfig(scalar_map=SCALARS),
)
show_only_plain_ones(schema._schema)


def sdl() -> str:
    """Give the schema in the schema definition language, as `schema.graphql` holds it."""
    return schema.as_str().strip() + "\n"
