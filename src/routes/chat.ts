import { Hono } from 'hono';
import { newId } from '../protocol/id.ts';
import { ChatRequest } from '../protocol/requests.ts';
import type { AppEnv } from './http/app-env.ts';
import { readJson, unwrap } from './http/request-input.ts';
import { eventStream } from './http/sse-response.ts';
import { addressOf, callerOf, loginOf, visitorOrNew } from './middleware/visitor.ts';

/** `POST /api/chat`: takes a prompt and streams the events of its turn, or queues the prompt (202). */
export const chat = new Hono<AppEnv>().post('/', async (c) => {
  const body = await readJson(c, ChatRequest);
  // A visitor who is new has no project yet.
  const visitor = body.session === undefined ? await visitorOrNew(c) : callerOf(c).visitor;
  if (body.turnstile !== undefined)
    unwrap(await c.env.ACCOUNT.getByName(visitor).passChallenge(body.turnstile, addressOf(c)));
  const session = body.session ?? newId();
  const reply = await c.env.SESSION.getByName(session).chat({
    session,
    create: body.session === undefined,
    visitor,
    login: loginOf(c),
    origin: new URL(c.req.url).origin,
    address: addressOf(c),
    prompt: body.prompt,
    model: body.model ?? null,
    attachments: body.attachments ?? [],
    mode: body.mode ?? 'build',
    force: body.force ?? false,
    notBefore: body.notBefore ?? null,
  });
  const answer = unwrap(reply);
  if (answer.kind === 'queued') return c.json({ queued: answer.queued, position: answer.position }, 202);
  return eventStream(answer.stream, c.res.headers);
});
