import { expect, it, vi } from 'vitest';
import type { RedrawEvent } from '../../src/protocol/events.ts';
import type { FileEntry, SessionDetail } from '../../src/protocol/resources.ts';
import { create, EventReader, only, uniquePrompt, useRunning, work } from '../support/running.ts';
import type { Visitor } from '../support/visitor.ts';
import { bash, containerEnv, describeContainers } from './stand.ts';

/** What came of the commands of a turn, in order. */
function answers(events: readonly RedrawEvent[]): string[] {
  return events.flatMap((event) =>
    event.type === 'tool' && event.data.name === 'bash' && event.data.state !== 'started'
      ? [`${event.data.state}: ${event.data.detail}`]
      : [],
  );
}

describeContainers('a turn with a container', () => {
  vi.setConfig({ testTimeout: 60_000 });
  const running = useRunning({ ...containerEnv, ANON_TURN_LIMIT: '100' });

  async function take(visitor: Visitor, session: string | undefined, ...content: Parameters<typeof work>) {
    const prompt = uniquePrompt();
    running.simulator.script(work(...content), { text: prompt });
    return visitor.build(prompt, session);
  }

  const filesOf = async (visitor: Visitor, session: string): Promise<string[]> =>
    (await visitor.json<FileEntry[]>('GET', `/api/sessions/${session}/files`)).map(({ path }) => path).sort();

  it('runs commands on the files of the project, takes over what they change, and undoes it', async () => {
    const visitor = running.visitor();
    const { session, events } = await take(
      visitor,
      undefined,
      create('a.txt', 'one\n'),
      bash('echo two >> a.txt; echo three > "b c.txt"; rm -f none; printf "\\033[31mred\\033[0m\\n"; exit 3'),
      bash('rm a.txt; cat "b c.txt"'),
    );
    expect(answers(events)).toEqual([
      expect.stringMatching(/^failed: red\n\[exit code 3, [\d.]+ s\]\n\[Changed in the project: a.txt, b c.txt\]$/),
      expect.stringMatching(/^done: three\n\[exit code 0, [\d.]+ s\]\n\[Changed in the project: a.txt\]$/),
    ]);
    expect(events.flatMap((event) => (event.type === 'tool_output' ? [event.data.delta] : [])).join('')).toBe(
      '\u001b[31mred\u001b[0m\nthree\n',
    );
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
    const { session } = await take(visitor, undefined, create('a.txt', 'one\n'), bash('echo begun'));
    const begin = async (...content: Parameters<typeof work>): Promise<EventReader> => {
      const prompt = uniquePrompt();
      running.simulator.script(work(...content), { text: prompt });
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
});
