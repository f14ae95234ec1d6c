"""Credits: what the caller's workspace may use and has used."""

from db.credits import CreditBalance, balance
from resolvers.context import Context


async def this_month(context: Context) -> CreditBalance:
    """Give the balance of the present calendar month."""
    return await context.in_workspace(balance, terms=context.services.terms)
