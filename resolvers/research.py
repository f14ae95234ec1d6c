"""Research questions: what each of them cost."""

from collections.abc import Sequence

from db.records import ExecutionRecord, QuestionRecord
from resolvers.run_loaders import RunLoaders


async def of_attempt(loaders: RunLoaders, execution_id: str, attempt: int) -> Sequence[QuestionRecord]:
    """Give the questions of an attempt of an execution, by index."""
    return await loaders.questions_of_attempts.load((execution_id, attempt)) or ()


async def credits_of(loaders: RunLoaders, question: QuestionRecord) -> int:
    """Give a question's share of what its execution was charged, which is for the attempt that completed it."""
    execution = await loaders.executions.load(question.execution_id)
    return _share(execution, question) if execution is not None else 0


def _share(execution: ExecutionRecord, question: QuestionRecord) -> int:
    return execution.credits_used // question.total if execution.attempt == question.attempt else 0
