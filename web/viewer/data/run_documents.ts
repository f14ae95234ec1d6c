/** What is asked of a run: the picture at first, then its events. */

import { graphql } from "../api";

export const ExecutionCopy = graphql(`
  fragment ExecutionCopy on ActivityExecution {
    id
    key
    type
    name
    path
    status
    seq
    attempt
    exit
    creditsUsed
    startedAt
    endedAt
    error {
      ...ErrorCopy
    }
    iterationStatuses
    iterationAt(index: 1) {
      total
    }
  }
`);

export const ErrorCopy = graphql(`
  fragment ErrorCopy on ExecutionError {
    code
    message
    detail
    hint
    retryable
  }
`);

export const HeaderCopy = graphql(`
  fragment HeaderCopy on Run {
    seq
    status
    creditsUsed
    startedAt
    endedAt
    error {
      ...ErrorCopy
    }
    failedExecution {
      id
      name
      path
      key
    }
    cancellation {
      requestedAt
      completedAt
      creditsAfterRequest
      prevented
    }
  }
`);

export const RunQuery = graphql(`
  query RunPicture($id: ID!, $atSeq: Int, $after: String, $before: Int, $past: Boolean!) {
    run(id: $id, atSeq: $atSeq) {
      id
      lastEvent: events(first: 1, after: $before) @include(if: $past) {
        at
      }
      queuedAt
      durationMs
      ...HeaderCopy
      trigger {
        type
        payload
        firedAt
        actor {
          kind
          id
          name
        }
      }
      workflow {
        id
        name
        status
      }
      version {
        ...VersionCopy
      }
      graph {
        activities {
          state
          executionCount
          failureCount
          creditsUsed
          skippedBecause
          activity {
            key
          }
          latestExecution {
            ...ExecutionCopy
          }
        }
        edges {
          count
        }
      }
      alive: activityExecutions(
        first: 100
        after: $after
        filter: { statuses: [PENDING, RUNNING, WAITING, RETRYING] }
      ) {
        pageInfo {
          hasNextPage
          endCursor
        }
        edges {
          node {
            ...ExecutionCopy
          }
        }
      }
    }
  }
`);

export const VersionCopy = graphql(`
  fragment VersionCopy on WorkflowVersion {
    id
    number
    trigger {
      type
      config
      position {
        x
        y
      }
    }
    activities {
      key
      type
      name
      config
      parent
      position {
        x
        y
      }
      retry {
        maxAttempts
        backoffSeconds
        backoffFactor
        maxBackoffSeconds
        timeoutSeconds
      }
    }
    edges {
      from
      exit
      to
    }
  }
`);

export const RunUpdates = graphql(`
  subscription RunUpdates($runId: ID!, $after: Int!) {
    runUpdates(runId: $runId, after: $after) {
      seq
      at
      type
      data
      run {
        ...HeaderCopy
      }
    }
  }
`);

export const TurnQuery = graphql(`
  query Turn($loop: ID!, $index: Int!, $after: String) {
    node(id: $loop) {
      ... on ActivityExecution {
        id
        iterationAt(index: $index) {
          id
          path
          index
          total
          item
          status
          seq
          creditsUsed
          startedAt
          endedAt
          activityExecutions(first: 100, after: $after) {
            pageInfo {
              hasNextPage
              endCursor
            }
            edges {
              node {
                ...ExecutionCopy
              }
            }
          }
        }
      }
    }
  }
`);
