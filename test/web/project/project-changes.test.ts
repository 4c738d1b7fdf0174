import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Attachment } from '../../../web/attach/attachment.ts';
import type { Project } from '../../../web/project/project.ts';
import { FakeServer } from './fake-api.ts';
import { sessionId } from './generated-log.ts';
import { onPage } from './open-project.ts';

let server: FakeServer;
let page: ReturnType<typeof onPage>;
let project: Project;

beforeEach(async () => {
  server = new FakeServer();
  server.begin('A timer');
  server.makeVersion();
  server.finish();
  page = onPage(server, sessionId);
  project = page.project;
  project.open();
  await page.show();
});
afterEach(() => {
  project.close();
  expect(server.mistakes).toEqual([]);
});

/** Tells the page over its socket that there is news. */
async function tell(): Promise<void> {
  page.sockets[0]?.message(JSON.stringify({ seq: server.seq }));
  await page.show();
}

const moves: [string, () => Promise<boolean>][] = [
  ['undo', () => project.undo()],
  ['redo', () => project.redo()],
  ['revert', () => project.revert(1)],
];

describe.each(moves)('%s', (name, move) => {
  it('shows the new version, and does not tell of it as if it came from another window', async () => {
    expect(await move()).toBe(true);
    // The buttons know at once what can be undone.
    expect(project.detail.value?.version).toBe(2);
    await page.show();
    expect(server.callsOf(`POST /${name}`)).toEqual([name === 'revert' ? { version: 1 } : {}]);
    expect(project.view.value.versions.map(({ version }) => version)).toEqual([1, 2]);
    expect(page.told.elsewhere).toEqual([]);
    await tell();
    expect(page.told.elsewhere).toEqual([]);
  });

  it('tells of a later version that another window makes', async () => {
    await move();
    await page.show();
    server.makeVersion();
    await tell();
    expect(page.told.elsewhere).toEqual(['version']);
    expect(project.view.value.versions).toHaveLength(3);
  });

  it('says so where it fails, and shows what the project is at', async () => {
    server.failNext(`POST /${name}`, { status: 409, code: 'turn_in_progress' });
    server.makeVersion();
    expect(await move()).toBe(false);
    expect(project.failure.value?.code).toBe('turn_in_progress');
    await page.show();
    expect(project.view.value.versions).toHaveLength(2);
    expect(project.detail.value?.version).toBe(2);
    expect(page.told.elsewhere).toEqual(['version']);
  });
});

describe('a version', () => {
  it('of this page may be heard of before its call is answered', async () => {
    const answered = Promise.withResolvers<void>();
    const saving = project.asOwn(async () => {
      const version = server.makeVersion();
      await tell();
      await answered.promise;
      return version;
    });
    await page.show();
    expect(project.view.value.versions).toHaveLength(2);
    answered.resolve();
    await saving;
    await page.show();
    expect(page.told.elsewhere).toEqual([]);
    server.makeVersion();
    await tell();
    expect(page.told.elsewhere).toEqual(['version']);
  });

  it('is another’s once a call of this page has failed', async () => {
    const failing = project.asOwn(async () => {
      throw new Error('No.');
    });
    await expect(failing).rejects.toThrow('No.');
    server.makeVersion();
    await tell();
    expect(page.told.elsewhere).toEqual(['version']);
  });

  it('of a turn that another window began is told with its turn only', async () => {
    server.begin('From my phone');
    await tell();
    server.makeVersion();
    server.finish();
    await page.show();
    expect(page.told.elsewhere).toEqual(['turn']);
    expect(project.view.value.turn?.version).toBe(2);
  });
});

describe('a new title', () => {
  it('stands at once, and the old one again where it was refused', async () => {
    const renaming = project.rename('Egg timer');
    expect(project.title.value).toBe('Egg timer');
    await renaming;
    expect(server.callsOf('PATCH ')).toEqual([{ title: 'Egg timer' }]);
    expect(project.title.value).toBe('Egg timer');
    server.failNext('PATCH ', 'network');
    await project.rename('Worse');
    expect(project.title.value).toBe('Egg timer');
    expect(project.failure.value?.code).toBe('unreachable');
  });
});

it('a title that is refused takes back nothing else that happened meanwhile', async () => {
  const answer = server.holdNext('PATCH ');
  server.failNext('PATCH ', 'network');
  const renaming = project.rename('Egg timer');
  await project.undo();
  answer();
  await renaming;
  expect(project.title.value).toBe('A timer');
  expect(project.detail.value?.version).toBe(2);
});

it('a title that is refused leaves the one that was read meanwhile', async () => {
  server.detail.title = 'Timer';
  const detail = server.holdNext('GET ');
  const other = onPage(server, sessionId);
  await other.open();
  const answer = server.holdNext('PATCH ');
  server.failNext('PATCH ', 'network');
  const renaming = other.project.rename('Egg timer');
  detail();
  await other.show();
  answer();
  await renaming;
  expect(other.project.title.value).toBe('Timer');
  other.project.close();
});

describe('a model', () => {
  it('is the project’s once the server has taken it', async () => {
    await project.chooseModel('claude-opus-5');
    expect(server.callsOf('PUT /model')).toEqual([{ model: 'claude-opus-5' }]);
    expect(project.detail.value?.model).toBe('claude-opus-5');
    server.failNext('PUT /model', { status: 403, code: 'model_not_allowed' });
    await expect(project.chooseModel('claude-fable-5')).rejects.toMatchObject({ code: 'model_not_allowed' });
    expect(project.detail.value?.model).toBe('claude-opus-5');
  });
});

