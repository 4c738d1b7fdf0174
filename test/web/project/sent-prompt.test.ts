import { effect } from '@preact/signals';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Draft } from '../../../src/protocol/events.ts';
import { createApi } from '../../../web/api/api.ts';
import { Project } from '../../../web/project/project.ts';
import { beginStream, type EventServer, sendProblem, startEventServer, wire } from './event-server.ts';
import { numbered, sessionId } from './generated-log.ts';

const opening: Draft = {
  type: 'session',
  data: { session: sessionId, previewUrl: 'http://p.localhost/', model: 'm', payer: 'trial', trial: null },
};

const turn = (id: string, prompt: string): Draft[] => [
  { type: 'turn_started', data: { turn: id, prompt, model: 'm', payer: 'trial' } },
  { type: 'turn_finished', data: { turn: id, state: 'completed', counted: true } },
];

const log = numbered([opening, ...turn('t', 'A timer'), opening, ...turn('u', 'Make it blue')]);

let server: EventServer;
let project: Project;
/** Renders that wait for the next frame. */
let frames: (() => void)[];
/** Prompts that the page has shown, each time it changed. */
let shown: string[];

const render = () => {
  for (const frame of frames.splice(0)) frame();
};

beforeEach(async () => {
  frames = [];
  shown = [];
  let turns = 0;
  server = await startEventServer((response, { method }) => {
    if (method !== 'POST') return sendProblem(response, 500, 'internal', 'Not this one.');
    if (turns === 2) return sendProblem(response, 403, 'sign_in_required', 'Sign in.');
    const [first, ...rest] = log.slice(3 * turns, 3 * turns + 3);
    turns += 1;
    beginStream(response);
    if (first) response.write(wire(first));
    setImmediate(() => response.end(rest.map(wire).join('')));
  });
  project = new Project(
    {
      api: createApi({ base: server.url, fetch }),
      timing: { random: () => 1, wait: () => new Promise(() => undefined) },
      watchSocket: () => () => ({ close: () => undefined }),
      schedule: (frame) => frames.push(frame),
      onTrial: () => undefined,
      onTurnFinished: () => undefined,
      onRateLimit: () => undefined,
      onRefused: () => undefined,
      onElsewhere: () => undefined,
    },
    null,
  );
  effect(() => {
    const { earlier, turn: newest } = project.view.value;
    const prompts = [...earlier, newest, { prompt: project.sending.value }].map((each) => each?.prompt ?? '');
    shown.push(prompts.filter((prompt) => prompt !== '').join(', '));
  });
});

afterEach(async () => {
  project.close();
  await server.close();
});

const changes = () => shown.filter((prompts, index) => prompts !== shown[index - 1]);

it('shows a prompt without a break from the moment it is sent until its turn is rendered', async () => {
  await project.start('A timer');
  await expect.poll(() => project.link.value).toBe('idle');
  render();
  await project.send('Make it blue');
  await expect.poll(() => project.link.value).toBe('idle');
  render();
  expect(changes()).toEqual(['', 'A timer', 'A timer, Make it blue']);
  expect(project.sending.value).toBeNull();
});

it('takes back a prompt that is refused', async () => {
  await project.start('A timer');
  await expect.poll(() => project.link.value).toBe('idle');
  render();
  await project.send('Make it blue');
  await expect.poll(() => project.link.value).toBe('idle');
  render();
  expect(await project.send('One more')).toBe(false);
  expect(changes().slice(-2)).toEqual(['A timer, Make it blue, One more', 'A timer, Make it blue']);
});
