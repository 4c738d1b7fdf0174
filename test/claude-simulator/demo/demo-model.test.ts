import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { de } from '../../../web/strings/de/first-load.ts';
import { en } from '../../../web/strings/en/first-load.ts';
import { fr } from '../../../web/strings/fr/first-load.ts';
import { type Simulator, startSimulator } from '../simulator.ts';
import { apps, chooseApp, coloursOf, filesOf } from './catalogue.ts';
import { demoModel } from './demo-model.ts';
import { FileMap } from './file-map.ts';
import { colourNames, findColour, paletteOf } from './palette.ts';
import { readWishes } from './wishes.ts';

let simulator: Simulator;
let client: Anthropic;

beforeAll(async () => {
  simulator = await startSimulator({ handler: demoModel({ pace: 'zero' }) });
  client = new Anthropic({ apiKey: 'sk-ant-test', baseURL: simulator.url, maxRetries: 0 });
});

afterAll(() => simulator.close());

const noInput = { type: 'object' as const, properties: {} };
const tools: Anthropic.ToolUnion[] = [
  { type: 'text_editor_20250728', name: 'str_replace_based_edit_tool' },
  { name: 'delete_file', input_schema: noInput },
  { name: 'check_preview', input_schema: noInput },
];

/** A session as in Redraw: a transcript, and files that the tools work on. */
class Conversation {
  readonly workspace = new FileMap();
  readonly messages: Anthropic.MessageParam[] = [];

  /** Runs one turn to its end. @returns the texts, and the tools in the order of their calls */
  async ask(prompt: string): Promise<{ said: string; calls: string[] }> {
    this.messages.push({ role: 'user', content: prompt });
    let said = '';
    const calls: string[] = [];
    for (let step = 0; step < 10; step += 1) {
      const { content, stop_reason } = await client.messages
        .stream({ model: 'claude-sonnet-5-5', max_tokens: 32_000, tools, messages: this.messages })
        .finalMessage();
      this.messages.push({ role: 'assistant', content });
      for (const block of content) if (block.type === 'text') said += `${block.text}\n`;
      if (stop_reason !== 'tool_use') return { said, calls };
      const uses = content.filter((block) => block.type === 'tool_use');
      calls.push(...uses.map(({ name, input }) => (input as { command?: string }).command ?? name));
      this.messages.push({ role: 'user', content: uses.map((use) => this.workspace.run(use)) });
    }
    throw new Error('The turn has no end.');
  }

  file(path: string): string {
    return this.workspace.files.get(`/app/${path}`) ?? '';
  }
}

const prompts: Record<string, string> = {
  timer: 'Build me a pomodoro timer',
  habits: 'I want a habit tracker',
  landing: 'A landing page for our coffee',
  drawing: 'make a drawing pad for my kids',
  quiz: 'a quiz about history',
  board: 'Can you build a small recipe keeper for my family?',
};

describe.each(apps)('$name', (app) => {
  test('is built, checked and closed with a word on what was checked', async () => {
    const conversation = new Conversation();
    const { said, calls } = await conversation.ask(prompts[app.name] ?? '');
    const files = filesOf(app);
    expect(calls).toEqual([...Array.from(files, () => 'create'), 'check_preview']);
    expect(conversation.workspace.files.size).toBe(files.size);
    expect(said.match(/This is the demo model/g)).toHaveLength(1);
    expect(said).toContain(app.closing);
    expect(said).toContain('the browser reports no errors');
  });

  test('goes dark, changes its colour and its name, and back', async () => {
    const conversation = new Conversation();
    await conversation.ask(prompts[app.name] ?? '');
    const before = conversation.file('src/style.css');
    const first = await conversation.ask('dark mode please, and call it “Ebb & Flow”');
    expect(new Set(first.calls)).toEqual(new Set(['view', 'str_replace', 'check_preview']));
    expect(first.said).toContain('it is called Ebb & Flow, and it is dark');
    expect(first.said).not.toContain('This is the demo model');
    expect(conversation.file('src/style.css')).toContain('color-scheme: dark');
    expect(conversation.file('src/App.tsx')).toContain("const title = 'Ebb & Flow';");
    expect(conversation.file('index.html')).toContain('<title>Ebb &amp; Flow</title>');
    await conversation.ask('Make it green');
    expect(conversation.file('src/style.css')).toContain('--accent: #6fbf8f;');
    await conversation.ask('light mode again');
    expect(conversation.file('src/style.css')).toContain('--accent: #2b6e46;');
    expect(conversation.file('src/style.css').split('\n').slice(11)).toEqual(before.split('\n').slice(11));
  });
});

