import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Draft } from '../../../src/protocol/events.ts';
import type { Project } from '../../../web/project/project.ts';
import { FakeServer } from './fake-api.ts';
import { sessionId } from './generated-log.ts';
import { onPage, settled } from './open-project.ts';

let server: FakeServer;
let page: ReturnType<typeof onPage>;
let project: Project;

/** Opens the project as it stands on the server. */
async function open(): Promise<void> {
  page = onPage(server, sessionId);
  project = page.project;
  await page.open();
}

/** What the project says in its newest turn. */
const said = () =>
  project.view.value.turn?.steps
    .flatMap(({ blocks }) => blocks.map((block) => (block.kind === 'tool' ? block.title : block.text)))
    .join('');

const text = (turn: string, delta: string): Draft => ({ type: 'text', data: { turn, step: 1, delta } });
const warning = {
  status: 'allowed_warning' as const,
  resetsAt: 1000,
  rateLimitType: 'five_hour',
  utilization: 0.9,
  overageStatus: null,
  overageDisabledReason: null,
  isUsingOverage: false,
  surpassedThreshold: 0.9,
  extra: {},
};

beforeEach(() => {
  server = new FakeServer();
});
afterEach(() => {
  project.close();
  expect(server.mistakes).toEqual([]);
});

describe('opening a project', () => {
  it('shows its log and its detail, which are asked for at once', async () => {
    server.emit(text(server.begin('A timer\nwith a bell'), 'Here it is.'));
    server.finish();
    Object.assign(server.detail, { title: 'Timer', undo: { label: 'A timer', version: 1 } });
    page = onPage(server, sessionId);
    project = page.project;
    expect([project.loaded.value, project.id, project.isNew]).toEqual([false, sessionId, false]);
    project.open();
    expect(server.calls.map(({ call }) => call)).toEqual(['GET /events?after=0', 'GET ']);
    expect([project.loaded.value, project.link.value]).toEqual([false, 'open']);
    await page.show();
    expect(said()).toBe('Here it is.');
    expect(project.title.value).toBe('Timer');
    expect(project.firstPrompt.value).toBe('A timer\nwith a bell');
    expect([project.canUndo.value, project.canRedo.value]).toEqual([true, false]);
    expect(project.previewUrl.value).toBe('http://first.localhost/');
    expect([project.loaded.value, project.link.value, project.running.value]).toEqual([true, 'idle', false]);
    expect(project.activity.value).toEqual({ kind: 'idle' });
    expect(page.sockets.map(({ session }) => session)).toEqual([sessionId]);
    // What happened before is no news.
    expect(page.told).toEqual({ trials: [], finished: 0, limits: [], refused: [], elsewhere: [] });
  });

  it('is titled after its first prompt where it has no title', async () => {
    server.begin('A timer\nwith a bell');
    server.finish();
    server.begin('Make it blue');
    server.finish();
    await open();
    expect(project.title.value).toBe('A timer');
  });

  it('follows a turn that runs, and says what it is at', async () => {
    const turn = server.begin('A timer');
    await open();
    expect([project.running.value, project.link.value]).toEqual([true, 'open']);
    expect(project.activity.value).toEqual({ kind: 'waiting' });
    server.emit(text(turn, 'One mom'));
    await page.show();
    expect(project.activity.value).toEqual({ kind: 'answering' });
    server.emit(text(turn, 'ent.'));
    server.finish();
    await page.show();
    expect(said()).toBe('One moment.');
    expect([project.running.value, project.link.value]).toEqual([false, 'idle']);
    expect(page.told.finished).toBe(1);
  });

  it('draws once a frame, however many events come', async () => {
    const turn = server.begin('A timer');
    await open();
    let drawn = 0;
    const stop = project.view.subscribe(() => {
      drawn += 1;
    });
    drawn = 0;
    for (const word of ['One ', 'mom', 'ent.']) {
      server.emit(text(turn, word));
      await Promise.resolve();
    }
    await settled();
    expect(page.frames).toHaveLength(1);
    await page.show();
    stop();
    expect(drawn).toBe(1);
    expect(said()).toBe('One moment.');
  });

  it('says so where it is not there, and asks no more', async () => {
    server.failNext('GET /events?after=0', { status: 404, code: 'not_found', detail: 'There is no such project.' });
    await open();
    expect(project.lost.value).toMatchObject({ code: 'not_found', detail: 'There is no such project.' });
    expect(page.sockets[0]?.isClosed).toBe(true);
    const calls = server.calls.length;
    project.open();
    await page.show();
    expect(page.sockets).toHaveLength(1);
    expect(server.calls.slice(calls)).toEqual([]);
  });

  it('keeps what stands and what was typed where the visitor’s cookie is lost, and says so', async () => {
    server.begin('A timer');
    await open();
    project.outgoing.text.value = 'Make it green';
    const lost = { status: 404, code: 'not_found', reason: 'cookie' };
    server.failNext('POST /api/chat', lost);
    server.failNext('GET /events', lost);
    await project.outgoing.send();
    project.catchUp();
    await settled();
    expect(project.lost.value).toBeNull();
    expect(project.failure.value?.fields.reason).toBe('cookie');
    expect(project.outgoing.text.value).toBe('Make it green');
    expect(project.view.value.turn).not.toBeNull();
  });

  it('says so where its detail is not there', async () => {
    server.begin('A timer');
    server.failNext('GET ', { status: 404, code: 'not_found' });
    await open();
    expect(project.lost.value?.code).toBe('not_found');
    expect(server.readers).toBe(0);
  });

  it('is shown all the same where its detail cannot be read now', async () => {
    server.begin('A timer');
    server.finish();
    server.failNext('GET ', { status: 500, code: 'internal' });
    await open();
    expect(project.lost.value).toBeNull();
    expect(project.detail.value).toBeNull();
    expect(project.title.value).toBe('A timer');
    page.waits[0]?.end();
    await page.show();
    expect(project.detail.value).toMatchObject({ model: 'claude-haiku-5-5' });
    expect(server.callsOf('GET ')).toHaveLength(2);
  });

  it('reads on where its stream ends before its turn', async () => {
    const turn = server.begin('A timer');
    await open();
    server.endStreams();
    await page.show();
    server.emit(text(turn, 'One moment.'));
    await page.show();
    expect(said()).toBe('One moment.');
    expect([project.link.value, page.waits]).toEqual(['open', []]);
  });

  it('reads on where the connection broke', async () => {
    const turn = server.begin('A timer');
    server.emit(text(turn, 'One '));
    await open();
    server.retryMs = 250;
    server.breakStreams();
    server.emit(text(turn, 'moment.'));
    await page.show();
    // It had read something: the first attempt comes at once.
    expect(said()).toBe('One moment.');
    server.failNext('GET /events', 'network');
    server.breakStreams();
    await page.show();
    server.failNext('GET /events', 'network');
    expect(project.link.value).toBe('reconnecting');
    expect(page.waits.map(({ ms }) => ms)).toEqual([250]);
    page.waits[0]?.end();
    await page.show();
    expect(page.waits.map(({ ms }) => ms)).toEqual([250, 500]);
    page.waits[1]?.end();
    await page.show();
    expect(project.link.value).toBe('open');
  });
});

