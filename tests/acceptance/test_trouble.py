"""What goes wrong in the middle of a run: a client drops, Redis forgets, a worker is killed, somebody cancels."""

import os
import signal
from collections import Counter

import redis

from tests.acceptance.client import Api
from tests.acceptance.following import Update, check_stream, follow, follow_with_drops, followed
from tests.acceptance.servers import Server
from tests.acceptance.workflows import log_companies
from tests.waiting import wait_until

COMPANIES, ROUNDS = 80, 5
MIDDLE = 300  # of some 4,000 events: enough are left that what a test does comes before the end


def started(api: Api, object_name: str) -> str:
    return api.start(api.create(f"Log {object_name}", log_companies(object_name, COMPANIES, ROUNDS)), {})


def wait_for(api: Api, run_id: str, seq: int) -> None:
    """Returns when the run has come so far; it must still be under way."""
    wait_until(lambda: api.run(run_id)["seq"] >= seq, 30)
    assert api.run(run_id)["status"] == "RUNNING"


def check_written_once(api: Api, object_name: str) -> None:
    times = Counter((record["symbol"], record["round"]) for record in api.records(object_name))
    assert len(times) == COMPANIES * ROUNDS
    assert set(times.values()) == {1}


def test_a_client_that_drops_ten_times_sees_every_seq_once(server: Server) -> None:
    run_id = started(server.api, "drops")
    updates = follow_with_drops(server.api, run_id, drops=10, each=50)
    assert updates[0]["seq"] == 1
    check_stream(updates)
    assert updates[-1]["run"]["status"] == "COMPLETED"
    assert updates == follow(server.api, run_id, after=0)


def test_redis_may_forget_everything_in_the_middle_of_a_run(server: Server) -> None:
    run_id = started(server.api, "flushed")
    with followed(server.api, run_id) as following, redis.Redis.from_url(server.redis_url) as client:
        for seq in (MIDDLE, 3 * MIDDLE):
            wait_for(server.api, run_id, seq)
            client.flushall()
    check_stream(following.result())
    assert following.result()[-1]["run"]["status"] == "COMPLETED"
    check_written_once(server.api, "flushed")


def test_a_worker_may_be_killed_in_the_middle_of_a_run(server: Server) -> None:
    run_id = started(server.api, "killed")
    with followed(server.api, run_id) as following:
        wait_for(server.api, run_id, 10)
        pid = worker_of(server.api, run_id)
        assert "playhead worker" in server.children()[pid]
        wait_for(server.api, run_id, MIDDLE)
        os.kill(pid, signal.SIGKILL)
    check_stream(following.result())
    assert following.result()[-1]["run"]["status"] == "COMPLETED"
    check_written_once(server.api, "killed")
    attempts = [attempt for execution in server.api.executions(run_id) for attempt in execution["attempts"]]
    assert {attempt["error"]["code"] for attempt in attempts if attempt["error"]} <= {"WORKER_LOST"}
    assert len({attempt["worker"] for attempt in attempts}) == 2


def worker_of(api: Api, run_id: str) -> int:
    """The process id of the worker that holds a run; a chain stays with one."""
    document = """
    query ($id: ID!) {
      run(id: $id) { activityExecutions(first: 1) { edges { node { attempts { worker } } } } }
    }
    """
    edge = api.execute(document, id=run_id)["run"]["activityExecutions"]["edges"][0]
    return int(edge["node"]["attempts"][0]["worker"].split(":")[1])


def test_after_a_cancel_nothing_starts_and_the_receipt_is_right(server: Server) -> None:
    run_id = started(server.api, "canceled")
    with followed(server.api, run_id) as following:
        wait_for(server.api, run_id, MIDDLE)
        answer = server.api.cancel(run_id)
    updates = following.result()
    check_stream(updates)
    assert updates[-1]["type"] == "RunCanceled"
    requested = next(update for update in updates if update["type"] == "RunCancelRequested")
    after = [update for update in updates if update["seq"] > requested["seq"]]
    assert [update["type"] for update in after if update["type"].endswith("Started")] == []

    run = server.api.run(run_id)
    receipt = run["cancellation"]
    assert answer["cancellation"]["requestedAt"] == receipt["requestedAt"]
    assert answer["cancellation"]["inFlight"] == receipt["inFlight"]
    executions = {execution["id"]: execution for execution in server.api.executions(run_id)}
    assert all(
        one["startedAt"] is None or one["startedAt"] <= receipt["requestedAt"] for one in executions.values()
    )
    assert [one["id"] for one in receipt["inFlight"]] == running_at(updates, requested["seq"])
    assert receipt["prevented"] == pending_at(updates, requested["seq"])
    assert receipt["creditsAfterRequest"] == run["creditsUsed"] - requested["run"]["creditsUsed"]
    assert receipt["creditsAfterRequest"] == sum(
        executions[one["id"]]["creditsUsed"] for one in receipt["inFlight"]
    )
    assert run["creditsUsed"] == sum(one["creditsUsed"] for one in executions.values())
    assert server.api.cancel(run_id)["cancellation"] == receipt


def statuses_at(updates: list[Update], seq: int) -> dict[str, str]:
    """The executions of activities other than Loops, as they were right before an event."""
    statuses: dict[str, str] = {}
    for update in updates:
        change = update["change"]
        if update["seq"] < seq and change["__typename"] == "ActivityExecution" and change["type"] != "loop":
            statuses[change["id"]] = change["executionStatus"]
    return statuses


def running_at(updates: list[Update], seq: int) -> list[str]:
    return [one for one, status in statuses_at(updates, seq).items() if status == "RUNNING"]


def pending_at(updates: list[Update], seq: int) -> int:
    return list(statuses_at(updates, seq).values()).count("PENDING")