it('a project whose detail is not known can be renamed, and its model chosen', async () => {
  const detail = server.holdNext('GET ');
  const other = onPage(server, sessionId);
  await other.open();
  await other.project.rename('Egg timer');
  await other.project.chooseModel('claude-opus-5');
  expect([other.project.detail.value, other.project.title.value]).toEqual([null, 'A timer']);
  detail();
  await other.show();
  expect(other.project.detail.value).toMatchObject({ title: 'Egg timer', model: 'claude-opus-5' });
  other.project.close();
});

describe('the address of the app', () => {
  it('can be replaced', async () => {
    expect(await project.resetPreview()).toBe(true);
    expect(project.previewUrl.value).toBe('http://second.localhost/');
    server.failNext('POST /preview/reset', 'network');
    expect(await project.resetPreview()).toBe(false);
    expect(project.previewUrl.value).toBe('http://second.localhost/');
    expect(project.failure.value?.code).toBe('unreachable');
  });
});

describe('reports on the preview', () => {
  it('go to the server', async () => {
    const report = { revision: 1, path: '/', blank: false, problems: [], snapshot: 'h1 "Timer"' };
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    project.report(report);
    await vi.runAllTimersAsync();
    vi.useRealTimers();
    expect(server.callsOf('POST /preview/report')).toEqual([report]);
  });
});

describe('a prompt with a file', () => {
  /** The browser's uploads: each makes a version. */
  class FakeUpload {
    static urls: string[] = [];
    /** Whether another window's turn came first. */
    static isLate = false;
    upload = {};
    status = 201;
    responseText = '';
    onload: () => void = () => undefined;
    open(_method: string, url: string) {
      FakeUpload.urls.push(url);
    }
    setRequestHeader() {}
    async send() {
      if (FakeUpload.isLate) {
        this.status = 409;
        this.responseText = '{"code":"turn_in_progress","title":"No.","detail":"No.","status":409}';
        return this.onload();
      }
      const version = server.makeVersion(['uploads/a.txt']);
      await tell();
      this.responseText = JSON.stringify({ version });
      this.onload();
    }
  }
  const attachment: Attachment = {
    id: 1,
    name: 'a.txt',
    kind: 'text',
    state: 'ready',
    share: 0,
    content: new Blob(['x']),
    type: 'text/plain',
    scaled: null,
    path: null,
  };

  beforeEach(() => {
    FakeUpload.urls = [];
    FakeUpload.isLate = false;
    vi.stubGlobal('XMLHttpRequest', FakeUpload);
  });
  afterEach(() => void vi.unstubAllGlobals());

  it('goes up beside the files that are there, as this page’s own version', async () => {
    server.emit({ type: 'file', data: { turn: '', path: 'uploads/a.txt', change: 'written', bytes: 1, hash: 'h' } });
    await tell();
    const { outgoing } = project;
    outgoing.attachments.put([attachment]);
    outgoing.text.value = 'Use it';
    await outgoing.send();
    await page.show();
    expect(FakeUpload.urls).toEqual([`http://redraw.localhost/api/sessions/${sessionId}/files/uploads/a-2.txt`]);
    const prompt = { session: sessionId, prompt: 'Use it', attachments: ['uploads/a-2.txt'] };
    expect(server.callsOf('POST /api/chat')).toEqual([prompt]);
    expect(project.view.value.versions).toHaveLength(2);
    expect(page.told.elsewhere).toEqual([]);
  });

  it('waits while another prompt is on its way', async () => {
    const { outgoing } = project;
    const answer = server.holdNext('POST /api/chat');
    const sending = project.send('Make it blue');
    outgoing.attachments.put([attachment]);
    outgoing.text.value = 'Use it';
    await outgoing.send();
    expect(outgoing.held.value.map(({ prompt }) => prompt)).toEqual(['Use it']);
    answer();
    await sending;
    await page.show();
    expect([FakeUpload.urls, outgoing.held.value.length]).toEqual([[], 1]);
    server.finish();
    await expect
      .poll(async () => {
        await page.show();
        return project.view.value.turn?.prompt;
      })
      .toBe('Use it');
    expect(outgoing.held.value).toEqual([]);
  });

  it('is forgotten with the project', async () => {
    const { outgoing } = project;
    const answer = server.holdNext('POST /api/chat');
    const sending = project.send('Make it blue');
    outgoing.attachments.put([attachment]);
    outgoing.text.value = 'Use it';
    await outgoing.send();
    project.close();
    answer();
    await sending;
    await vi.dynamicImportSettled();
    await page.show();
    expect(project.sending.value).toBeNull();
    expect(FakeUpload.urls).toEqual([]);
  });

  it('waits where another window’s turn runs, which is shown', async () => {
    FakeUpload.isLate = true;
    server.begin('From my phone');
    project.outgoing.attachments.put([attachment]);
    project.outgoing.text.value = 'Use it';
    await project.outgoing.send();
    await page.show();
    expect(project.failure.value).toBeNull();
    expect(project.outgoing.held.value.map(({ prompt, failed }) => [prompt, failed])).toEqual([['Use it', false]]);
    expect(project.view.value.turn?.prompt).toBe('From my phone');
  });

  it('is shown where it fails', async () => {
    vi.stubGlobal('XMLHttpRequest', undefined);
    project.outgoing.attachments.put([attachment]);
    project.outgoing.text.value = 'Use it';
    await project.outgoing.send();
    expect(project.failure.value?.code).toBe('unreachable');
  });
});
