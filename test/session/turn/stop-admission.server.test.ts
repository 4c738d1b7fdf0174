import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SessionDetail, SessionSummary } from '../../../src/protocol/resources.ts';
import { type OAuthServer, startOAuthServer } from '../../oauth-server/listen.ts';
import { connectPlan } from '../../support/claude-plan.ts';
import { EventReader, only, uniquePrompt, useRunning } from '../../support/running-redraw.ts';

let oauth: OAuthServer;
const running = useRunning(async () => {
  // Each turn needs a fresh token.
  oauth = await startOAuthServer({ lifeSeconds: 0 });
  return oauth.settingsFor('http://localhost:8787/account/claude');
});
afterAll(() => oauth.close());
beforeAll(() => void oauth.server.tokenRequests.splice(0));

it.each(['a new project', 'a project that is there'])(
  'Stop does not wait for a token that is being renewed, before the turn of %s has begun',
  async (where) => {
    const visitor = running.visitor();
    await connectPlan(visitor);
    const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions', {});
    if (where !== 'a new project') await visitor.build(uniquePrompt(), session);
    const prompt = uniquePrompt();
    oauth.server.tokenRequests.splice(0);
    oauth.server.faults.push({ kind: 'hold' });
    const chat = visitor.call('POST', '/api/chat', { prompt, session });
    await oauth.server.done(1);
    expect((await visitor.call('POST', `/api/sessions/${session}/stop`, {})).status).toBe(200);
    expect(await visitor.json<SessionDetail>('GET', `/api/sessions/${session}`)).toMatchObject({ running: null });
    const events = await new EventReader(await chat).rest();
    expect(only(events, 'turn_finished')).toMatchObject({ state: 'stopped', counted: false });
    expect(events.map(({ type }) => type)).toEqual(['session', 'turn_started', 'turn_finished']);
    expect((await visitor.json<SessionSummary[]>('GET', '/api/sessions')).map((one) => one.session)).toContain(session);

    // The late answer starts nothing, and the next turn is unaffected.
    oauth.server.release();
    const next = await visitor.build(uniquePrompt(), session);
    expect(only(next.events, 'turn_finished')).toMatchObject({ state: 'completed' });
    expect(only(next.events, 'session').payer).toBe('connection');
    expect(running.simulator.requests.filter(({ rawBody }) => rawBody.includes(prompt))).toHaveLength(1);
  },
);
