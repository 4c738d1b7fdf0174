import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { MemoryFiles } from '../support/memory-files.ts';
import { describeContainers, run, untilStarted, useContainers } from './containers.ts';

describeContainers('what runs in a container', () => {
  /** All requests that have left for the internet. */
  const left: Request[] = [];
  const containers = useContainers({}, async (request) => {
    left.push(request);
    return new Response(`${new URL(request.url).host} says hello`);
  });
  /** @param seconds few for what is to be refused, and may be without an answer */
  const curl = (what: string, seconds = 100): string => `curl -sS -m ${seconds} -o - -w ' %{http_code}' ${what} 2>&1`;

  it('reaches package registries, for reading and without credentials', async () => {
    const sandbox = await containers.sandbox('net');
    const npm = await run(
      sandbox,
      curl("-H 'Authorization: Bearer CANARY' -H 'Cookie: a=CANARY' https://registry.npmjs.org/vite"),
    );
    expect(npm.out).toBe('registry.npmjs.org says hello 200');
    expect([...(left.at(-1)?.headers ?? [])].join()).not.toContain('CANARY');
    expect((await run(sandbox, curl('https://pypi.org/simple/flask/'))).out).toBe('pypi.org says hello 200');
    const seen = left.length;
    for (const request of ['-X POST -d CANARY', '-X PUT -d CANARY', '-X DELETE'])
      expect((await run(sandbox, curl(`${request} https://registry.npmjs.org/vite`))).out).toMatch(/ 405$/);
    expect(left).toHaveLength(seen);
  });

  it('reaches nothing else of the internet, until a host is opened to it, and then that one', async () => {
    const sandbox = await containers.sandbox('net');
    const seen = left.length;
    const closed = [
      'https://example.com/',
      'http://example.com/',
      'https://1.1.1.1/',
      'https://registry.npmjs.org.example.com/',
    ];
    for (const url of closed) expect((await run(sandbox, curl(url, 5))).out, url).not.toContain('hello');
    expect((await run(sandbox, curl("-H 'Host: example.com' http://registry.npmjs.org/", 5))).out).not.toContain(
      'example.com says',
    );
    expect(left.slice(seen).filter(({ url }) => !url.startsWith('https://registry.npmjs.org/'))).toEqual([]);
    await sandbox.allow(['api.example.com']);
    expect((await run(sandbox, curl('-X POST -d x https://api.example.com/'))).out).toBe(
      'api.example.com says hello 200',
    );
    expect((await run(sandbox, curl('https://example.com/', 5))).out).not.toContain('hello');
    await sandbox.allow([]);
    expect((await run(sandbox, curl('https://api.example.com/', 5))).out).not.toContain('hello');
    expect((await run(sandbox, curl('https://pypi.org/simple/flask/'))).out).toBe('pypi.org says hello 200');
  });

  it('reaches neither its host, nor the metadata of a cloud, nor another container', async () => {
    const visitors: string[] = [];
    const listener = createServer((socket) => {
      visitors.push(String(socket.remoteAddress));
      socket.end('host\n');
    }).listen(0, '0.0.0.0');
    await new Promise((resolve) => listener.once('listening', resolve));
    const { port } = listener.address() as { port: number };
    const other = await containers.sandbox('other');
    await other.processes.start({ id: 'server', command: 'python3 -m http.server 4000', port: 4000, timeLimit: 20 });
    const addresses = containers
      .docker('ps', '-q')
      .trim()
      .split('\n')
      .map((id) =>
        containers.docker('inspect', '-f', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', id).trim(),
      )
      .filter((address) => address !== '');
    const sandbox = await containers.sandbox('net');
    const own = (await run(sandbox, 'hostname -I')).out.trim();
    const host = containers.docker('network', 'inspect', '-f', '{{(index .IPAM.Config 0).Gateway}}', 'bridge').trim();
    expect(host).toMatch(/^[\d.]+$/);
    const targets = [
      ...[host, 'host.docker.internal'].map((name) => `${name}:${port}`),
      '169.254.169.254:80/latest/meta-data/',
      'metadata.google.internal:80/',
      ...addresses.filter((address) => !own.split(' ').includes(address)).map((address) => `${address}:4000`),
    ];
    const probes = targets.map((target) => `echo "$(curl -sS -m 3 http://${target} 2>/dev/null | head -c 200)" &`);
    const { out } = await run(sandbox, `${probes.join('\n')} wait`);
    expect(out).not.toMatch(/host|Directory listing|ami-id|hello/);
    expect(visitors).toEqual([]);
    listener.close();
  });

  it('is ended when it is a fork bomb, prints a gigabyte, or asks for more disk than a file may have', async () => {
    const sandbox = await containers.sandbox('greed');
    const bomb = await run(sandbox, {
      command: 'bomb() { bomb | bomb & }; bomb; sleep 300',
      timeLimit: 2,
      mergeStderr: true,
    });
    expect(['timeout', 'flooded', 'exited']).toContain(bomb.ended);
    await expect.poll(async () => (await run(sandbox, 'echo alive; pgrep -cu app bash')).out).toBe('alive\n0\n');
    const flood = await run(sandbox, 'head -c 1000000000 /dev/zero');
    expect(flood.ended).toBe('flooded');
    expect(flood.bytes).toBeLessThan(1_000_000_000);
    expect((await run(sandbox, 'truncate -s 3G big || echo refused')).out).toBe('refused\n');
  });

  it('cannot drown the project in files, nor bring what it has spoilt into it', async () => {
    const sandbox = await containers.sandbox('files');
    const files = new MemoryFiles();
    files.set('a.txt', 'a');
    await sandbox.files.fill(files);
    await run(sandbox, 'mkdir many; cd many; seq 100000 | xargs touch');
    const { written, more } = await sandbox.files.collect(files);
    expect(more).toBe(true);
    expect(written.length).toBeLessThanOrEqual(5_000);
    await run(sandbox, 'cd ..; rm -rf many; chmod 555 /app');
    files.set('b.txt', 'b');
    await expect(sandbox.files.fill(files)).rejects.toThrow('could not be written');
    await sandbox.destroy();
    await untilStarted(() => sandbox.files.fill(files));
    expect((await run(sandbox, 'ls')).out).toBe('a.txt\nb.txt\n');
  });

  it('cannot become root, end what watches it, or leave anything that outlives it', async () => {
    const { out } = await run(
      await containers.sandbox('net'),
      `kill -9 1 2>/dev/null; pkill -9 -u root 2>/dev/null
       (setsid nohup env -u REDRAW_RUN sleep 300 >/dev/null 2>&1 &)
       find / -xdev -perm -4000 -user root -exec {} --version \\; >/dev/null 2>&1; su -c id 2>&1 | grep -c uid=0
       grep NoNewPrivs /proc/self/status; touch /opt/redraw/run.sh /etc/passwd 2>/dev/null && echo wrote; true`,
    );
    expect(out).toBe('0\nNoNewPrivs:\t1\n');
    expect((await run(await containers.sandbox('net'), 'cat /proc/1/comm; pgrep -c sleep')).out).toBe('tini\n0\n');
    // The same while a server keeps running.
    const beside = await containers.sandbox('beside');
    await beside.processes.start({ id: 'server', command: 'python3 -m http.server 4000', port: 4000, timeLimit: 20 });
    await run(beside, '(setsid env -u REDRAW_RUN sleep 300 >/dev/null 2>&1 &) ; sleep 0.2');
    expect((await run(beside, 'pgrep -c sleep')).out).toBe('0\n');
    expect(await beside.processes.isRunning('server')).toBe(true);
  });
});
