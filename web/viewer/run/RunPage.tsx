import { Skeleton } from "../ui/Notice";
import { Page } from "../ui/Page";

export default function Later({ id }: { id: string; activity?: string | null }) {
  return (
    <Page title={id} crumbs={[]}>
      <Skeleton />
    </Page>
  );
}
