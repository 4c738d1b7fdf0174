import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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

beforeEach(() => {
  server = new FakeServer();
});
afterEach(() => {
  project.close();
  expect(server.mistakes).toEqual([]);
});

describe('the detail', () => {
  it('is read again when a version is made, and when a turn ends', async () => {
    server.begin('A timer');
    await open();
    expect(server.callsOf('GET ')).toHaveLength(1);
    server.makeVersion();
    await page.show();
    expect(server.callsOf('GET ')).toHaveLength(2);
    expect(project.detail.value?.version).toBe(1);
    server.finish();
    await page.show();
    expect(server.callsOf('GET ')).toHaveLength(3);
    expect(project.detail.value?.running).toBeNull();
  });

  it('is read again where a version was made while it was on its way', async () => {
    server.begin('A timer');
    server.staleVersion = 0;
    const answer = server.holdNext('GET ');
    await open();
    server.makeVersion();
    await page.show();
    answer();
    await page.show();
    expect(server.callsOf('GET ')).toHaveLength(2);
  });

  it('stays the newest where an older answer comes after it', async () => {
    server.begin('A timer');
    await open();
    const older = server.delayNext('GET ');
    server.makeVersion();
    await page.show();
    server.finish();
    await page.show();
    expect(project.detail.value?.running).toBeNull();
    older();
    await page.show();
    expect(project.detail.value?.running).toBeNull();
    expect(server.callsOf('GET ')).toHaveLength(3);
  });

  it('asks a server that stays behind its own log no more than twice', async () => {
    server.begin('A timer');
    server.makeVersion();
    server.finish();
    server.staleVersion = 0;
    await open();
    expect(server.callsOf('GET ')).toHaveLength(2);
    await project.refresh();
    expect(server.callsOf('GET ')).toHaveLength(4);
  });

  it('makes the page read what it has not: the detail is ahead of the log', async () => {
    server.begin('A timer');
    server.finish();
    await open();
    server.begin('Make it blue');
    server.finish();
    await project.refresh();
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
    expect(server.callsOf('GET ')).toHaveLength(1);
  });
});