it('a project that is left while its connection is broken is not lost', async () => {
  server.begin('A timer');
  await open();
  server.breakStreams();
  server.failNext('GET /events', 'network');
  await page.show();
  expect(project.link.value).toBe('reconnecting');
  project.close();
  await page.show();
  expect(project.lost.value).toBeNull();
});

describe('what is told while it happens', () => {
  it('are limits, with who pays, and trial turns', async () => {
    await open();
    server.begin('A timer', { payer: 'connection' });
    page.sockets[0]?.message(JSON.stringify({ seq: server.seq }));
    await page.show();
    server.emit({ type: 'rate_limit', data: warning });
    await page.show();
    expect(page.told.limits).toEqual([{ limit: warning, payer: 'connection' }]);
    expect(page.told.trials).toEqual([null]);
    server.finish();
    await page.show();
    server.begin('Make it blue');
    page.sockets[0]?.message(JSON.stringify({ seq: server.seq }));
    await page.show();
    expect(page.told.trials).toEqual([null, { used: 2, limit: 6 }]);
    expect(project.view.value.rateLimit).toEqual(warning);
  });

  it('are limits, though no turn has begun', async () => {
    await open();
    server.emit({ type: 'rate_limit', data: warning });
    page.sockets[0]?.message(JSON.stringify({ seq: server.seq }));
    await page.show();
    expect(page.told.limits).toEqual([{ limit: warning, payer: '' }]);
  });

  it('is where the preview is', async () => {
    await open();
    Object.assign(server.detail, { previewUrl: 'http://other.localhost/' });
    server.begin('A timer');
    page.sockets[0]?.message(JSON.stringify({ seq: server.seq }));
    await page.show();
    expect(project.previewUrl.value).toBe('http://other.localhost/');
  });
});

describe('a message that there is news', () => {
  it('makes the page read it; one that tells what is known does not', async () => {
    server.begin('A timer');
    server.finish();
    await open();
    const reads = () => server.callsOf('GET /events').length;
    page.sockets[0]?.message(JSON.stringify({ seq: server.seq }));
    await page.show();
    expect(reads()).toBe(0);
    server.begin('From my phone');
    page.sockets[0]?.message(JSON.stringify({ seq: server.seq }));
    await page.show();
    expect(reads()).toBe(1);
    expect(project.view.value.turn?.prompt).toBe('From my phone');
    expect(page.told.elsewhere).toEqual(['turn']);
  });

  it('comes again after the connection broke, until the project is closed', async () => {
    await open();
    page.sockets[0]?.drop();
    await page.show();
    expect(page.waits.map(({ ms }) => ms)).toEqual([1000]);
    page.waits[0]?.end();
    await page.show();
    expect(page.sockets).toHaveLength(2);
    project.close();
    await page.show();
    expect(page.sockets[1]?.isClosed).toBe(true);
    expect(page.sockets).toHaveLength(2);
  });
});
