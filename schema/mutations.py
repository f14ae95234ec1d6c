"""What a client can change."""

from typing import Annotated

import strawberry

from resolvers import api_keys, records, runs, workflows
from schema.api_key import ApiKey, ApiKeyPayload, CreateApiKeyInput, CreateApiKeyPayload
from schema.fields import mutation
from schema.given import given
from schema.info import Info
from schema.input_error import InputError
from schema.inputs import CreateWorkflowInput, StartRunInput, UpdateWorkflowInput
from schema.payloads import CancelRunPayload, RecordPayload, RunPayload, WorkflowPayload, settled
from schema.record import Record
from schema.run import Run
from schema.scalars import JSON
from schema.workflow import Workflow

WorkflowId = Annotated[strawberry.ID, strawberry.argument(description="The workflow.")]
Values = Annotated[
    JSON, strawberry.argument(description="An object: each value by the name of its attribute.")
]


@strawberry.type(
    description="What a client can change. Expected failures are data: see `errors` of each payload."
)
class Mutation:
    @mutation("Creates a workflow with its first version, a draft or published.")
    async def create_workflow(
        self,
        info: Info,
        input: Annotated[CreateWorkflowInput, strawberry.argument(description="The workflow.")],
    ) -> WorkflowPayload:
        workflow, errors = await settled(
            workflows.create(
                info.context,
                name=input.name,
                description=given(input.description),
                definition=input.definition.data(),
                publish=bool(input.publish),
            )
        )
        return WorkflowPayload(workflow=Workflow.maybe(workflow), errors=errors)

    @mutation(
        "Saves the draft, and what the workflow is called; a live one goes on with its published version."
    )
    async def update_workflow(
        self,
        info: Info,
        input: Annotated[UpdateWorkflowInput, strawberry.argument(description="The changes.")],
    ) -> WorkflowPayload:
        workflow, errors = await settled(workflows.update(info.context, input.id, input.changes()))
        return WorkflowPayload(workflow=Workflow.maybe(workflow), errors=errors)

    @mutation("Validates the draft, freezes it as the next version, and goes LIVE.")
    async def publish_workflow(self, info: Info, id: WorkflowId) -> WorkflowPayload:
        workflow, errors = await settled(workflows.publish(info.context, id))
        return WorkflowPayload(workflow=Workflow.maybe(workflow), errors=errors)

    @mutation("Lets a workflow start no new runs; those under way go on.")
    async def pause_workflow(self, info: Info, id: WorkflowId) -> WorkflowPayload:
        workflow, errors = await settled(workflows.pause(info.context, id))
        return WorkflowPayload(workflow=Workflow.maybe(workflow), errors=errors)

    @mutation("Lets a paused workflow start runs again.")
    async def resume_workflow(self, info: Info, id: WorkflowId) -> WorkflowPayload:
        workflow, errors = await settled(workflows.resume(info.context, id))
        return WorkflowPayload(workflow=Workflow.maybe(workflow), errors=errors)

    @mutation(
        "Takes a workflow out of use for good: it starts no runs and takes no changes; runs under way go on."
    )
    async def archive_workflow(self, info: Info, id: WorkflowId) -> WorkflowPayload:
        workflow, errors = await settled(workflows.archive(info.context, id))
        return WorkflowPayload(workflow=Workflow.maybe(workflow), errors=errors)

    @mutation("Starts a run of a live workflow.")
    async def start_run(
        self, info: Info, input: Annotated[StartRunInput, strawberry.argument(description="The run.")]
    ) -> RunPayload:
        run, errors = await settled(
            runs.start(
                info.context,
                input.workflow_id,
                input.payload,
                record_id=given(input.record_id),
                idempotency_key=given(input.idempotency_key),
            )
        )
        return RunPayload(run=Run.maybe(run), errors=errors)

    @mutation("Stops a run: once this answers nothing in it starts any more. Asking again changes nothing.")
    async def cancel_run(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The run.")]
    ) -> CancelRunPayload:
        canceled, errors = await settled(runs.cancel(info.context, id))
        if canceled is not None and canceled.error is not None:
            errors = [InputError.of(canceled.error)]
        return CancelRunPayload(run=Run.maybe(canceled.run if canceled is not None else None), errors=errors)

    @mutation("Creates a record.")
    async def create_record(
        self,
        info: Info,
        object: Annotated[
            str, strawberry.argument(description="What kind of thing it is, such as companies.")
        ],
        values: Values,
    ) -> RecordPayload:
        record, errors = await settled(records.create(info.context, object, values))
        return RecordPayload(record=Record.maybe(record), errors=errors)

    @mutation("Changes the attributes that `values` names, and leaves the others.")
    async def update_record(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The record.")],
        values: Values,
    ) -> RecordPayload:
        record, errors = await settled(records.update(info.context, id, values))
        return RecordPayload(record=Record.maybe(record), errors=errors)

    @mutation("Makes an API key of the workspace, which the answer gives this once; for admins.")
    async def create_api_key(
        self,
        info: Info,
        input: Annotated[CreateApiKeyInput, strawberry.argument(description="The key.")],
    ) -> CreateApiKeyPayload:
        made, errors = await settled(
            api_keys.create(
                info.context, name=input.name, role=input.role, expires_at=given(input.expires_at)
            )
        )
        key, secret = made or (None, None)
        return CreateApiKeyPayload(api_key=ApiKey.maybe(key), secret=secret, errors=errors)

    @mutation("Makes an API key worthless at once; what it follows live ends within 30 seconds. For admins.")
    async def revoke_api_key(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The key.")]
    ) -> ApiKeyPayload:
        key, errors = await settled(api_keys.revoke(info.context, id))
        return ApiKeyPayload(api_key=ApiKey.maybe(key), errors=errors)
