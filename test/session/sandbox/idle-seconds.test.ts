import { expect, it } from 'vitest';
import type { ContainerCalls } from '../../../src/sandbox/container-rpc.ts';
import { containerSandbox } from '../../../src/sandbox/container-sandbox.ts';
import { NodeObject } from '../node-object.ts';

it('a container is told with each start after how many idle seconds the owner’s plan lets it sleep', async () => {
  const told: (number | undefined)[] = [];
  const calls = {
    wakeUp: async (idleSeconds?: number) => {
      told.push(idleSeconds);
      throw new Error('There is no container here.');
    },
  } as Partial<ContainerCalls> as ContainerCalls;
  const object = new NodeObject(':memory:', {}, null, (filled, idle) => containerSandbox(() => calls, filled, idle));
  const { meta, sandbox, workspace } = object.context;
  const fill = () => sandbox.sandbox.files.fill(workspace).catch(() => undefined);
  await fill();
  meta.set({ idle_seconds: '1800' });
  await fill();
  expect(told).toEqual([undefined, 1800]);
  object.close();
});
