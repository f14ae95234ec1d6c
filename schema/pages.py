"""Connections: pages of a list with keyset cursors, stable while rows are added."""

from collections.abc import Callable
from typing import Annotated, Generic, TypeVar

import strawberry

from db.cursors import MAX_FIRST, BadPage
from db.records import Page
from resolvers.paging import PageRequest
from schema.budget import spend
from schema.given import given

Item = TypeVar("Item")
Row = TypeVar("Row")

First = Annotated[int | None, strawberry.argument(description="How many to give: 1 to 100.")]
After = Annotated[
    str | None,
    strawberry.argument(description="Give what follows this cursor; left out, begin at the beginning."),
]


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more follows this page.")
    has_previous_page: bool = strawberry.field(description="Whether something comes before this page.")
    start_cursor: str | None = strawberry.field(
        description="The cursor of the first edge; null on an empty page."
    )
    end_cursor: str | None = strawberry.field(
        description="The cursor of the last edge, to be given as `after`; null on an empty page."
    )


@strawberry.type(name="Edge", description="One entry of a page.")
class PageEdge(Generic[Item]):
    cursor: str = strawberry.field(description="Where this entry stands in the list; opaque.")
    node: Item = strawberry.field(description="The entry itself.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[Item]):
    edges: list[PageEdge[Item]] = strawberry.field(description="The entries, in order.")
    page_info: PageInfo = strawberry.field(description="Where this page stands in its list.")


def asked(first: int | None, after: str | None) -> PageRequest:
    """Give the page that a client asks for.

    Raises:
        BadPage: `first` is null; what else is wrong with a page is found where it is read.
    """
    if first is None:
        raise BadPage(f"'first' is null; it takes 1 to {MAX_FIRST}")
    return PageRequest(first, given(after))


def connection(page: Page[Row], show: Callable[[Row], Item]) -> Connection[Item]:
    """Show a page, each of its records by `show`.

    Raises:
        GraphQLError: With it the answer holds more objects than are served.
    """
    spend(len(page.items))
    return Connection(
        edges=[
            PageEdge(cursor=cursor, node=show(item))
            for cursor, item in zip(page.cursors, page.items, strict=True)
        ],
        page_info=PageInfo(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=page.cursors[0] if page.cursors else None,
            end_cursor=page.cursors[-1] if page.cursors else None,
        ),
    )
