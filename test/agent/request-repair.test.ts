import type Anthropic from '@anthropic-ai/sdk';
import { expect, it } from 'vitest';
import { runAgentLoop } from '../../src/agent/agent-loop.ts';
import type { Handler } from '../claude-simulator/script.ts';
import { MemoryJournal } from '../support/memory-journal.ts';
import { useSimulator } from '../support/use-simulator.ts';
import { pixel } from './generated-transcripts.ts';
import { eventsOf, turnInput } from './support.ts';

const simulator = await useSimulator();

/** The picture of a prompt: each has other bytes. */
const dataOf = (name: string) => Buffer.concat([pixel, Buffer.from(name)]).toString('base64');
const picture = (name: string): Anthropic.ImageBlockParam => ({
  type: 'image',
  source: { type: 'base64', media_type: 'image/png', data: dataOf(name) },
});

/** Three prompts with a picture each, the last of them new. */
const messages: Anthropic.MessageParam[] = [
  { role: 'user', content: [picture('a'), { type: 'text', text: 'A' }] },
  { role: 'assistant', content: [{ type: 'text', text: 'Done.' }] },
  { role: 'user', content: [picture('b'), { type: 'text', text: 'B' }] },
  { role: 'assistant', content: [{ type: 'text', text: 'Done.' }] },
  { role: 'user', content: [picture('c'), { type: 'text', text: 'C' }] },
];

/** Refuses requests with one of these pictures. */
const refusing =
  (message: string, ...names: string[]): Handler =>
  ({ rawBody }) =>
    names.some((name) => rawBody.includes(dataOf(name)))
      ? { error: { type: 'invalid_request_error', message } }
      : { content: ['Done.'] };

async function turnOf(handler: Handler) {
  simulator.script(handler);
  const journal = new MemoryJournal('turn', messages);
  const outcome = await runAgentLoop(turnInput(simulator, { turn: 'turn', journal }));
  const last = simulator.requests.at(-1)?.rawBody ?? '';
  return {
    outcome,
    journal,
    requests: simulator.requests.length,
    left: ['a', 'b', 'c'].filter((name) => last.includes(dataOf(name))),
  };
}

it.each([
  'messages.2.content.0.image.source.base64: image exceeds 5 MB maximum: 5530812 bytes > 5242880 bytes',
  'messages.2.content.0.image.source.base64.data: At least one of the image dimensions exceed max allowed size: 8000 pixels',
  'messages.2.content.0.image.source.base64.data: The image was specified using the image/png media type, but the image appears to be a image/jpeg image',
])('leaves out the pictures of the message that Claude names: %s', async (message) => {
  const { outcome, requests, left, journal } = await turnOf(refusing(message, 'b'));
  expect(outcome.state).toBe('completed');
  expect({ requests, left }).toEqual({ requests: 2, left: ['a', 'c'] });
  expect(eventsOf(journal, 'tool')).toMatchObject([{ name: 'view_image', state: 'failed' }]);
});

it('leaves out those of the newest message where Claude names none, and goes on to the others', async () => {
  expect(await turnOf(refusing('Could not process image', 'c'))).toMatchObject({ requests: 2, left: ['a', 'b'] });
  simulator.reset();
  expect(await turnOf(refusing('Could not process image', 'b'))).toMatchObject({ requests: 3, left: ['a'] });
  simulator.reset();
  expect(await turnOf(refusing('Could not process image', 'a', 'c'))).toMatchObject({ requests: 4, left: [] });
});

it('still tells the visitor which, when the next attempt is taken back', async () => {
  let broken = 0;
  const { journal, outcome } = await turnOf((request, number) => {
    const answer = refusing('Could not process image', 'c')(request, number);
    return 'content' in answer && ++broken === 1 ? { ...answer, cut: 4 } : answer;
  });
  expect(outcome.state).toBe('completed');
  const types = journal.events.map(({ type }) => type);
  expect(types.lastIndexOf('tool')).toBeGreaterThan(types.lastIndexOf('step_discarded'));
});

it('does not ask again where nothing is left to leave out', async () => {
  const error = { type: 'invalid_request_error', message: 'Could not process image' };
  const { outcome, requests, journal } = await turnOf(() => ({ error }));
  expect(outcome).toEqual({ state: 'failed', blameless: true });
  expect(requests).toBe(4);
  expect(eventsOf(journal, 'prompt_error')).toMatchObject([{ code: 'upstream_refused' }]);
});
