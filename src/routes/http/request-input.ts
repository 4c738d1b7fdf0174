import * as v from 'valibot';
import { limits } from '../../protocol/limits.ts';
import { ProblemError } from '../../protocol/problems.ts';
import type { RpcResult } from '../../protocol/rpc-result.ts';
import type { Session } from '../../session/session.ts';
import type { AppContext } from './app-env.ts';

/**
 * Reads a body up to a size. What is too large is read on for as much again and dropped: a client that is still sending would
 * hear of a broken connection instead of the refusal.
 *
 * @param max bytes
 * @throws ProblemError `payload_too_large`
 */
export async function readBody(c: AppContext, max: number): Promise<Uint8Array<ArrayBuffer>> {
  const announced = Number(c.req.header('Content-Length') ?? 0);
  const patience = 2 * max;
  let size = announced > patience ? announced : 0;
  const chunks: Uint8Array[] = [];
  for await (const chunk of (size === 0 && c.req.raw.body) || []) {
    size += chunk.byteLength;
    if (size <= max) chunks.push(chunk);
    if (size > patience) break;
  }
  if (size > max) throw new ProblemError('payload_too_large', `The body may have ${max} bytes.`, { limit: max });
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

/**
 * Reads and checks a JSON body; none at all is an object without fields.
 *
 * @throws ProblemError `invalid_request` with `issues`: where, and what is wrong
 */
export async function readJson<S extends v.GenericSchema>(
  c: AppContext,
  schema: S,
  max: number = limits.bodyBytes,
): Promise<v.InferOutput<S>> {
  const text = new TextDecoder().decode(await readBody(c, max));
  let json: unknown;
  try {
    json = text === '' ? {} : JSON.parse(text);
  } catch {
    throw new ProblemError('invalid_request', 'The body is not JSON.');
  }
  const parsed = v.safeParse(schema, json);
  if (parsed.success) return parsed.output;
  const issues = parsed.issues.map((issue) => ({ path: v.getDotPath(issue) ?? '', message: issue.message }));
  throw new ProblemError('invalid_request', detailOf(issues[0]), { issues });
}

/** One sentence for a person. Messages of our own are one already. */
function detailOf(issue: { path: string; message: string } | undefined): string {
  if (issue?.message.endsWith('.')) return issue.message;
  return issue?.path ? `The field ${issue.path} is not valid.` : 'The request is not valid.';
}

/** The object of the session that the path names. @throws ProblemError `not_found` */
export function sessionOf(c: AppContext): DurableObjectStub<Session> {
  const id = c.req.param('id') ?? '';
  if (!/^[a-z2-7]{26}$/.test(id)) throw new ProblemError('not_found', 'There is no such project.');
  return c.env.SESSION.getByName(id);
}

/** The value of a reply. @throws ProblemError where it is a refusal */
export function unwrap<T>(reply: RpcResult<T>): T {
  if (reply.ok) return reply.value;
  throw new ProblemError(reply.code, reply.detail, reply.fields);
}
