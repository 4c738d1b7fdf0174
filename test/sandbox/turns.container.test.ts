import { expect, it } from 'vitest';
import { create, uniquePrompt, useRunning, work } from '../support/running.ts';
import { bash, containerEnv, describeContainers } from './stand.ts';

describeContainers('a turn with a container', () => {
  const running = useRunning(containerEnv);

  it('runs commands on the files of the project, and takes over what they change', async () => {
    const visitor = running.visitor();
    const prompt = uniquePrompt();
    running.simulator.script(
      work(create('a.txt', 'one\n'), bash('echo two >> a.txt; echo three > "b c.txt"; echo said; exit 3')),
      { text: prompt },
    );
    const { session, events } = await visitor.build(prompt);
    console.log(JSON.stringify(events, null, 1));
    const files = await visitor.json('GET', `/api/sessions/${session}/files`);
    console.log(files, running.redraw.output());
    expect(files).toHaveLength(2);
  });
});
