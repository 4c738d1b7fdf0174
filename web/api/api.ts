import type { ChatRequest, PreviewReport, QueuePatch } from '../../src/protocol/requests.ts';
import type {
  AccountDetail,
  FileEntry,
  ModelEntry,
  SessionDetail,
  SessionSummary,
  VersionEntry,
} from '../../src/protocol/resources.ts';
import { readProblem, toApiError } from './api-error.ts';
import { hearServerTime } from './server-clock.ts';

export interface ApiOptions {
  /** Prefix of every path; empty for the page's own origin. */
  base: string;
  fetch: typeof fetch;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

interface RequestOptions {
  body?: unknown;
  /** Sent as they are, instead of `body`. */
  bytes?: Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** The request survives leaving the page. */
  keepalive?: boolean;
}

export type Api = ReturnType<typeof createApi>;

const encodePath = (path: string) => path.split('/').map(encodeURIComponent).join('/');
const query = (version: number | undefined) => (version === undefined ? '' : `?version=${version}`);

/**
 * The typed calls of the HTTP API. Each rejects with an `ApiError`, or with the reason of its abort signal.
 */
export function createApi({ base, fetch }: ApiOptions) {
  async function request(method: Method, path: string, options: RequestOptions = {}): Promise<Response> {
    const headers = { ...options.headers };
    const init: RequestInit = { method, headers, credentials: 'same-origin' };
    if (method !== 'GET') {
      headers['content-type'] = options.bytes ? 'application/octet-stream' : 'application/json';
      init.body = options.bytes ?? JSON.stringify(options.body ?? {});
    }
    if (options.signal) init.signal = options.signal;
    if (options.keepalive) init.keepalive = true;
    let response: Response;
    try {
      response = await fetch(base + path, init);
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw toApiError(error);
    }
    hearServerTime(Date.parse(response.headers.get('date') ?? ''), true);
    if (!response.ok) throw await readProblem(response);
    return response;
  }

  async function json<T>(method: Method, path: string, body?: unknown): Promise<T> {
    const response = await request(method, path, { body });
    try {
      return (await response.json()) as T;
    } catch (error) {
      throw toApiError(error);
    }
  }

  async function done(method: Method, path: string, body?: unknown): Promise<void> {
    const response = await request(method, path, { body });
    await response.body?.cancel();
  }

  const at = (session: string, rest = '') => `/api/sessions/${encodeURIComponent(session)}${rest}`;

  return {
    /** For calls of parts that are loaded later: `account-calls.ts`. */
    json,
    done,
    account: () => json<AccountDetail>('GET', '/api/account'),
    sessions: () => json<SessionSummary[]>('GET', '/api/sessions'),
    session: (session: string) => json<SessionDetail>('GET', at(session)),
    rename: (session: string, title: string) => done('PATCH', at(session), { title }),
    remove: async (session: string) => {
      const response = await request('DELETE', at(session), { keepalive: true });
      await response.body?.cancel();
    },
    resetPreview: (session: string) => json<{ previewUrl: string }>('POST', at(session, '/preview/reset')),
    /** Answers with the turn's event stream, or 202 with `{queued, position}`. */
    chat: (body: ChatRequest, signal: AbortSignal) => request('POST', '/api/chat', { body, signal }),
    /** Answers with a stream of the events after a sequence number (0: all events), or 204 if there are none and none will come. */
    events: (session: string, after: number, signal: AbortSignal) =>
      after === 0
        ? request('GET', at(session, '/events?after=0'), { signal })
        : request('GET', at(session, '/events'), { headers: { 'last-event-id': String(after) }, signal }),
    stop: (session: string) => done('POST', at(session, '/stop')),
    undo: (session: string) => json<{ version: number }>('POST', at(session, '/undo')),
    redo: (session: string) => json<{ version: number }>('POST', at(session, '/redo')),
    revert: (session: string, version: number) =>
      json<{ version: number }>('POST', at(session, '/revert'), { version }),
    history: (session: string) => json<VersionEntry[]>('GET', at(session, '/history')),
    removeQueued: (session: string, item: string) => done('DELETE', at(session, `/queue/${encodeURIComponent(item)}`)),
    changeQueued: (session: string, item: string, change: QueuePatch) =>
      done('PATCH', at(session, `/queue/${encodeURIComponent(item)}`), change),
    create: () => json<{ session: string }>('POST', '/api/sessions'),
    models: () => json<ModelEntry[]>('GET', '/api/models'),
    chooseModel: (session: string, model: string) => done('PUT', at(session, '/model'), { model }),
    /** The current files, or those of a version. */
    files: (session: string, version?: number) => json<FileEntry[]>('GET', at(session, `/files${query(version)}`)),
    file: (session: string, path: string, version?: number) =>
      request('GET', at(session, `/files/${encodePath(path)}${query(version)}`)),
    /** Saves an edit by the visitor, which makes a version. */
    putFile: async (session: string, path: string, bytes: Uint8Array<ArrayBuffer>) => {
      const response = await request('PUT', at(session, `/files/${encodePath(path)}`), { bytes });
      return (await response.json()) as { version: number };
    },
    report: (session: string, report: PreviewReport) => done('POST', at(session, '/preview/report'), report),
    exportUrl: (session: string) => base + at(session, '/export.zip'),
    fileUrl: (session: string, path: string, version?: number) =>
      base + at(session, `/files/${encodePath(path)}${query(version)}`),
  };
}
