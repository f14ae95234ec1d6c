import { KeyRound } from "lucide-react";
import { useState } from "react";
import { apiKey, keepApiKey } from "./data/key";
import { Button } from "./ui/Button";
import { Empty } from "./ui/Notice";
import { Page } from "./ui/Page";
import { Field } from "./ui/Field";

/** Asks for the API key of a server that is closed by keys. */
export function KeyPrompt() {
  const [key, setKey] = useState("");
  const refused = apiKey() !== null;
  return (
    <Page title="API key" crumbs={[]}>
      <Empty icon={KeyRound} title="This server asks for an API key">
        <p>
          {refused ? "The key that this tab had is not accepted. " : ""}
          An operator makes one with <code>playhead api-key create NAME --role editor</code>. It is kept for this tab
          alone.
        </p>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            keepApiKey(key.trim());
            window.location.reload();
          }}
        >
          <Field label="API key">
            <input type="password" autoComplete="off" value={key} onChange={(event) => setKey(event.target.value)} />
          </Field>
          <Button kind="primary" type="submit" disabled={key.trim() === ""}>
            Continue
          </Button>
        </form>
      </Empty>
    </Page>
  );
}
