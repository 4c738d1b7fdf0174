import { unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import type { FileEntry, SessionDetail, VersionEntry } from '../../src/protocol/resources.ts';
import { previewAnswer } from '../support/preview-request.ts';
import {
  createFile,
  EventReader,
  only,
  problemOf,
  replaceText,
  toolTurn,
  uniquePrompt,
  useRunning,
} from '../support/running-redraw.ts';
import type { Visitor } from '../support/visitor.ts';

const running = useRunning();

const index = '<!doctype html><div id="root"></div><script type="module" src="/src/App.tsx"></script>\n';
const app = 'export const title = "Before";\n';
const changed = 'export const title = "After";\n';

async function textOf(visitor: Visitor, session: string, path: string): Promise<string | null> {
  const response = await visitor.call('GET', `/api/sessions/${session}/files/${path}`);
  if (response.ok) return response.text();
  await problemOf(response, 404, 'not_found');
  return null;
}

async function paths(visitor: Visitor, session: string): Promise<string[]> {
  const files = await visitor.json<FileEntry[]>('GET', `/api/sessions/${session}/files`);
  return files.map(({ path }) => path);
}

async function unzipped(visitor: Visitor, session: string): Promise<Record<string, Uint8Array>> {
  const response = await visitor.call('GET', `/api/sessions/${session}/export.zip`);
  expect(response.status).toBe(200);
  expect(response.headers.get('Content-Type')).toBe('application/zip');
  return unzipSync(new Uint8Array(await response.arrayBuffer()));
}

const ofVersion = (previewUrl: string, version: number): string => previewUrl.replace('.', `-v${version}.`);

it('walks back and forth through the versions, byte for byte', async () => {
  const visitor = running.visitor();
  const first = uniquePrompt('Build it');
  running.simulator.script(toolTurn(createFile('index.html', index), createFile('src/App.tsx', app)), { text: first });
  const { session, previewUrl, events } = await visitor.build(first);
  expect(only(events, 'version')).toEqual({
    version: 1,
    parent: null,
    label: first,
    kind: 'turn',
    stopped: false,
    createdAt: expect.any(Number),
    changed: ['index.html', 'src/App.tsx'],
    undo: null,
    redo: null,
  });

  const second = uniquePrompt('Change it');
  running.simulator.script(
    toolTurn(replaceText('src/App.tsx', 'Before', 'After'), createFile('src/later.ts', 'later\n')),
    {
      text: second,
    },
  );
  const turn = await visitor.build(`${second}\nand more`, session);
  expect(only(turn.events, 'version')).toMatchObject({
    version: 2,
    parent: 1,
    label: second,
    changed: ['src/App.tsx', 'src/later.ts'],
  });
  expect(await textOf(visitor, session, 'src/App.tsx')).toBe(changed);
  expect((await previewAnswer(previewUrl, '/src/App.tsx')).body).toContain('After');

  expect(await visitor.json('POST', `/api/sessions/${session}/undo`)).toEqual({ version: 3 });
  expect(await textOf(visitor, session, 'src/App.tsx')).toBe(app);
  expect(await textOf(visitor, session, 'src/later.ts')).toBeNull();
  expect((await previewAnswer(previewUrl, '/src/App.tsx')).body).toContain('Before');
  await problemOf(await visitor.call('POST', `/api/sessions/${session}/undo`, {}), 409, 'nothing_to_undo');

  expect(await visitor.json('POST', `/api/sessions/${session}/redo`)).toEqual({ version: 4 });
  expect(await textOf(visitor, session, 'src/App.tsx')).toBe(changed);
  expect(await textOf(visitor, session, 'src/later.ts')).toBe('later\n');
  await problemOf(await visitor.call('POST', `/api/sessions/${session}/redo`, {}), 409, 'nothing_to_redo');

  expect(await visitor.json('POST', `/api/sessions/${session}/revert`, { version: 1 })).toEqual({ version: 5 });
  expect(await paths(visitor, session)).toEqual(['index.html', 'src/App.tsx']);
  const entries = await unzipped(visitor, session);
  expect(Object.keys(entries).sort()).toEqual(['index.html', 'src/App.tsx']);
  expect(new TextDecoder().decode(entries['src/App.tsx'])).toBe(app);

  const history = await visitor.json<VersionEntry[]>('GET', `/api/sessions/${session}/history`);
  expect(
    history.map(({ version, parent, kind, label, changed: paths }) => ({ version, parent, kind, label, paths })),
  ).toEqual([
    { version: 1, parent: null, kind: 'turn', label: first, paths: ['index.html', 'src/App.tsx'] },
    { version: 2, parent: 1, kind: 'turn', label: second, paths: ['src/App.tsx', 'src/later.ts'] },
    { version: 3, parent: 2, kind: 'undo', label: `Undo: ${second}`, paths: ['src/App.tsx', 'src/later.ts'] },
    { version: 4, parent: 3, kind: 'redo', label: `Redo: ${second}`, paths: ['src/App.tsx', 'src/later.ts'] },
    { version: 5, parent: 4, kind: 'revert', label: `Back to: ${first}`, paths: ['src/App.tsx', 'src/later.ts'] },
  ]);
  for (const { createdAt } of history) expect(Math.abs(Date.now() - createdAt)).toBeLessThan(60_000);

  for (const [version, text] of [
    [1, 'Before'],
    [2, 'After'],
    [3, 'Before'],
    [4, 'After'],
    [5, 'Before'],
  ] as const) {
    expect(await previewAnswer(ofVersion(previewUrl, version), '/src/App.tsx')).toEqual({
      status: 200,
      body: expect.stringContaining(text),
    });
  }
  expect((await previewAnswer(ofVersion(previewUrl, 2), '/src/later.ts')).status).toBe(200);
  expect((await previewAnswer(ofVersion(previewUrl, 1), '/src/later.ts')).status).toBe(404);
  for (const version of [0, 6, 99]) expect((await previewAnswer(ofVersion(previewUrl, version), '/')).status).toBe(404);
});

it('tells each move as events: the files, the version, the preview', async () => {
  const visitor = running.visitor();
  const prompt = uniquePrompt();
  running.simulator.script(toolTurn(createFile('a.txt', 'one')), { text: prompt });
  const { session, events } = await visitor.build(prompt);
  await visitor.json('PUT', `/api/sessions/${session}/files/a.txt`, new TextEncoder().encode('two'));
  await visitor.json('POST', `/api/sessions/${session}/undo`);
  const reader = new EventReader(
    await visitor.call('GET', `/api/sessions/${session}/events?after=${events.at(-1)?.seq}`),
  );
  const told = (await reader.rest()).map(({ type, data }) => ({ type, data }));
  expect(told).toMatchObject([
    { type: 'file', data: { path: 'a.txt', change: 'written', bytes: 3 } },
    { type: 'version', data: { version: 2, parent: 1, label: 'Edit a.txt', changed: ['a.txt'] } },
    { type: 'preview', data: { state: 'reload' } },
    { type: 'file', data: { path: 'a.txt', change: 'written', bytes: 3 } },
    { type: 'version', data: { version: 3, parent: 2, label: 'Undo: Edit a.txt', changed: ['a.txt'] } },
    { type: 'preview', data: { state: 'reload' } },
  ]);
  expect(await textOf(visitor, session, 'a.txt')).toBe('one');
});

it('has nothing to undo, redo or go back to in an empty session', async () => {
  const visitor = running.visitor();
  const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions');
  const call = (what: string, body = {}) => visitor.call('POST', `/api/sessions/${session}/${what}`, body);
  await problemOf(await call('undo'), 409, 'nothing_to_undo');
  await problemOf(await call('redo'), 409, 'nothing_to_redo');
  await problemOf(await call('revert', { version: 1 }), 404, 'not_found');
  for (const version of [0, -1, 1.5, '1', null, undefined]) {
    await problemOf(await call('revert', { version }), 422, 'invalid_request');
  }
  expect(await visitor.json('GET', `/api/sessions/${session}/history`)).toEqual([]);
  expect(await unzipped(visitor, session)).toEqual({});
});

it('takes any bytes by hand: each upload is a version', async () => {
  const visitor = running.visitor();
  const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions');
  const bytes = Uint8Array.from({ length: 100_000 }, (_, n) => (n * 7919) >> 3);
  const put = (path: string, body: Uint8Array) => visitor.json('PUT', `/api/sessions/${session}/files/${path}`, body);
  expect(await put('public/all%20bytes.bin', bytes)).toEqual({ version: 1 });
  expect(await put('empty', new Uint8Array())).toEqual({ version: 2 });
  expect(await put('src/ä/ö.txt', new TextEncoder().encode('ü'))).toEqual({ version: 3 });
  expect(await put('empty', new Uint8Array()), 'nothing changed').toEqual({ version: 3 });
  expect(await paths(visitor, session)).toEqual(['empty', 'public/all bytes.bin', 'src/ä/ö.txt']);

  const file = await visitor.call('GET', `/api/sessions/${session}/files/public/all%20bytes.bin`);
  expect(Buffer.from(await file.arrayBuffer()).equals(bytes)).toBe(true);
  expect(Object.fromEntries(file.headers)).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': 'attachment; filename="all bytes.bin"',
    'content-security-policy':
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
    'x-content-type-options': 'nosniff',
  });
  const entries = await unzipped(visitor, session);
  expect(Object.keys(entries).sort()).toEqual(['empty', 'public/all bytes.bin', 'src/ä/ö.txt']);
  expect(Buffer.from(entries['public/all bytes.bin'] ?? []).equals(bytes)).toBe(true);
  expect(entries.empty).toEqual(new Uint8Array());

  const detail = await visitor.json<SessionDetail>('GET', `/api/sessions/${session}`);
  expect(detail).toMatchObject({ version: 3, canUndo: true, canRedo: false, running: null, queue: [] });
});

