import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Project } from '../../../web/project/project.ts';
import { FakeServer } from './fake-api.ts';
import { sessionId } from './generated-log.ts';
import { onPage } from './open-project.ts';

let server: FakeServer;
let page: ReturnType<typeof onPage>;
let project: Project;

/** Opens the project as it stands on the server; null: a new one. */
async function open(session: string | null = sessionId): Promise<void> {
  page = onPage(server, session);
  project = page.project;
  if (session !== null) project.open();
  await page.show();
}

/** Begins and ends a turn. */
function built(prompt: string, rest: { attachments?: string[] } = {}): void {
  server.begin(prompt, rest);
  server.finish();
}

const chats = () => server.callsOf('POST /api/chat');

beforeEach(() => {
  server = new FakeServer();
});
afterEach(() => {
  project.close();
  expect(server.mistakes).toEqual([]);
});

describe('starting a project', () => {
  it('tells its id as soon as it has one, and shows the prompt all the time', async () => {
    await open(null);
    expect([project.id, project.isNew, project.title.value, project.running.value]).toEqual(['', true, '', false]);
    const starting = project.start('A timer');
    expect(project.sending.value).toBe('A timer');
    expect(await starting).toBe(sessionId);
    expect(project.id).toBe(sessionId);
    expect(chats()).toEqual([{ prompt: 'A timer' }]);
    await page.show();
    expect(project.sending.value).toBeNull();
    expect(project.running.value).toBe(true);
    expect(project.previewUrl.value).toBe('http://first.localhost/');
    expect(project.detail.value).toMatchObject({ title: 'A timer', model: 'claude-haiku-5-5', versions: [] });
    expect(page.sockets.map(({ session }) => session)).toEqual([sessionId]);
    expect(page.told.trials).toEqual([{ used: 1, limit: 6 }]);
    server.makeVersion();
    server.finish();
    await page.show();
    // This page did all of it.
    expect(page.told).toMatchObject({ finished: 1, elsewhere: [] });
  });

  it('is told as it begins, whatever becomes of the detail', async () => {
    await open(null);
    server.tellsProject = false;
    const answer = server.holdNext('GET ');
    await project.start('A timer');
    server.makeVersion();
    server.finish();
    await page.show();
    expect(page.told).toMatchObject({ finished: 1, trials: [{ used: 1, limit: 6 }], elsewhere: [] });
    answer();
  });

  it('fails with what the server says', async () => {
    await open(null);
    server.failNext('POST /api/chat', { status: 403, code: 'sign_in_required', detail: 'Six turns are used.' });
    await expect(project.start('A timer')).rejects.toMatchObject({ code: 'sign_in_required', status: 403 });
    expect(project.sending.value).toBeNull();
    expect(project.id).toBe('');
    server.failNext('POST /api/chat', 'network');
    await expect(project.start('A timer')).rejects.toMatchObject({ code: 'unreachable' });
  });
});

describe('a prompt', () => {
  it('goes to this project with all that comes with it, and takes back the last failure', async () => {
    built('A timer');
    await open();
    server.failNext('POST /undo', { status: 409, code: 'nothing_to_undo' });
    await project.undo();
    expect(project.failure.value?.code).toBe('nothing_to_undo');
    const options = { attachments: ['uploads/a.png'], force: true };
    expect(await project.send('Make it blue', options)).toBe(true);
    expect(project.failure.value).toBeNull();
    expect(chats()).toEqual([{ session: sessionId, prompt: 'Make it blue', ...options }]);
    await page.show();
    expect(project.view.value.turn).toMatchObject({ prompt: 'Make it blue', attachments: ['uploads/a.png'] });
    // It is shown once: by its turn.
    expect([project.sending.value, project.running.value]).toEqual([null, true]);
    expect(page.told.elsewhere).toEqual([]);
  });

  it('waits in the queue while a turn runs, and is not shown as the next turn', async () => {
    server.begin('A timer');
    await open();
    const sending = project.send('Make it blue');
    expect(project.sending.value).toBeNull();
    expect(await sending).toBe(true);
    await page.show();
    expect(project.view.value.queue).toEqual([{ id: 'q1', prompt: 'Make it blue' }]);
    server.running = null;
    server.emit({ type: 'turn_finished', data: { turn: 't1', state: 'completed', counted: true } });
    server.setQueue([]);
    server.begin('Make it blue');
    await page.show();
    expect(project.view.value.turn?.prompt).toBe('Make it blue');
    expect(page.told.elsewhere).toEqual([]);
  });

  it('is refused with a reason, and can be sent once more', async () => {
    built('A timer');
    await open();
    server.failNext('POST /api/chat', { status: 429, code: 'credit_exhausted' });
    expect(await project.send('Make it blue', { attachments: ['a.png'] })).toBe(false);
    expect(project.failure.value).toMatchObject({ code: 'credit_exhausted' });
    expect(project.sending.value).toBeNull();
    expect(page.told.refused.map(({ error }) => error)).toEqual([project.failure.value]);
    page.told.refused[0]?.again();
    await page.show();
    expect(chats()[1]).toEqual({ session: sessionId, prompt: 'Make it blue', attachments: ['a.png'] });
    expect(project.running.value).toBe(true);
    expect(server.callsOf('GET /events')).toEqual([]);
  });

  it('is sent once more by whoever sent it, where they say how', async () => {
    built('A timer');
    await open();
    server.failNext('POST /api/chat', { status: 403, code: 'sign_in_required' });
    let again = 0;
    await project.send('Make it blue', {}, () => {
      again += 1;
    });
    page.told.refused[0]?.again();
    expect(again).toBe(1);
    expect(chats()).toHaveLength(1);
  });

  it('may have arrived though no answer came: the log tells', async () => {
    built('A timer');
    await open();
    server.failNext('POST /api/chat', 'network');
    built('Make it blue');
    expect(await project.send('Make it blue')).toBe(false);
    await page.show();
    expect(project.view.value.turn?.prompt).toBe('Make it blue');
    expect(page.told.elsewhere).toEqual([]);
  });

  it('that fails after the project was left bothers nobody', async () => {
    built('A timer');
    await open();
    const answer = server.holdNext('POST /api/chat');
    const sending = project.send('Make it blue');
    project.close();
    answer();
    expect(await sending).toBe(false);
    expect(page.told.refused).toEqual([]);
    expect(project.failure.value).toBeNull();
  });
});

