import { lazy, Suspense } from "react";
import { Route, Switch } from "wouter";
import { useRefused } from "./data/refused";
import { KeyPrompt } from "./KeyPrompt";
import { Skeleton } from "./ui/Notice";
import { WorkflowsPage } from "./workflow/WorkflowsPage";
import { NotFound } from "./NotFound";

const WorkflowPage = lazy(() => import("./workflow/WorkflowPage"));
const RunPage = lazy(() => import("./run/RunPage"));

/** Finds the page of an address: each deep link is one of these. */
export function App() {
  if (useRefused()) return <KeyPrompt />;
  return (
    <Suspense fallback={<Skeleton />}>
      <Switch>
        <Route path="/" component={WorkflowsPage} />
        <Route path="/workflows/:id">{({ id }) => <WorkflowPage key={id} id={id} />}</Route>
        <Route path="/runs/:id">{({ id }) => <RunPage key={id} id={id} activity={null} />}</Route>
        <Route path="/runs/:id/activities/:key">
          {({ id, key }) => <RunPage key={id} id={id} activity={decodeURIComponent(key)} />}
        </Route>
        <Route>
          <NotFound />
        </Route>
      </Switch>
    </Suspense>
  );
}
