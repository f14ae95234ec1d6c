/** Everything about one execution, and what a cancel gives. */

import { graphql } from "../api";

export const ResultCopy = graphql(`
  fragment ResultCopy on ActivityExecution {
    result {
      __typename
      ... on BranchResult {
        exit
        cases {
          exit
          match
          matched
          conditions {
            path
            left
            operator
            right
            leftValue
            rightValue
            holds
            evaluated
          }
        }
      }
      ... on FormulaResult {
        expression
        value
        variables
      }
      ... on RecordResult {
        action
        at
        actor {
          kind
          name
        }
        record {
          ...SnapshotCopy
        }
      }
      ... on RecordsResult {
        total
        records {
          ...SnapshotCopy
        }
      }
      ... on LoopResult {
        total
        completed
        failed
        canceled
      }
      ... on WaitResult {
        until
      }
      ... on HttpResult {
        status
        headers
        body
        bodyTruncated
      }
      ... on TextResult {
        text
        model
        usage
      }
      ... on ValueResult {
        value
      }
    }
  }
`);

export const SnapshotCopy = graphql(`
  fragment SnapshotCopy on RecordSnapshot {
    id
    object
    values
  }
`);

export const DetailQuery = graphql(`
  query ExecutionDetail($id: ID!) {
    node(id: $id) {
      ... on ActivityExecution {
        ...ExecutionCopy
        durationMs
        inputs
        outputs
        ...ResultCopy
        attempts {
          number
          startedAt
          endedAt
          worker
          error {
            ...ErrorCopy
          }
        }
        lateResults {
          attempt
          worker
          at
          status
          exit
          outputs
          error {
            ...ErrorCopy
          }
        }
        logs {
          at
          level
          message
        }
        iteration {
          id
          index
          total
          item
        }
        research {
          ...QuestionCopy
        }
      }
    }
  }
`);

export const QuestionCopy = graphql(`
  fragment QuestionCopy on ResearchQuestion {
    id
    index
    attempt
    seq
    question
    answer
    emptyReason
    status
    usage
    creditsUsed
    sources {
      url
      title
      quote
    }
    steps {
      id
      index
      kind
      title
      input
      output
      startedAt
      endedAt
      error {
        ...ErrorCopy
      }
    }
  }
`);

export const TurnDetailQuery = graphql(`
  query TurnDetail($loop: ID!, $index: Int!) {
    node(id: $loop) {
      ... on ActivityExecution {
        iterationAt(index: $index) {
          id
          index
          total
          item
          status
          creditsUsed
          startedAt
          endedAt
        }
      }
    }
  }
`);

export const CancelRun = graphql(`
  mutation CancelRun($id: ID!) {
    cancelRun(id: $id) {
      run {
        id
        ...ReceiptCopy
      }
      errors {
        code
        message
      }
    }
  }
`);

export const ReceiptCopy = graphql(`
  fragment ReceiptCopy on Run {
    status
    creditsUsed
    cancellation {
      requestedAt
      completedAt
      creditsAfterRequest
      prevented
      requestedBy {
        name
      }
      inFlight {
        id
        key
        name
        path
        status
        creditsUsed
      }
    }
  }
`);

export const ReceiptQuery = graphql(`
  query Receipt($id: ID!) {
    run(id: $id) {
      id
      ...ReceiptCopy
    }
  }
`);
