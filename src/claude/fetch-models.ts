import { withDeadline } from '../async/with-deadline.ts';
import { limitBody, type OutboundFetch, outboundFetch } from '../net/outbound-fetch.ts';
import type { ClaudeCredential } from './claude-client.ts';
import { anthropicSdk, claudeError } from './claude-client.ts';

/** Milliseconds; short, because it is the cheapest request of the API. */
const timeoutMs = 15_000;

/** The largest list that is read. Bytes. */
const maxListBytes = 4 * 1024 * 1024;

export interface FetchModelsOptions {
  credential: ClaudeCredential;
  baseUrl: string;
  fetch?: OutboundFetch;
}

/** A model as Anthropic lists it. */
export interface ListedModel {
  id: string;
  name: string;
}

/**
 * Fetches the models that a credential may use, newest first: one page of `GET /v1/models`. Retried once where the connection breaks
 * before an answer, because a pooled connection may be closed at the moment of its reuse.
 *
 * @throws ClaudeError
 */
export function fetchModels({
  credential,
  baseUrl,
  fetch: fetchFrom = outboundFetch,
}: FetchModelsOptions): Promise<ListedModel[]> {
  const headers = credential.kind === 'oauth' ? { 'anthropic-beta': credential.beta } : {};
  const sdk = anthropicSdk(credential, baseUrl, async (input, init) =>
    limitBody(await fetchFrom(input, init), maxListBytes),
  );
  return withDeadline(timeoutMs, async (signal) => {
    for (let isLast = false; ; isLast = true) {
      try {
        const page = await sdk.models.list({ limit: 1_000 }, { signal, headers });
        return page.data.map(({ id, display_name }) => ({ id, name: display_name || id }));
      } catch (error) {
        const failed = claudeError(error, signal.aborted, credential);
        if (isLast || signal.aborted || failed.failure.kind !== 'broken') throw failed;
      }
    }
  });
}
