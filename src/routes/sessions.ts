import { Hono } from 'hono';
import * as v from 'valibot';
import { newId } from '../protocol/id.ts';
import { limits } from '../protocol/limits.ts';
import { ProblemError } from '../protocol/problems.ts';
import { ModelRequest, PreviewReport, QueuePatch, SessionPatch } from '../protocol/requests.ts';
import { takeStart } from '../protocol/truncate-text.ts';
import type { AppContext, AppEnv } from './http/app-env.ts';
import { readJson, sessionOf, unwrap } from './http/request-input.ts';
import { eventStream } from './http/sse-response.ts';
import { isSameOrigin } from './middleware/same-origin.ts';
import { addressOf, callerOf, visitorOrNew } from './middleware/visitor.ts';

const sequenceNumber = v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number));

/** The sequence number to resume after: `?after=`, else `Last-Event-ID`, else null. @throws ProblemError `invalid_request` */
function resumeAfter(c: AppContext): number | null {
  const after = c.req.query('after');
  if (after !== undefined) {
    const parsed = v.safeParse(sequenceNumber, after);
    if (!parsed.success) throw new ProblemError('invalid_request', 'after must be a sequence number.');
    return parsed.output;
  }
  const parsed = v.safeParse(sequenceNumber, c.req.header('Last-Event-ID'));
  return parsed.success ? parsed.output : null;
}

/** `/api/sessions`: the visitor's projects, and the operations on a whole project. */
export const sessions = new Hono<AppEnv>()
  .get('/', async (c) => {
    const visitor = c.get('visitor');
    return c.json(
      visitor === null
        ? []
        : await c.env.ACCOUNT.getByName(visitor).projects(takeStart(c.req.query('q') ?? '', limits.titleChars)),
    );
  })
  .post('/', async (c) => {
    await visitorOrNew(c);
    const caller = callerOf(c);
    const id = newId();
    unwrap(await c.env.ACCOUNT.getByName(caller.visitor).admitProject(id, addressOf(c)));
    return c.json(unwrap(await c.env.SESSION.getByName(id).createEmpty(id, caller)), 201);
  })
  .get('/:id', async (c) => c.json(unwrap(await sessionOf(c).detail(callerOf(c), c.req.query('messages') === '1'))))
  .patch('/:id', async (c) => {
    const caller = callerOf(c);
    const { title } = await readJson(c, SessionPatch);
    return c.json(unwrap(await sessionOf(c).rename(caller, title)));
  })
  .delete('/:id', async (c) => {
    unwrap(await sessionOf(c).remove(callerOf(c)));
    return c.body(null, 204);
  })
  .get('/:id/events', async (c) => {
    const stream = unwrap(await sessionOf(c).events(callerOf(c), resumeAfter(c)));
    return stream === null ? c.body(null, 204) : eventStream(stream);
  })
  .get('/:id/watch', async (c) => {
    const { visitor, login } = callerOf(c);
    if (c.req.header('Upgrade')?.toLowerCase() !== 'websocket')
      throw new ProblemError('invalid_request', 'This address is for a WebSocket.');
    if (!isSameOrigin(c.req.raw))
      throw new ProblemError('forbidden_origin', 'This call is only taken from the pages of Redraw itself.');
    const url = new URL('https://session/watch');
    url.searchParams.set('visitor', visitor);
    url.searchParams.set('login', login ?? '');
    url.searchParams.set('preview', c.req.query('preview') ?? '');
    const answer = await sessionOf(c).fetch(url, { headers: { Upgrade: 'websocket' } });
    if (answer.status !== 101) throw new ProblemError('not_found', 'There is no such project.', { reason: 'project' });
    return answer;
  })
  .post('/:id/stop', async (c) => {
    unwrap(await sessionOf(c).stop(callerOf(c)));
    return c.json({});
  })
  .delete('/:id/queue/:item', async (c) => {
    unwrap(await sessionOf(c).queueRemove(callerOf(c), c.req.param('item')));
    return c.body(null, 204);
  })
  .patch('/:id/queue/:item', async (c) => {
    const caller = callerOf(c);
    const patch = await readJson(c, QueuePatch);
    unwrap(await sessionOf(c).queueChange(caller, c.req.param('item'), patch));
    return c.json({ id: c.req.param('item'), ...patch });
  })
  .put('/:id/model', async (c) => {
    const caller = callerOf(c);
    const { model } = await readJson(c, ModelRequest);
    return c.json(unwrap(await sessionOf(c).chooseModel(caller, model)));
  })
  .post('/:id/preview/reset', async (c) => c.json(unwrap(await sessionOf(c).resetPreview(callerOf(c)))))
  .post('/:id/preview/report', async (c) => {
    const caller = callerOf(c);
    const report = await readJson(c, PreviewReport, limits.reportBytes);
    unwrap(await sessionOf(c).reportPreview(caller, report));
    return c.body(null, 204);
  });
