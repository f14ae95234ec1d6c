/** The API key of a server that asks for one: kept for this tab, until it is closed. */

const PLACE = "playhead.key";

export function apiKey(): string | null {
  return sessionStorage.getItem(PLACE);
}

export function keepApiKey(key: string): void {
  sessionStorage.setItem(PLACE, key);
}

/** Gives what an HTTP request, or the payload of `connection_init`, is authorized by. */
export function authorization(): Record<string, string> {
  const key = apiKey();
  return key === null ? {} : { authorization: `Bearer ${key}` };
}
