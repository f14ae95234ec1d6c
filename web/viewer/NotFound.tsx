import { Compass } from "lucide-react";
import { Link } from "wouter";
import { Empty } from "./ui/Notice";
import { Page } from "./ui/Page";

/** What is shown for an address that leads nowhere. */
export function NotFound({ what = "page" }: { what?: string }) {
  return (
    <Page title={`No such ${what}`} crumbs={[]}>
      <Empty icon={Compass} title={`There is no such ${what}`}>
        <p>It may have been removed, or the address is not whole.</p>
        <Link href="/">Go to the workflows</Link>
      </Empty>
    </Page>
  );
}