describe('a prompt whose turn never begins', () => {
  it('is not shown for ever', async () => {
    built('A timer');
    await open();
    server.losesTurns = true;
    await project.send('Make it blue');
    await page.show();
    expect(project.sending.value).toBe('Make it blue');
    server.running = null;
    server.endStreams();
    await page.show();
    expect([project.link.value, project.sending.value]).toEqual(['idle', null]);
  });
});

describe('sending the newest prompt again', () => {
  it('takes its files with it', async () => {
    built('A timer', { attachments: ['uploads/a.png'] });
    await open();
    project.sendAgain({ force: true });
    await page.show();
    expect(chats()).toEqual([{ session: sessionId, prompt: 'A timer', attachments: ['uploads/a.png'], force: true }]);
    expect(page.told.elsewhere).toEqual([]);
  });

  it('mentions no files where there were none, and does nothing without a turn', async () => {
    await open();
    project.sendAgain();
    await page.show();
    expect(chats()).toEqual([]);
    built('A timer');
    page.sockets[0]?.message(JSON.stringify({ seq: server.seq }));
    await page.show();
    project.sendAgain();
    await page.show();
    expect(chats()).toEqual([{ session: sessionId, prompt: 'A timer' }]);
  });

  it('is offered where a turn fails', async () => {
    server.begin('A timer');
    await open();
    server.emit({ type: 'prompt_error', data: { code: 'connection_broken', message: 'Connect.', retryable: true } });
    server.finish('failed');
    await page.show();
    expect(page.told.refused.map(({ error }) => [error.code, error.detail])).toEqual([
      ['connection_broken', 'Connect.'],
    ]);
    page.told.refused[0]?.again();
    await page.show();
    expect(chats()).toEqual([{ session: sessionId, prompt: 'A timer' }]);
  });
});

describe('Stop', () => {
  it('is asked for once, and only while a turn runs', async () => {
    built('A timer');
    await open();
    await project.stop();
    expect(server.callsOf('POST /stop')).toEqual([]);
    await project.send('Make it blue');
    await page.show();
    const answer = server.holdNext('POST /stop');
    const stopping = [project.stop(), project.stop()];
    expect(project.stopping.value).toBe(true);
    answer();
    await Promise.all(stopping);
    await page.show();
    expect(server.callsOf('POST /stop')).toHaveLength(1);
    expect([project.stopping.value, project.running.value]).toEqual([false, false]);
    expect(project.view.value.turn?.state).toBe('stopped');
  });

  it('says so where it fails, and can be asked for again', async () => {
    server.begin('A timer');
    await open();
    server.failNext('POST /stop', 'network');
    await project.stop();
    expect(project.failure.value?.code).toBe('unreachable');
    expect([project.stopping.value, project.running.value]).toEqual([false, true]);
    await project.stop();
    await page.show();
    expect(project.failure.value).toBeNull();
    expect(project.running.value).toBe(false);
  });
});

describe('the queue', () => {
  const items = [
    { id: 'a', prompt: 'One', notBefore: Number.MAX_SAFE_INTEGER },
    { id: 'b', prompt: 'Two', notBefore: Number.MAX_SAFE_INTEGER },
  ];
  const prompts = () => project.view.value.queue.map(({ prompt }) => prompt);

  beforeEach(async () => {
    built('A timer');
    server.setQueue(items);
    await open();
    expect(prompts()).toEqual(['One', 'Two']);
  });

  it('is shown as it is after each change', async () => {
    expect(await project.changeQueued('b', { place: 1, prompt: 'Second' })).toBe(true);
    await page.show();
    expect(server.callsOf('PATCH /queue/b')).toEqual([{ place: 1, prompt: 'Second' }]);
    expect(prompts()).toEqual(['Second', 'One']);
    expect(await project.removeQueued('a')).toBe(true);
    await page.show();
    expect(prompts()).toEqual(['Second']);
  });

  it('starts what was set to a time by itself: that is no other window’s turn', async () => {
    server.setQueue(items.slice(1));
    server.begin('One');
    page.sockets[0]?.message(JSON.stringify({ seq: server.seq }));
    await page.show();
    expect(project.view.value.turn?.prompt).toBe('One');
    expect(page.told.elsewhere).toEqual([]);
  });

  it('is read anew where a change fails: the prompt has started meanwhile', async () => {
    for (const change of [() => project.changeQueued('a', { place: 2 }), () => project.removeQueued('a')]) {
      server.setQueue(server.queue.filter(({ id }) => id !== 'a'));
      expect(await change()).toBe(false);
      expect(project.failure.value?.code).toBe('not_found');
      await page.show();
      expect(prompts()).toEqual(['Two']);
      server.setQueue(items);
    }
  });
});
