import { expect, it } from 'vitest';
import { sendLatest } from '../../../web/project/send-latest.ts';

it('sends the latest value only, one at a time, none twice in a row, and again after a failure', async () => {
  const sent: string[] = [];
  const gates: PromiseWithResolvers<void>[] = [];
  let arrived = Promise.withResolvers<void>();
  const push = sendLatest((value: string) => {
    sent.push(value);
    const gate = Promise.withResolvers<void>();
    gates.push(gate);
    arrived.resolve();
    arrived = Promise.withResolvers<void>();
    return gate.promise;
  }, 0);

  let next = arrived.promise;
  push('a');
  push('b');
  await next;
  expect(sent).toEqual(['b']);

  next = arrived.promise;
  push('c');
  push('b');
  push('d');
  gates[0]?.resolve();
  await next;
  expect(sent).toEqual(['b', 'd']);

  next = arrived.promise;
  gates[1]?.reject(new Error('lost'));
  push('d');
  await next;
  expect(sent).toEqual(['b', 'd', 'd']);

  next = arrived.promise;
  push('d');
  gates[2]?.resolve();
  push('e');
  await next;
  expect(sent).toEqual(['b', 'd', 'd', 'e']);
});
