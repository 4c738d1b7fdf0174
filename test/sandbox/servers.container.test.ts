import { expect, it } from 'vitest';
import { MemoryFiles } from '../support/memory-files.ts';
import { describeContainers, run, untilStarted, useContainers } from './containers.ts';

/** A server that answers with the request's data, streams three events, and echoes on a WebSocket. */
const server = `
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
console.log('\\u001b[32mlistening\\u001b[0m');
createServer((request, response) => {
  if (request.url === '/events') {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write('data: 1\\n\\n');
    return void setTimeout(() => response.end('data: 2\\n\\n'), 300);
  }
  response.setHeader('x-asked', request.method + ' ' + request.url + ' ' + request.headers.host);
  request.pipe(response);
}).on('upgrade', (request, socket) => {
  const accept = createHash('sha1').update(request.headers['sec-websocket-key'] + guid).digest('base64');
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: ' + accept + '\\r\\n\\r\\n');
  socket.on('error', () => socket.destroy());
  socket.on('data', (frame) => {
    if ((frame[0] & 15) === 8) return socket.end(Buffer.from([0x88, 0]));
    const text = Buffer.from(frame.subarray(6, 6 + (frame[1] & 127)).map((byte, at) => byte ^ frame[2 + (at & 3)]));
    socket.write(Buffer.concat([Buffer.from([0x81, text.length]), text]));
  });
}).listen(4000);
`;

const start = { id: 'server', command: 'node server.mjs', port: 4000, timeLimit: 20 };

describeContainers('servers in a container', () => {
  const containers = useContainers();
  const files = new MemoryFiles();
  files.set('server.mjs', server);

  it('answer on their port: HTTP, events as they come, WebSockets', async () => {
    const sandbox = await containers.sandbox('server');
    await sandbox.files.fill(files);
    expect(await sandbox.processes.start(start)).toBe('listening');
    const port = sandbox.port(4000);
    const echo = await port.fetch(
      new Request('https://preview.example/deep/path?x=1', { method: 'POST', body: 'hello' }),
    );
    expect([echo.headers.get('x-asked'), await echo.text()]).toEqual(['POST /deep/path?x=1 localhost:4000', 'hello']);

    const events = (await port.fetch(new Request('http://any/events'))).body?.getReader();
    const first = await events?.read();
    expect(new TextDecoder().decode(first?.value)).toBe('data: 1\n\n');
    const second = await events?.read();
    expect(new TextDecoder().decode(second?.value)).toBe('data: 2\n\n');

    expect(await sandbox.processes.logs('server', 1_000)).toBe('\u001b[32mlistening\u001b[0m\n');
    expect(await sandbox.processes.isRunning('server')).toBe(true);
  });

  it('end when told to, with all that they started', async () => {
    const sandbox = await containers.sandbox('server');
    expect(await sandbox.processes.stop('server')).toBe(true);
    expect(await sandbox.processes.isRunning('server')).toBe(false);
    expect((await sandbox.port(4000).fetch(new Request('http://any/'))).headers.get('x-redraw-sandbox')).toBe('silent');
    expect(await sandbox.processes.stop('server')).toBe(false);
    expect((await run(sandbox, 'pgrep -c node')).out).toBe('0\n');
  });

  it('that end by themselves are told, with their last words', async () => {
    const sandbox = await containers.sandbox('server');
    expect(await sandbox.processes.start({ ...start, id: 'broken', command: 'echo no such thing; exit 1' })).toBe(
      'ended',
    );
    expect(await sandbox.processes.logs('broken', 1_000)).toBe('no such thing\n');
  });

  it('live on while other commands run and end', async () => {
    const sandbox = await containers.sandbox('server');
    await sandbox.processes.start({ ...start, id: 'lasting' });
    await run(sandbox, { command: 'sleep 10 & sleep 10', timeLimit: 1 });
    expect((await sandbox.port(4000).fetch(new Request('http://any/'))).status).toBe(200);
  });

  it('have a log that stays short however much they print', async () => {
    const sandbox = await containers.sandbox('server');
    await sandbox.processes.start({
      ...start,
      id: 'chatty',
      // Its end again and again: a line that is printed while the log is shortened may be lost.
      command: 'yes | head -c 200000000; echo; while :; do echo end; sleep 1; done',
      timeLimit: 2,
    });
    await expect.poll(async () => (await sandbox.processes.logs('chatty', 4)).trim()).toBe('end');
    await expect.poll(async () => (await sandbox.processes.logs('chatty', 300_000_000)).length).toBeLessThan(5_000_000);
    await sandbox.processes.stop('chatty');
  });
});

describeContainers('sleep', () => {
  const containers = useContainers({ SANDBOX_SLEEP_SECONDS: '8' });

  it('does not come while a command runs, comes when nothing does, and ends with the next command', async () => {
    const sandbox = await containers.sandbox('nap');
    const calls = containers.calls('nap');
    const files = new MemoryFiles();
    files.set('a.txt', 'kept');
    /** Runs a command that keeps the container awake while it is filled, and goes on then. */
    const runFilled = async (command: string): Promise<string> => {
      await untilStarted(() => calls.wakeUp());
      const filled = `until [ -e a.txt ]; do sleep 0.1; done; ${command}`;
      const [ran] = await Promise.all([run(sandbox, filled), sandbox.files.fill(files)]);
      return ran.out;
    };
    expect(await runFilled('sleep 18; cat a.txt')).toBe('kept');
    await expect.poll(() => calls.isAwake(), { interval: 300 }).toBe(false);
    expect((await sandbox.port(4000).fetch(new Request('http://any/'))).headers.get('x-redraw-sandbox')).toBe('asleep');
    expect(await calls.isAwake()).toBe(false);
    expect(await runFilled('cat a.txt')).toBe('kept');
  });
});
