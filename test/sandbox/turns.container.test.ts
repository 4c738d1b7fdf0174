import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import type { RedrawEvent } from '../../src/protocol/events.ts';
import type { FileEntry, SessionDetail } from '../../src/protocol/resources.ts';
import {
  createFile,
  EventReader,
  only,
  problemOf,
  stored,
  toolTurn,
  uniquePrompt,
  useSpawned,
} from '../support/running-redraw.ts';
import type { Visitor } from '../support/visitor.ts';
import { bash, containerEnv, describeContainers, docker, runningContainers, server } from './containers.ts';

/** Results of the commands of a turn, in order. */
function answers(events: readonly RedrawEvent[]): string[] {
  return events.flatMap((event) =>
    event.type === 'tool' && event.data.name === 'bash' && event.data.state !== 'started'
      ? [`${event.data.state}: ${event.data.detail}`]
      : [],
  );
}

describeContainers('a turn with a container', () => {
  const canary = 'CANARY0123456789CANARY0123456789CANARY01234';
  const running = useSpawned({
    ...containerEnv,
    ANON_TURN_LIMIT: '100',
    ANTHROPIC_API_KEY: `sk-ant-api03-${canary}`,
    SESSION_SECRET: canary,
    VAULT_KEYS: JSON.stringify({ active: 'k1', keys: { k1: canary } }),
  });

  async function take(visitor: Visitor, session: string | undefined, ...content: Parameters<typeof toolTurn>) {
    const prompt = uniquePrompt();
    running.simulator.script(toolTurn(...content), { text: prompt });
    return visitor.build(prompt, session);
  }

  const filesOf = async (visitor: Visitor, session: string): Promise<string[]> =>
    (await visitor.json<FileEntry[]>('GET', `/api/sessions/${session}/files`)).map(({ path }) => path).sort();

  it('runs commands on the files of the project, takes over what they change, and undoes it', async () => {
    const visitor = running.visitor();
    const { session, events } = await take(
      visitor,
      undefined,
      createFile('a.txt', 'one\n'),
      bash('echo two >> a.txt; echo three > "b c.txt"; rm -f none; printf "\\033[31mred\\033[0m\\n"; exit 3'),
      bash('rm a.txt; cat "b c.txt"'),
    );
    expect(answers(events)).toEqual([
      expect.stringMatching(/^failed: red\n\[exit code 3, [\d.]+ s\]\n\[Changed in the project: a.txt, b c.txt\]$/),
      expect.stringMatching(/^done: three\n\[exit code 0, [\d.]+ s\]\n\[Changed in the project: a.txt\]$/),
    ]);
    const printed = stored(events).flatMap((event) => (event.type === 'tool_output' ? [event.data.delta] : []));
    expect(printed.join('')).toBe('\u001b[31mred\u001b[0m\nthree\n');
    expect(only(events, 'version').changed).toEqual(['b c.txt']);
    expect(only(events, 'turn_finished').state).toBe('completed');

    const second = await take(visitor, session, bash('echo more > more.txt'));
    expect(only(second.events, 'version').changed).toEqual(['more.txt']);
    await visitor.json('POST', `/api/sessions/${session}/undo`, {});
    expect(await filesOf(visitor, session)).toEqual(['b c.txt']);
    expect(answers((await take(visitor, session, bash('ls'))).events)).toEqual([
      expect.stringMatching(/^done: b c\.txt\n\[/),
    ]);
  });

  it('offers Claude the shell, and says what it cannot take', async () => {
    const visitor = running.visitor();
    const { session, events } = await take(
      visitor,
      undefined,
      bash('head -c 50000000 /dev/zero > big.bin; ln -s /etc/passwd link; echo kept > kept.txt'),
      bash('read -r answer; echo "[$answer]"'),
      { type: 'tool_use', name: 'start_server', input: { command: 'echo no; exit 1', port: 5000 } },
    );
    expect(answers(events)).toEqual([
      expect.stringMatching(
        /Not taken into the project: (?=.*big\.bin \(48 MB\))(?=.*link \(a symbolic link to \/etc\/passwd\))/,
      ),
      expect.stringContaining('done: []\n[exit code 0'),
    ]);
    const started = events.findLast((event) => event.type === 'tool');
    expect(started?.data).toMatchObject({
      state: 'failed',
      detail: expect.stringMatching(/has ended before[\s\S]*no$/),
    });
    expect(await filesOf(visitor, session)).toEqual(['kept.txt']);
    const { sandbox } = await visitor.json<SessionDetail>('GET', `/api/sessions/${session}`);
    expect(sandbox).toEqual({ commands: true, why: null, server: null, hosts: [] });
    expect(running.simulator.requests.at(-1)?.rawBody).toContain('"bash_20250124"');
  });

  it('goes on when the person stops a command, and stops with the whole turn', async () => {
    const visitor = running.visitor();
    const { session } = await take(visitor, undefined, createFile('a.txt', 'one\n'), bash('echo begun'));
    const begin = async (...content: Parameters<typeof toolTurn>): Promise<EventReader> => {
      const prompt = uniquePrompt();
      running.simulator.script(toolTurn(...content), { text: prompt });
      const reader = new EventReader(await visitor.call('POST', '/api/chat', { session, prompt }));
      await reader.until('tool_output');
      return reader;
    };
    const first = await begin(bash('echo x > stopped.txt; echo begun; sleep 300'), bash('echo next'));
    expect((await visitor.call('POST', `/api/sessions/${session}/command/stop`, {})).status).toBe(200);
    const events = await first.rest();
    expect(answers(events)).toEqual([
      expect.stringMatching(/^failed: begun\n\[The person stopped it after/),
      expect.stringContaining('done: next'),
    ]);
    expect(only(events, 'turn_finished').state).toBe('completed');
    expect((await visitor.call('POST', `/api/sessions/${session}/command/stop`, {})).status).toBe(404);

    const second = await begin(bash('rm a.txt; echo half > half.txt; echo begun; sleep 300'));
    await visitor.json('POST', `/api/sessions/${session}/stop`, {});
    expect(only(await second.rest(), 'turn_finished').state).toBe('stopped');
    expect(await filesOf(visitor, session)).toEqual(['a.txt', 'stopped.txt']);
    const { events: after } = await take(visitor, session, bash('ls; pgrep -c sleep'));
    expect(answers(after)).toEqual([expect.stringMatching(/^failed: a\.txt\nstopped\.txt\n0\n/)]);
  });

  it('keeps every secret out of the container: its environment, processes and files', async () => {
    const visitor = running.visitor();
    const { events } = await take(
      visitor,
      undefined,
      bash(
        `env; ps auxww; cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n'
         grep -rslE 'CANAR[Y]|sk-an[t]' /app /dev/shm /etc /home /opt /root /run /tmp /var; true`,
      ),
    );
    const [said] = answers(events);
    expect(said).toMatch(/^done: .*PATH=/s);
    expect(said).not.toMatch(/CANARY|sk-ant/);
    for (const name of await runningContainers(running.redraw.state))
      for (const one of [name, `${name}-proxy`]) expect(await docker('inspect', one)).not.toMatch(/CANARY|sk-ant/);
    expect(await running.redraw.output()).not.toMatch(/CANARY|sk-ant/);
  });

  it('takes nothing out of its place from a container that has fallen to whoever was in it', async () => {
    const visitor = running.visitor();
    const before = await runningContainers(running.redraw.state);
    const { session } = await take(visitor, undefined, createFile('a.txt', 'one\n'), bash('true'));
    const mine = (await runningContainers(running.redraw.state)).find((name) => !before.includes(name)) ?? '';
    const paths = ['../../evil', '/etc/evil', 'b/../../evil', '.redraw\u0000evil', 'link', 'fine.txt'];
    const told = JSON.stringify({
      written: paths.map((path) => ({ path, bytes: 4 })),
      deleted: ['../a.txt', '/app/a.txt'],
      refused: [{ path: 'x'.repeat(40_000), why: 'y'.repeat(40_000) }],
      more: false,
      modules: false,
    });
    const archive = `#!/usr/bin/env python3
import io, sys, tarfile
out = tarfile.open(fileobj=sys.stdout.buffer, mode='w|')
for path in ${JSON.stringify(paths.map((path) => path.replace('\0', '')))}:
    entry = tarfile.TarInfo(path)
    if path == 'link':
        entry.type, entry.linkname = tarfile.SYMTYPE, '/etc/passwd'
        out.addfile(entry)
    else:
        entry.size = 4
        out.addfile(entry, io.BytesIO(b'evil'))
out.close()`;
    const put = (path: string, text: string) =>
      docker('exec', mine, 'sh', '-c', `echo ${Buffer.from(text).toString('base64')} | base64 -d > ${path}`);
    await docker('exec', mine, 'mv', '/bin/tar', '/bin/tar.before');
    await put('/bin/tar', archive);
    await docker('exec', mine, 'chmod', '755', '/bin/tar');
    await put('/opt/redraw/answer.json', told);
    await put(
      '/opt/redraw/files.mjs',
      "import { readFileSync } from 'node:fs';\nprocess.stdout.write(readFileSync('/opt/redraw/answer.json'));\n",
    );
    const { events } = await take(visitor, session, bash('true'));
    const [answer = ''] = answers(events);
    expect(answer).toContain('[Changed in the project: fine.txt]');
    expect(answer).toMatch(/Not taken into the project: .*\.\.\/\.\.\/evil/);
    expect(answer.length).toBeLessThan(10_000);
    expect(await filesOf(visitor, session)).toEqual(['a.txt', 'fine.txt']);
  });

  it('shows the server of a project on its preview host, with the rules of every preview', async () => {
    const visitor = running.visitor();
    const { session, previewUrl } = await take(
      visitor,
      undefined,
      createFile(
        'server.mjs',
        `import { createServer } from 'node:http';
createServer((request, response) => {
  response.writeHead(200, {
    'Content-Type': request.url === '/events' ? 'text/event-stream' : 'text/html',
    'Set-Cookie': 'a=b', 'Service-Worker-Allowed': '/', 'Content-Security-Policy': "img-src 'none'", 'Clear-Site-Data': '"*"',
  });
  if (request.url !== '/events') return response.end('<!doctype html><html><head><title>x</title></head><body>' + JSON.stringify(request.headers) + '</body></html>');
  response.write('data: 1\\n\\n');
}).listen(process.env.PORT);`,
      ),
      server('node server.mjs', 4000),
    );
    const ask = (path: string, headers: Record<string, string> = {}): Promise<IncomingMessage> =>
      new Promise((resolve, reject) => {
        const { host, port } = new URL(previewUrl);
        const all = { Host: host, ...headers };
        const asked = request({ host: '127.0.0.1', port, path, headers: all, agent: false }, resolve);
        asked.on('error', reject).end();
      });
    const page = await ask('/api/account?x=1', { Cookie: 'c=CANARY', 'X-Forwarded-For': '1.2.3.4' });
    const body = await text(page);
    expect(page.statusCode).toBe(200);
    expect(body).toMatch(/<head><script src="\/_redraw\/shelf\/[^"]+"/);
    expect(body).not.toMatch(/CANARY|1\.2\.3\.4/);
    const { headers } = page;
    for (const name of ['set-cookie', 'service-worker-allowed', 'clear-site-data'])
      expect(headers[name]).toBeUndefined();
    expect(headers['content-security-policy']).toMatch(/img-src 'none'.*sandbox allow-scripts.*frame-ancestors/);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });

    expect((await ask('/sw.js', { 'Service-Worker': 'script' })).statusCode).toBe(403);
    expect((await ask('/_redraw/app/index.html')).statusCode).toBe(404);
    const socket = { Connection: 'Upgrade', Upgrade: 'websocket', Origin: 'https://example.com' };
    expect((await ask('/', socket)).statusCode).toBe(403);
    const events = await ask('/events');
    const [first] = await once(events, 'data');
    expect(String(first)).toBe('data: 1\n\n');
    events.destroy();

    const place = `/api/sessions/${session}/server`;
    expect(await visitor.json('GET', place)).toMatchObject({ running: true });
    expect((await running.visitor().call('GET', place)).status).toBe(404);
    expect((await visitor.call('DELETE', place)).status).toBe(204);
    expect(await text(await ask('/server.mjs'))).toContain('BuildError');
    expect((await visitor.call('GET', place)).status).toBe(404);
  });

  it('opens hosts by their names only', async () => {
    const visitor = running.visitor();
    const { session } = await take(visitor, undefined, createFile('a.txt', 'a'));
    const open = (...hosts: string[]) => visitor.call('PUT', `/api/sessions/${session}/network`, { hosts });
    for (const host of ['127.0.0.1', 'localhost', 'a.internal', 'x.com:80', 'x.com/y', '*.com', 'com', '[::1]', ''])
      await problemOf(await open(host), 422, 'invalid_request');
    expect(await (await open('API.example.com', 'api.example.com')).json()).toEqual({ hosts: ['api.example.com'] });
    const { sandbox } = await visitor.json<SessionDetail>('GET', `/api/sessions/${session}`);
    expect(sandbox.hosts).toEqual(['api.example.com']);
    const stranger = await running.visitor().call('PUT', `/api/sessions/${session}/network`, { hosts: [] });
    expect(stranger.status).toBe(404);
  });
});
