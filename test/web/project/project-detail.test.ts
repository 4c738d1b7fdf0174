import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventData } from '../../../src/protocol/events.ts';
import type { Project } from '../../../web/project/project.ts';
import { foldDetail, type ProjectDetail } from '../../../web/project/project-detail.ts';
import { FakeServer } from './fake-api.ts';
import { sessionId } from './generated-log.ts';
import { onPage, settled } from './open-project.ts';

let server: FakeServer;
let page: ReturnType<typeof onPage>;
let project: Project;

/** Opens the project as it stands on the server. */
async function open(session: string | null = sessionId): Promise<void> {
  page = onPage(server, session);
  project = page.project;
  if (session) await page.open();
}

/** Tells a page over its socket that there is news. */
async function tell(to = page): Promise<void> {
  to.sockets[0]?.message(JSON.stringify({ seq: server.seq }));
  await to.show();
}

const reads = () => server.callsOf('GET ').length;

beforeEach(() => {
  server = new FakeServer();
});
afterEach(() => {
  project.close();
  expect(server.mistakes).toEqual([]);
});

describe('the whole project is read', () => {
  it('once, whatever happens to it, by three pages that have it open', async () => {
    server.begin('A timer');
    server.makeVersion();
    server.finish();
    const pages = [onPage(server, sessionId), onPage(server, sessionId), onPage(server, sessionId)];
    for (const one of pages) await one.open();
    page = pages[0] as typeof page;
    project = page.project;
    const tellAll = async () => {
      for (const one of pages) await tell(one);
    };
    expect(reads()).toBe(3);

    await project.send('Make it blue');
    await tellAll();
    server.makeVersion(['src/app.tsx']);
    server.finish();
    await tellAll();
    await project.undo();
    await project.redo();
    await project.revert(1);
    await project.asOwn(async () => server.makeVersion(['src/app.tsx']));
    await project.rename('Egg timer');
    await project.chooseModel('claude-opus-5');
    await project.resetPreview();
    await project.send('Later', { notBefore: Date.now() + 1e6 });
    await project.changeQueued('q1', { prompt: 'Much later' });
    await project.removeQueued('q1');
    server.failNext('POST /undo', { status: 409, code: 'turn_in_progress' });
    await project.undo();
    server.begin('From my phone');
    await tellAll();
    project.outgoing.text.value = 'x';
    await project.stop();
    await tellAll();

    expect(reads()).toBe(3);
    for (const one of pages) {
      expect(one.project.detail.value).toMatchObject({
        title: 'Egg timer',
        model: 'claude-opus-5',
        previewUrl: 'http://second.localhost/',
        version: 6,
        undo: { version: 6 },
        redo: null,
      });
      expect(one.project.detail.value?.versions.map(({ version }) => version)).toEqual([2, 3, 4, 5, 6]);
      expect(one.project.view.value).toMatchObject({ queue: [], turn: { prompt: 'From my phone', state: 'stopped' } });
      one.project.close();
    }
  });

  it('never, by the page that has made it', async () => {
    await open(null);
    await project.start('A timer');
    server.makeVersion(['index.html']);
    server.emit({ type: 'title', data: { title: 'Timer' } });
    server.finish();
    await page.show();
    expect(reads()).toBe(0);
    expect(project.title.value).toBe('Timer');
    expect(project.detail.value).toMatchObject({
      model: 'claude-haiku-5-5',
      sandbox: { commands: false, hosts: [] },
      version: 1,
      undo: null,
    });
  });

  it('once, by the page that has made it at a server that does not tell of it', async () => {
    server.tellsProject = false;
    await open(null);
    await project.start('A timer');
    server.finish();
    await page.show();
    expect(reads()).toBe(1);
    expect(project.detail.value?.model).toBe('claude-haiku-5-5');
  });

  it('once, however often the connection breaks', async () => {
    server.begin('A timer');
    await open();
    server.breakStreams();
    await page.show();
    server.makeVersion();
    page.waits[0]?.end();
    await page.show();
    page.sockets[0]?.drop();
    await page.show();
    expect(project.detail.value?.version).toBe(1);
    expect(reads()).toBe(1);
  });

  it('again, later each time, until the server has answered', async () => {
    server.begin('A timer');
    server.finish();
    server.failNext('GET ', { status: 500, code: 'internal' });
    server.failNext('GET ', 'network');
    await open();
    const waits = () => page.waits.map(({ ms }) => ms);
    expect(waits()).toEqual([1000]);
    page.waits[0]?.end();
    await page.show();
    expect(waits()).toEqual([1000, 2000]);
    page.waits[1]?.end();
    await page.show();
    expect(reads()).toBe(3);
    expect(project.detail.value?.model).toBe('claude-haiku-5-5');
  });

  it('no more, where the server says that it cannot be', async () => {
    server.failNext('GET ', { status: 403, code: 'forbidden_origin' });
    await open();
    expect([reads(), page.waits, project.lost.value]).toEqual([1, [], null]);
  });
});

