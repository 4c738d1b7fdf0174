import { afterEach, expect, it, vi } from 'vitest';
import type { ClaudeCredential } from '../../src/claude/claude-client.ts';
import { ClaudeError } from '../../src/claude/claude-error.ts';
import { fetchModels } from '../../src/claude/fetch-models.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const key: ClaudeCredential = { kind: 'api_key', key: 'sk-test' };
const plan: ClaudeCredential = { kind: 'oauth', token: 'sk-ant-oat01-x', beta: 'oauth-2025-04-20' };

/** Fetches the models from an endpoint that gives these answers in turn, the last one again and again; an error is a broken connection. */
async function fetchFrom(answers: (Response | Error)[], credential = key) {
  const requests: Request[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    requests.push(new Request(input, init));
    const answer = answers[Math.min(requests.length, answers.length) - 1];
    if (answer instanceof Response) return answer;
    throw answer;
  };
  vi.stubGlobal('fetch', fetch);
  const result = await fetchModels({ credential, baseUrl: 'http://claude.test' }).catch((error: unknown) => error);
  return { requests, result, failure: result instanceof ClaudeError ? result.failure : null };
}

const page = (data: object[]): Response => Response.json({ data, has_more: false, first_id: null, last_id: null });

it('lists the models in Claude’s order, by their id where one has no name', async () => {
  const { requests, result } = await fetchFrom([
    page([
      { id: 'claude-b', display_name: 'Claude B' },
      { id: 'claude-a', display_name: '' },
    ]),
  ]);
  expect(result).toEqual([
    { id: 'claude-b', name: 'Claude B' },
    { id: 'claude-a', name: 'claude-a' },
  ]);
  expect(requests.map(({ url }) => url)).toEqual(['http://claude.test/v1/models?limit=1000']);
});

it.each([
  [key, 'Bearer sk-test', null],
  [plan, 'Bearer sk-ant-oat01-x', 'oauth-2025-04-20'],
])('asks with the credential: %j', async (credential, authorization, beta) => {
  const { requests } = await fetchFrom([page([])], credential);
  const sent = requests.map(({ headers }) => [headers.get('authorization'), headers.get('anthropic-beta')]);
  expect(sent).toEqual([[authorization, beta]]);
});

it('asks once more where the connection breaks, because a pooled one may just have been closed', async () => {
  const lost = new TypeError('fetch failed');
  const once = await fetchFrom([lost, page([{ id: 'claude-a', display_name: 'A' }])]);
  expect(once.result).toEqual([{ id: 'claude-a', name: 'A' }]);
  expect(once.requests).toHaveLength(2);
  const twice = await fetchFrom([lost, lost, page([])]);
  expect(twice.failure).toEqual({ kind: 'broken', reason: 'unreachable' });
  expect(twice.requests).toHaveLength(2);
});

it('does not ask again where Claude has answered', async () => {
  const error = { type: 'authentication_error', message: 'No.' };
  const { requests, failure } = await fetchFrom([Response.json({ error }, { status: 401 })]);
  expect(failure).toMatchObject({ kind: 'http', status: 401, message: 'No.' });
  expect(requests).toHaveLength(1);
});

it('gives up after 15 seconds without an answer, and asks nobody again', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const silent = vi.fn<typeof fetch>(
    (_input, init) =>
      new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))),
  );
  const settled = vi.fn();
  const asked = fetchModels({ credential: key, baseUrl: 'http://claude.test', fetch: silent });
  const failed = expect(asked.finally(settled)).rejects.toMatchObject({
    failure: { kind: 'broken', reason: 'stalled' },
  });
  await vi.advanceTimersByTimeAsync(14_999);
  expect(settled).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await failed;
  expect(silent).toHaveBeenCalledOnce();
});