it.each(['%2e%2e%2fetc', 'a%2f%2e%2e%2f%2e%2e%2fb', '.git/config', 'a%00b', 'a%5Cb', '%ff', 'dir/', 'x'.repeat(300)])(
  'refuses to write the path %s',
  async (path) => {
    const visitor = running.visitor();
    const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions');
    const response = await visitor.call('PUT', `/api/sessions/${session}/files/${path}`, new Uint8Array(1));
    const problem = await problemOf(response, 422, 'invalid_request');
    expect(problem.issues).toEqual([{ path: '', message: expect.stringMatching(/\.$/) }]);
    expect(await paths(visitor, session)).toEqual([]);
  },
);

it('refuses all changes by hand while a turn runs, and takes them after it', async () => {
  const visitor = running.visitor();
  const prompt = uniquePrompt();
  running.simulator.script(
    [{ content: [createFile('a.txt', 'one')] }, { content: ['Done.'], gates: [{ before: 'headers', name: prompt }] }],
    { text: prompt },
  );
  const stream = new EventReader(await visitor.call('POST', '/api/chat', { prompt }));
  const started = await stream.until('session');
  const session = started.type === 'session' ? started.data.session : '';
  await stream.until('file');
  const at = `/api/sessions/${session}`;
  await problemOf(await visitor.call('PUT', `${at}/files/a.txt`, new Uint8Array(1)), 409, 'turn_in_progress');
  for (const [what, body] of [
    ['undo', {}],
    ['redo', {}],
    ['revert', { version: 1 }],
  ] as const)
    await problemOf(await visitor.call('POST', `${at}/${what}`, body), 409, 'turn_in_progress');
  expect(await textOf(visitor, session, 'a.txt')).toBe('one');
  running.simulator.release(prompt);
  await stream.rest();
  expect(await visitor.json('PUT', `${at}/files/a.txt`, new TextEncoder().encode('two'))).toEqual({ version: 2 });
  expect(await textOf(visitor, session, 'a.txt')).toBe('two');
});
