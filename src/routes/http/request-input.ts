import * as v from 'valibot';
import { limits } from '../../protocol/limits.ts';
import { ProblemError } from '../../protocol/problems.ts';
import { issueReasonOf } from '../../protocol/request-issues.ts';
import type { RpcResult } from '../../protocol/rpc-result.ts';
import { wellFormedJson } from '../../protocol/well-formed-json.ts';
import { unknownCaller } from '../../session/caller.ts';
import type { Session } from '../../session/session.ts';
import type { AppContext } from './app-env.ts';

/**
 * Reads a body up to a size. A larger body is drained up to twice that size: a client that is still sending would see a broken connection
 * instead of the refusal.
 *
 * @param max bytes
 * @throws ProblemError `payload_too_large`
 */
export async function readBody(c: AppContext, max: number): Promise<Uint8Array<ArrayBuffer>> {
  const announced = Number(c.req.header('Content-Length') ?? 0);
  const mostRead = 2 * max;
  let size = announced > mostRead ? announced : 0;
  const chunks: Uint8Array[] = [];
  for await (const chunk of (size === 0 && c.req.raw.body) || []) {
    size += chunk.byteLength;
    if (size <= max) chunks.push(chunk);
    if (size > mostRead) break;
  }
  if (size > max)
    throw new ProblemError('payload_too_large', `The body may have ${max} bytes.`, { reason: 'body', limit: max });
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

/**
 * The body as a stream, for a callee that reads it up to twice the size `max`.
 *
 * @param max bytes
 * @throws ProblemError `payload_too_large` where it is announced to be larger than that
 */
export function bodyUpTo(c: AppContext, max: number): ReadableStream<Uint8Array> | null {
  const announced = Number(c.req.header('Content-Length') ?? 0);
  if (announced > 2 * max)
    throw new ProblemError('payload_too_large', `The body may have ${max} bytes.`, { reason: 'body', limit: max });
  return c.req.raw.body;
}

/** Milliseconds in which a body is there that comes with its head: the login was looked up just now. */
const promptMs = 10;

/** @throws ProblemError `not_found` where the caller's login has ended since the call began */
async function assertSignedIn(c: AppContext): Promise<void> {
  const [account, login] = [c.get('visitor'), c.get('login')];
  if (account === null || login === null) return;
  if (!(await c.env.ACCOUNT.getByName(account).isSignedIn(login))) throw unknownCaller();
}

/**
 * Reads and validates a JSON body, whose strings come out well-formed; an empty body counts as `{}`.
 *
 * @throws ProblemError `invalid_request` with `issues`: the path and the message of each; `not_found` where the login ended meanwhile
 */
export async function readJson<S extends v.GenericSchema>(
  c: AppContext,
  schema: S,
  max: number = limits.bodyBytes,
): Promise<v.InferOutput<S>> {
  const begunAt = Date.now();
  const text = new TextDecoder().decode(await readBody(c, max));
  if (Date.now() - begunAt > promptMs) await assertSignedIn(c);
  let json: unknown;
  try {
    json = text === '' ? {} : wellFormedJson(JSON.parse(text));
  } catch {
    throw new ProblemError('invalid_request', 'The body is not JSON.');
  }
  const parsed = v.safeParse(schema, json);
  if (parsed.success) return parsed.output;
  const issues = parsed.issues.map((issue) => ({ path: v.getDotPath(issue) ?? '', message: issue.message }));
  const [{ requirement, ...first }] = parsed.issues;
  throw new ProblemError('invalid_request', issueSentence(issues[0]), {
    reason: issueReasonOf(first),
    field: v.getDotPath(parsed.issues[0]) ?? '',
    ...(typeof requirement === 'number' ? { limit: requirement } : {}),
    issues,
  });
}

/** One sentence for a person. The schemas' own messages are sentences already; valibot's are not. */
function issueSentence(issue: { path: string; message: string } | undefined): string {
  if (issue?.message.endsWith('.')) return issue.message;
  return issue?.path ? `The field ${issue.path} is not valid.` : 'The request is not valid.';
}

/** The Durable Object of the session in the path. @throws ProblemError `not_found` */
export function sessionOf(c: AppContext): DurableObjectStub<Session> {
  const id = c.req.param('id') ?? '';
  if (!/^[a-z2-7]{26}$/.test(id))
    throw new ProblemError('not_found', 'There is no such project.', { reason: 'project' });
  return c.env.SESSION.getByName(id);
}

/** The value of an RPC result. @throws ProblemError where it is a refusal */
export function unwrap<T>(result: RpcResult<T>): T {
  if (result.ok) return result.value;
  throw new ProblemError(result.code, result.detail, result.fields);
}
