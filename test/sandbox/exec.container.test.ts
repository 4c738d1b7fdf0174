import { expect, it } from 'vitest';
import { describeContainers, run, useContainers } from './containers.ts';

/** A child process that only SIGKILL ends. */
const stubborn = `bash -c 'trap "" TERM; : stubborn; while :; do sleep 0.1; done'`;
const findStubborn = "pgrep -f 'stubbor[n]'";

describeContainers('commands in a container', () => {
  const containers = useContainers();

  it('have their exit code, and both their streams apart', async () => {
    const sandbox = await containers.sandbox('exec');
    expect(await run(sandbox, 'echo out; echo err >&2; exit 7')).toMatchObject({
      out: 'out\n',
      err: 'err\n',
      code: 7,
      ended: 'exited',
    });
    for (const code of [0, 1, 126, 255]) expect((await run(sandbox, `exit ${code}`)).code).toBe(code);
    expect((await run(sandbox, 'no-such-program')).code).toBe(127);
  });

  it('may have their streams as one, in order', async () => {
    const lines = await run(await containers.sandbox('exec'), {
      command: 'for i in 1 2 3; do echo out$i; echo err$i >&2; done',
      mergeStderr: true,
    });
    expect(lines).toMatchObject({ out: 'out1\nerr1\nout2\nerr2\nout3\nerr3\n', err: '' });
  });

  it('take arguments as they are, and stdin', async () => {
    const sandbox = await containers.sandbox('exec');
    expect((await run(sandbox, { command: ['printf', '%s|', 'a b', '$HOME', ''] })).out).toBe('a b|$HOME||');
    const stdin = new Blob(['x'.repeat(100_000)]).stream();
    expect((await run(sandbox, { command: ['wc', '-c'], stdin })).out.trim()).toBe('100000');
    expect((await run(sandbox, 'cat; read -r line || echo none')).out).toBe('none\n');
  });

  it('may print 10 MB', async () => {
    const ran = await run(await containers.sandbox('exec'), "head -c 10000000 /dev/zero | tr '\\0' x");
    expect(ran).toMatchObject({ code: 0, bytes: 10_000_000 });
  });

  it('send what they print while they run', async () => {
    const sandbox = await containers.sandbox('exec');
    const abort = new AbortController();
    const seen: string[] = [];
    for await (const event of sandbox.exec({ command: 'echo first; sleep 300' }, abort.signal)) {
      if (event.type === 'end') seen.push(event.ended);
      else {
        seen.push(new TextDecoder().decode(event.bytes));
        abort.abort();
      }
    }
    expect(seen).toEqual(['first\n', 'aborted']);
  });

  it('are ended when their time is over, a child that ignores SIGTERM with them', async () => {
    const sandbox = await containers.sandbox('exec');
    expect((await run(sandbox, { command: `${stubborn} & sleep 300`, timeLimit: 1 })).ended).toBe('timeout');
    expect((await run(sandbox, { command: stubborn, timeLimit: 1 })).ended).toBe('timeout');
    await expect.poll(async () => (await run(sandbox, findStubborn)).out).toBe('');
  });

  it('are ended on abort with all that they started, also what left their group', async () => {
    const sandbox = await containers.sandbox('exec');
    const abort = new AbortController();
    for await (const event of sandbox.exec(
      { command: `(setsid ${stubborn} >/dev/null 2>&1 &); ${stubborn} & echo begun; sleep 300` },
      abort.signal,
    )) {
      if (event.type === 'end') expect(event.ended).toBe('aborted');
      else abort.abort();
    }
    await expect.poll(async () => (await run(sandbox, findStubborn)).out).toBe('');
  });

  it('leave nothing behind that holds on to their output', async () => {
    const sandbox = await containers.sandbox('exec');
    expect(await run(sandbox, 'sleep 300 & (setsid sleep 300 &); echo hi')).toMatchObject({ out: 'hi\n', code: 0 });
    expect((await run(sandbox, 'pgrep -c sleep')).out).toBe('0\n');
  });

  it('run as a user without rights, under an init that reaps', async () => {
    const { out } = await run(
      await containers.sandbox('exec'),
      'id -u; cat /proc/1/comm; grep CapEff /proc/self/status; ls -A /run/redraw',
    );
    expect(out).toBe('1000\ntini\nCapEff:\t0000000000000000\n');
  });

  it('of four first calls at once share one container', async () => {
    const ran = await Promise.all([1, 2, 3, 4].map(async () => run(await containers.sandbox('together'), 'hostname')));
    expect(new Set(ran.map(({ out }) => out)).size).toBe(1);
  });

  it('say that nobody knows how far they came where the container went away', async () => {
    const sandbox = await containers.sandbox('lost');
    const ends: string[] = [];
    for await (const event of sandbox.exec({ command: 'echo begun; sleep 300' }, new AbortController().signal)) {
      if (event.type === 'end') ends.push(event.ended);
      else await sandbox.destroy();
    }
    expect(ends).toEqual(['lost']);
    await expect.poll(() => run(sandbox, 'echo again')).toMatchObject({ out: 'again\n', code: 0 });
  });
});