describe('the detail', () => {
  it('has what came before it was there', async () => {
    server.begin('A timer');
    const answer = server.delayNext('GET ');
    await open();
    server.makeVersion();
    server.emit({ type: 'title', data: { title: 'Egg timer' } });
    await page.show();
    answer();
    await page.show();
    expect(project.detail.value).toMatchObject({ version: 1, title: 'Egg timer' });
    expect(project.detail.value?.versions).toHaveLength(1);
  });

  it('makes the page read what it has not: the detail is ahead of the log', async () => {
    server.begin('A timer');
    server.finish();
    const log = server.holdNext('GET /events?after=0');
    const detail = server.holdNext('GET ');
    await open();
    log();
    await page.show();
    server.begin('Make it blue');
    server.finish();
    detail();
    await page.show();
    expect(project.view.value.turn?.prompt).toBe('Make it blue');
  });

  it('has the newest title', async () => {
    server.begin('A timer');
    Object.assign(server.detail, { title: 'Timer' });
    server.emit({ type: 'title', data: { title: 'An old title' } });
    await open();
    expect(project.title.value).toBe('Timer');
    server.emit({ type: 'title', data: { title: 'Egg timer' } });
    await page.show();
    server.emit({ type: 'preview', data: { revision: 1, state: 'ready' } });
    await page.show();
    expect(project.title.value).toBe('Egg timer');
    expect(project.detail.value?.revision).toBe(1);
  });

  it('that comes after the project was left changes nothing', async () => {
    const answer = server.holdNext('GET ');
    await open();
    project.close();
    answer();
    await settled();
    expect([project.detail.value, project.previewUrl.value, project.lost.value]).toEqual([null, null, null]);
  });

  it('has what the log tells after it: that is no news', async () => {
    server.begin('A timer');
    server.makeVersion();
    server.finish();
    const answer = server.holdNext('GET /events?after=0');
    await open();
    expect(project.detail.value?.version).toBe(1);
    answer();
    await page.show();
    expect(project.view.value.turn?.state).toBe('completed');
    expect(page.told).toEqual({ trials: [], finished: 0, limits: [], refused: [], elsewhere: [] });
    expect(reads()).toBe(1);
  });
});

describe('the end of a project that nobody uses', () => {
  const expiresAt = Date.now() + 86_400_000;

  it('stays as it is while the log of earlier turns is read', async () => {
    server.begin('A timer');
    server.makeVersion();
    server.finish();
    Object.assign(server.detail, { expiresAt });
    const log = server.delayNext('GET /events?after=0');
    await open();
    log();
    await page.show();
    expect(project.view.value.turn?.state).toBe('completed');
    expect(project.detail.value?.expiresAt).toBe(expiresAt);
  });

  it.each([
    ['the next turn', () => void server.begin('Make it blue')],
    ['a version without a turn', () => void server.makeVersion()],
  ])('goes with %s', async (_what, use) => {
    server.begin('A timer');
    server.makeVersion();
    server.finish();
    Object.assign(server.detail, { expiresAt });
    await open();
    use();
    await tell();
    expect(project.detail.value?.expiresAt).toBeNull();
  });
});

describe('what can be undone', () => {
  it('is nothing while a turn runs, or before there are two versions', async () => {
    await open(null);
    await project.start('A timer');
    await page.show();
    const possible = () => [project.canUndo.value, project.canRedo.value];
    expect(possible()).toEqual([false, false]);
    server.makeVersion();
    server.finish();
    await page.show();
    expect(possible()).toEqual([false, false]);
    await project.send('Make it blue');
    server.makeVersion();
    await page.show();
    expect(possible()).toEqual([false, false]);
    server.finish();
    await page.show();
    expect(possible()).toEqual([true, false]);
  });

  it('is known at once where another page has undone something', async () => {
    server.begin('A timer');
    server.makeVersion();
    server.finish();
    await open();
    const data = { version: 2, parent: 1, label: 'Undo: A timer', changed: [], undo: null };
    server.emit({ type: 'version', data: { ...data, kind: 'undo', redo: { label: 'A timer', version: 1 } } });
    await tell();
    expect([project.canUndo.value, project.canRedo.value]).toEqual([false, true]);
  });
});

it('a version of an earlier release is one of a turn, with nothing to undo', () => {
  const before = { versions: [], undo: { label: 'x', version: 1 } } as unknown as ProjectDetail;
  const data: EventData<'version'> = { version: 2, parent: 1, label: 'A timer', changed: ['a'] };
  expect(foldDetail(before, { seq: 1, type: 'version', data })).toEqual({
    version: 2,
    versions: [{ ...data, kind: 'turn', stopped: false, createdAt: 0 }],
    undo: null,
    redo: null,
    expiresAt: null,
  });
});

it('older versions that have lost their files are known from the event of a newer one', () => {
  const entry = (version: number) => ({ version, parent: version - 1, label: `${version}`, changed: [] });
  const versions = [1, 2, 3].map((n) => ({ ...entry(n), kind: 'edit', stopped: false, createdAt: n }));
  const before = { versions } as unknown as ProjectDetail;
  const event = { seq: 1, type: 'version' as const, data: { ...entry(4), dropped: [1, 2] } };
  const after = foldDetail(before, event);
  expect(after.versions.map(({ gone = false }) => gone)).toEqual([true, true, false, false]);
  expect(after.versions[3]).not.toHaveProperty('dropped');
});
