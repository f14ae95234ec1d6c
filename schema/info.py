"""What every resolver is handed: the request's context."""

import strawberry

from resolvers.context import Context

Info = strawberry.Info[Context, None]