test('the fallback is named after the prompt', async () => {
  const conversation = new Conversation();
  await conversation.ask(prompts.board ?? '');
  expect(conversation.file('src/App.tsx')).toContain("const title = 'Recipe keeper';");
});

test('wishes in the first prompt are granted at once', async () => {
  const conversation = new Conversation();
  await conversation.ask('Build a blue timer called Egg in dark mode');
  expect(conversation.file('src/App.tsx')).toContain("const title = 'Egg';");
  expect(conversation.file('src/style.css')).toMatch(/color-scheme: dark;[^}]*--accent: #7db4ee;/);
});

test.each([
  ['add a field for the time of day', "{ name: 'time-of-day', label: 'Time of day' }"],
  ['Add a notes field', "{ name: 'notes', label: 'Notes' }"],
  ['please also ask for the reason', "{ name: 'reason', label: 'Reason' }"],
])('“%s” gives the form a field', async (prompt, entry) => {
  const conversation = new Conversation();
  await conversation.ask('a habit tracker');
  const { said } = await conversation.ask(prompt);
  expect(said).toContain('its form asks for');
  expect(conversation.file('src/fields.ts')).toContain(`  { name: 'habit', label: 'Habit' },\n  ${entry},\n];`);
});

test('a timer for tea knows its teas, and takes none of them for a colour', async () => {
  const conversation = new Conversation();
  await conversation.ask('A timer for three kinds of tea: green, black and herbal, each with its own time.');
  expect(conversation.file('src/App.tsx')).toContain("{ name: 'Herbal', minutes: 7 }");
  expect(conversation.file('index.html')).toContain('<title>Steep</title>');
  expect(conversation.file('src/style.css')).toContain('--accent: #12556b;');
  await conversation.ask('Make it dark');
  const { said } = await conversation.ask('Make it light');
  expect(said).toContain('Now it is light.');
});

test('an app without a form says so', async () => {
  const conversation = new Conversation();
  await conversation.ask('a timer');
  expect((await conversation.ask('add a notes field')).said).toContain('no form');
});

test('files that an undo has changed are edited as they stand', async () => {
  const conversation = new Conversation();
  await conversation.ask('a timer');
  const files = new Map(conversation.workspace.files);
  await conversation.ask('make it green');
  for (const [path, text] of files) conversation.workspace.files.set(path, text);
  await conversation.ask('make it red');
  expect(conversation.file('src/style.css')).toContain('--accent: #b3261e;');
});

test('lines that somebody has rewritten are left alone, and that is said', async () => {
  const conversation = new Conversation();
  await conversation.ask('a timer');
  conversation.workspace.files.set('/app/src/style.css', 'body { color: red }');
  const { said, calls } = await conversation.ask('make it green');
  expect(calls).toEqual(['view', 'view']);
  expect(said).toContain('no longer as I wrote them');
});

