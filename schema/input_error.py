"""Expected failures, as data."""

import strawberry

from engine.errors import Problem


@strawberry.interface(description="An expected failure.")
class UserError:
    code: str = strawberry.field(description="What is wrong: stable, upper snake case.")
    message: str = strawberry.field(description="What is wrong and what is accepted, in one sentence.")
    path: list[str] = strawberry.field(
        description='Where in the input, such as ["definition", "activities", "2", "config", "expression"].'
    )


@strawberry.type(description="A fault of an input.")
class InputError(UserError):
    @classmethod
    def of(cls, problem: Problem) -> "InputError":
        """Show a problem."""
        return cls(code=problem.code, message=problem.message, path=list(problem.path))
