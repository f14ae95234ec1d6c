/** When turns of a Loop began and ended: asked for a page of rows at once. */

import { graphql } from "../api";

export const TurnTime = graphql(`
  fragment TurnTime on LoopIteration {
    index
    startedAt
    endedAt
  }
`);

export const TurnTimesQuery = graphql(`
  query TurnTimes(
    $loop: ID!
    $a: Int!
    $b: Int!
    $c: Int!
    $d: Int!
    $e: Int!
    $f: Int!
    $g: Int!
    $h: Int!
  ) {
    node(id: $loop) {
      ... on ActivityExecution {
        a: iterationAt(index: $a) {
          ...TurnTime
        }
        b: iterationAt(index: $b) {
          ...TurnTime
        }
        c: iterationAt(index: $c) {
          ...TurnTime
        }
        d: iterationAt(index: $d) {
          ...TurnTime
        }
        e: iterationAt(index: $e) {
          ...TurnTime
        }
        f: iterationAt(index: $f) {
          ...TurnTime
        }
        g: iterationAt(index: $g) {
          ...TurnTime
        }
        h: iterationAt(index: $h) {
          ...TurnTime
        }
      }
    }
  }
`);
