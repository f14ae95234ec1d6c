/** What is asked of workflows, and what starts and changes them. */

import { graphql } from "../api";

export const WorkflowsQuery = graphql(`
  query Workflows($after: String, $since: DateTime!, $search: String) {
    workflows(first: 50, after: $after, filter: { search: $search, statuses: [DRAFT, LIVE, PAUSED] }) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          name
          description
          status
          published {
            trigger {
              type
            }
          }
          latestRun {
            id
            status
            seq
            queuedAt
          }
          stats(since: $since) {
            runs
            failed
            running
            queued
          }
        }
      }
    }
  }
`);

export const AnyRunUpdates = graphql(`
  subscription AnyRunUpdates($filter: RunFilter) {
    runsUpdates(filter: $filter) {
      change
      run {
        ...RunLine
        workflow {
          id
        }
      }
    }
  }
`);

export const RunLine = graphql(`
  fragment RunLine on Run {
    id
    seq
    status
    queuedAt
    startedAt
    endedAt
    creditsUsed
    trigger {
      type
      actor {
        name
      }
    }
    error {
      code
      message
    }
  }
`);

export const StartRun = graphql(`
  mutation StartRun($input: StartRunInput!) {
    startRun(input: $input) {
      run {
        id
      }
      errors {
        code
        message
        path
      }
    }
  }
`);

export const CreateWorkflow = graphql(`
  mutation CreateWorkflow($input: CreateWorkflowInput!) {
    createWorkflow(input: $input) {
      workflow {
        id
      }
      errors {
        code
        message
        path
      }
    }
  }
`);
