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

export const WorkflowQuery = graphql(`
  query Workflow($id: ID!) {
    workflow(id: $id) {
      id
      name
      description
      status
      latestRun {
        id
      }
      published {
        ...VersionCopy
        trigger {
          webhookPath
          nextRunAt
        }
      }
      draft {
        ...VersionCopy
      }
    }
  }
`);

export const StatsCopy = graphql(`
  fragment StatsCopy on WorkflowStats {
    runs
    queued
    running
    completed
    failed
    canceled
    successRate
    creditsUsed
    durationMsP50
    durationMsP95
    overTime(bucket: $bucket) {
      start
      completed
      failed
      canceled
      creditsUsed
    }
  }
`);

export const StatsQuery = graphql(`
  query Stats($id: ID!, $since: DateTime, $bucket: StatsBucket!) {
    workflow(id: $id) {
      id
      stats(since: $since) {
        ...StatsCopy
      }
    }
  }
`);

export const RunsQuery = graphql(`
  query Runs($id: ID!, $filter: RunFilter, $after: String, $first: Int!) {
    workflow(id: $id) {
      id
      runs(first: $first, after: $after, filter: $filter) {
        pageInfo {
          hasNextPage
          endCursor
        }
        edges {
          node {
            ...RunLine
          }
        }
      }
    }
  }
`);