test('a replacement that fails is tried once more after another look, then given up', async () => {
  const conversation = new Conversation();
  await conversation.ask('a timer');
  const { workspace } = conversation;
  const run = workspace.run.bind(workspace);
  workspace.run = (use) => {
    const { command } = use.input as { command?: string };
    const failure = { type: 'tool_result' as const, tool_use_id: use.id, content: 'No match', is_error: true };
    return command === 'str_replace' ? failure : run(use);
  };
  const { said, calls } = await conversation.ask('make it green');
  expect(calls.filter((call) => call === 'str_replace')).toHaveLength(1);
  expect(said).toContain('The demo model is a script');
  expect(said).not.toContain('it is green');
});

test('a problem that the preview reports is not hidden', async () => {
  const conversation = new Conversation();
  conversation.workspace.report = 'Problems:\n- exception: x is not defined (src/App.tsx:3:1)';
  const { said } = await conversation.ask('a timer');
  expect(said).toContain('The preview reports a problem: exception: x is not defined');
  conversation.workspace.report = 'Nobody has the preview open, so no browser has loaded the app.';
  expect((await conversation.ask('make it green')).said).toContain('nobody has seen it run');
});

test('another app takes the place of the first, with nothing of it left', async () => {
  const conversation = new Conversation();
  await conversation.ask('a timer');
  const { calls } = await conversation.ask('Build a quiz instead');
  expect(calls).toContain('delete_file');
  const quiz = apps.find(({ name }) => name === 'quiz');
  expect([...conversation.workspace.files.keys()].length).toBe(quiz && filesOf(quiz).size);
});

test('what it does not understand it says, and changes nothing', async () => {
  const conversation = new Conversation();
  await conversation.ask('a timer');
  const { said, calls } = await conversation.ask('translate it into Finnish');
  expect(calls).toEqual([]);
  expect(said).toContain('The demo model cannot do that');
});

test('the colours of every app can be read on each other', () => {
  const luminance = (hex: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one: string, other: string) => {
    const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const schemes = [null, ...colourNames].flatMap((colour) => [false, true].map((dark) => ({ dark, colour })));
  const poor = apps.flatMap((app) =>
    schemes.flatMap((scheme) => {
      const { paper, ink, muted, accent, 'on-accent': onAccent } = paletteOf(coloursOf(app), scheme);
      const pairs = { ink: contrast(ink, paper), muted: contrast(muted, paper), onAccent: contrast(onAccent, accent) };
      return Object.entries(pairs).flatMap(([pair, ratio]) =>
        ratio < 4.5
          ? [`${app.name} ${scheme.colour} ${scheme.dark ? 'dark' : 'light'} ${pair} ${ratio.toFixed(2)}`]
          : [],
      );
    }),
  );
  expect(poor).toEqual([]);
});

describe('in each language of the page', () => {
  const wanted = ['timer', 'habits', 'landing', 'drawing', 'quiz'];

  test.each([
    ['en', en],
    ['de', de],
    ['fr', fr],
  ])('the ideas of the first page in %s are what is built', (_, { landing }) => {
    expect(landing.ideas.map(([, prompt]) => chooseApp(prompt)?.name)).toEqual(wanted);
    expect(landing.ideas.map(([name]) => chooseApp(name)?.name)).toEqual(wanted);
    // The kinds of tea are no wishes for colours.
    const { variant } = chooseApp(landing.placeholder) ?? {};
    expect(variant?.words.test(landing.placeholder)).toBe(true);
    expect(findColour(landing.ideas[0]?.[1].replace(variant?.words ?? '', '') ?? '')).toBeNull();
  });

  test.each([
    ['Mach es grün', { colour: 'green' }],
    ['Mach es lila', { colour: 'purple' }],
    ['Mach es dunkel und blau', { colour: 'blue', dark: true }],
    ['Nenne es Ebbe', { title: 'Ebbe' }],
    ['Mets-le en vert', { colour: 'green' }],
    ['Rends-le plus sombre', { dark: true }],
    ['Appelle-le Marée', { title: 'Marée' }],
  ])('%s is understood', (prompt, wishes) => {
    expect(readWishes(prompt)).toEqual(wishes);
  });
});
