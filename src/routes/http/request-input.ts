import * as v from 'valibot';
import { limits } from '../../protocol/limits.ts';
import { ProblemError } from '../../protocol/problems.ts';
import { issueReasonOf } from '../../protocol/request-issues.ts';
import type { RpcResult } from '../../protocol/rpc-result.ts';
import { wellFormedJson } from '../../protocol/well-formed-json.ts';
import { unknownCaller } from '../../session/caller.ts';
import type { Session } from '../../session/session.ts';
import type { AppContext } from './app-env.ts';
import { ArrivingBodies } from './arriving-bodies.ts';

/** Of this isolate. */
const arriving = new ArrivingBodies();

/**
 * Reads a body up to a size. A larger body is drained up to twice that size: a client that is still sending would see a broken connection
 * instead of the refusal.
 *
 * @param max bytes
 * @throws ProblemError `payload_too_large`; `busy` where it does not arrive in time, or too many others are arriving in pieces
 */
export async function readBody(c: AppContext, max: number): Promise<Uint8Array<ArrayBuffer>> {
  const body = bodyUpTo(c, max);
  let size = 0;
  const chunks: Uint8Array[] = [];
  const take = (chunk: Uint8Array): boolean => {
    size += chunk.byteLength;
    if (size <= max) chunks.push(chunk);
    // Nothing is kept of what will be refused.
    else chunks.length = 0;
    return size <= 2 * max;
  };
  const sender = { party: c.get('party'), announced: announcedBytes(c) };
  if (body) await arriving.read(body, sender, take);
  if (size > max) throw tooLarge(max);
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

/** By its header; NaN where that is no number. */
const announcedBytes = (c: AppContext): number => Number(c.req.header('Content-Length') ?? 0);

const tooLarge = (max: number): ProblemError =>
  new ProblemError('payload_too_large', `The body may have ${max} bytes.`, { reason: 'body', limit: max });

/**
 * The body as a stream, for a callee that reads it up to twice the size `max`.
 *
 * @param max bytes
 * @throws ProblemError `payload_too_large` where it is announced to be larger than that
 */
export function bodyUpTo(c: AppContext, max: number): ReadableStream<Uint8Array> | null {
  if (announcedBytes(c) > 2 * max) throw tooLarge(max);
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
  return checked(schema, json);
}

/** What fits a schema: a body, or the query of a call. @throws ProblemError `invalid_request` with `issues` */
export function checked<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> {
  const parsed = v.safeParse(schema, value);
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
