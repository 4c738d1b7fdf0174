import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PickedElement } from '../../../src/protocol/bridge-messages.ts';
import { ApiError } from '../../../web/api/api-error.ts';
// Loaded here, so that what loads them late does not wait for a transform that other tests hold up.
import '../../../web/attach/prepare-files.ts';
import '../../../web/attach/upload-files.ts';
import { OutgoingPrompts } from '../../../web/project/outgoing-prompts.ts';
import { settled } from './open-project.ts';

const button: PickedElement = { selector: 'button', tag: 'button', text: 'Start' };

interface Sent {
  prompt: string;
  options: object;
  again: () => void;
}

/** A project that takes prompts, or refuses them: its side of the prompt box. */
function setUp() {
  const project = {
    isBusy: signal(false),
    picked: signal<PickedElement | null>(null),
    sent: [] as Sent[],
    failures: [] as string[],
    catchUps: 0,
    uploads: [] as string[],
    /** Answers one prompt after the other; where it ends, all are taken. */
    answers: [] as boolean[],
    /** The failures of one upload after the other; null: none. */
    uploadFailures: [] as (ApiError | null)[],
    uploading: null as Promise<void> | null,
    answering: null as Promise<void> | null,
    versions: 0,
  };
  const outgoing = new OutgoingPrompts({
    picked: project.picked,
    workspace: {
      url: (path) => `/files/${path}`,
      has: (path) => path === 'uploads/taken.txt',
      asOwn: async (call) => {
        project.versions = await call();
      },
    },
    isBusy: () => project.isBusy.value,
    send: async (prompt, options, again) => {
      project.sent.push({ prompt, options, again });
      await project.answering;
      return project.answers.shift() ?? true;
    },
    fail: ({ code }) => project.failures.push(code),
    catchUp: () => {
      project.catchUps += 1;
    },
    tools: async () => ({
      prepare: async (file) => ({ content: file, type: 'text/plain', scaled: null }),
      upload: async (url) => {
        await project.uploading;
        const failure = project.uploadFailures.shift();
        if (failure) throw failure;
        project.uploads.push(url);
        return project.uploads.length;
      },
    }),
  });
  const attach = (...names: string[]) => outgoing.attachments.add(names.map((name) => new File(['x'], name)));
  const names = () => outgoing.attachments.items.value.map(({ name }) => name);
  const held = () => outgoing.held.value.map(({ prompt, failed }) => [prompt, failed]);
  const prompts = () => project.sent.map(({ prompt }) => prompt);
  return { project, outgoing, attach, names, held, prompts };
}

let set: ReturnType<typeof setUp>;

/** Lets everything go as far as it can, with the code that is loaded for uploads. */
async function rest(): Promise<void> {
  await vi.dynamicImportSettled();
  await settled();
  await vi.dynamicImportSettled();
  await settled();
}

beforeEach(() => {
  set = setUp();
});
afterEach(() => set.outgoing.close());

describe('the prompt box', () => {
  it('is empty once its prompt is sent', async () => {
    const { outgoing, project } = set;
    expect(outgoing.isUploading.value).toBe(false);
    outgoing.text.value = ' Make it blue\n';
    await outgoing.send({ force: true });
    expect(project.sent).toMatchObject([{ prompt: ' Make it blue\n', options: { force: true } }]);
    expect(project.sent[0]?.options).toEqual({ force: true });
    expect(outgoing.text.value).toBe('');
  });

  it('sends nothing where nothing is written', async () => {
    const { outgoing, attach, prompts, names } = set;
    await attach('a.txt');
    outgoing.text.value = ' \n\u200b';
    await outgoing.send();
    expect(prompts()).toEqual([]);
    expect(names()).toEqual(['a.txt']);
  });

  it('sends a prompt without files at once, even while a turn runs: the server queues it', async () => {
    const { outgoing, project, held } = set;
    project.isBusy.value = true;
    outgoing.text.value = 'Make it blue';
    await outgoing.send();
    expect(project.sent.map(({ prompt, options }) => [prompt, options])).toEqual([['Make it blue', {}]]);
    expect(held()).toEqual([]);
  });

  it('describes the picked element before the text, once', async () => {
    const { outgoing, project, prompts } = set;
    project.picked.value = button;
    expect(outgoing.preface.value).toMatch(/^I mean this element of the preview:\n.*Start.*\n\n$/s);
    const expected = `${outgoing.preface.value}Make it blue`;
    outgoing.text.value = 'Make it blue';
    await outgoing.send();
    expect(project.picked.value).toBeNull();
    expect(outgoing.preface.value).toBe('');
    outgoing.text.value = 'And larger';
    await outgoing.send();
    expect(prompts()).toEqual([expected, 'And larger']);
  });

  it('has a refused prompt again, with its files and its element, and sends all of it once more', async () => {
    const { outgoing, project, attach, names, prompts } = set;
    await attach('a.txt');
    project.answers = [false];
    project.picked.value = button;
    outgoing.text.value = 'Make it blue';
    await outgoing.send();
    expect(outgoing.text.value).toBe('Make it blue');
    expect(project.picked.value).toBe(button);
    expect(names()).toEqual(['a.txt']);
    project.sent[0]?.again();
    await rest();
    expect(prompts()[1]).toBe(prompts()[0]);
    expect(project.sent[1]?.options).toEqual({ attachments: ['uploads/a.txt'] });
    // It was uploaded already.
    expect(project.uploads).toEqual(['/files/uploads/a.txt']);
    expect([outgoing.text.value, names()]).toEqual(['', []]);
  });

  it('keeps what was written and picked while a prompt was being refused', async () => {
    const { outgoing, project, attach, names } = set;
    await attach('a.txt');
    const answer = Promise.withResolvers<void>();
    project.answering = answer.promise;
    project.answers = [false];
    project.picked.value = button;
    outgoing.text.value = 'Make it blue';
    const sending = outgoing.send();
    await rest();
    expect([outgoing.text.value, project.picked.value, names()]).toEqual(['', null, []]);
    outgoing.text.value = 'Something else';
    project.picked.value = { ...button, text: 'Stop' };
    answer.resolve();
    await sending;
    expect(outgoing.text.value).toBe('Something else');
    expect(project.picked.value?.text).toBe('Stop');
    expect(names()).toEqual(['a.txt']);
  });

  it('uploads its files first, under free names, and says that it does', async () => {
    const { outgoing, project, attach } = set;
    await attach('taken.txt', 'b.txt');
    const gate = Promise.withResolvers<void>();
    project.uploading = gate.promise;
    outgoing.text.value = 'Use them';
    const sending = outgoing.send({ notBefore: 5 });
    expect(outgoing.isUploading.value).toBe(true);
    expect(project.sent).toEqual([]);
    gate.resolve();
    await sending;
    expect(outgoing.isUploading.value).toBe(false);
    expect(project.sent[0]?.options).toEqual({
      notBefore: 5,
      attachments: ['uploads/taken-2.txt', 'uploads/b.txt'],
    });
    // The uploads' versions are this page's own.
    expect(project.versions).toBe(2);
  });

  it('keeps everything where a file does not go up', async () => {
    const { outgoing, project, attach, names, prompts } = set;
    await attach('a.txt');
    project.uploadFailures = [new ApiError('payload_too_large', 'Too large.', 413)];
    outgoing.text.value = 'Use it';
    await outgoing.send();
    expect(project.failures).toEqual(['payload_too_large']);
    expect([prompts(), outgoing.text.value, names()]).toEqual([[], 'Use it', ['a.txt']]);
    expect(outgoing.isUploading.value).toBe(false);
    expect(outgoing.held.value).toEqual([]);
  });
});

describe('a prompt with files while a turn runs', () => {
  beforeEach(async () => {
    set.project.isBusy.value = true;
    await set.attach('a.txt');
    set.outgoing.text.value = 'Use it';
    await set.outgoing.send();
  });

  it('waits in this page, and goes when the turn has ended', async () => {
    const { outgoing, project, held, names, prompts } = set;
    expect(held()).toEqual([['Use it', false]]);
    expect([outgoing.text.value, names(), project.uploads]).toEqual(['', [], []]);
    await rest();
    expect(prompts()).toEqual([]);
    project.isBusy.value = false;
    await rest();
    expect(project.sent).toMatchObject([{ prompt: 'Use it', options: { attachments: ['uploads/a.txt'] } }]);
    expect(held()).toEqual([]);
  });

  it('goes before a later one, one turn after the other', async () => {
    const { outgoing, project, attach, held, prompts } = set;
    await attach('b.txt');
    outgoing.text.value = 'Then this';
    await outgoing.send();
    expect(held().map(([prompt]) => prompt)).toEqual(['Use it', 'Then this']);
    expect(new Set(outgoing.held.value.map(({ id }) => id)).size).toBe(2);
    const gate = Promise.withResolvers<void>();
    project.uploading = gate.promise;
    project.isBusy.value = false;
    await rest();
    gate.resolve();
    // The server begins its turn.
    project.isBusy.value = true;
    await rest();
    expect(prompts()).toEqual(['Use it']);
    expect(held()).toEqual([['Then this', false]]);
    project.isBusy.value = false;
    await rest();
    expect(prompts()).toEqual(['Use it', 'Then this']);
  });

  it('goes as it was edited, even during its upload', async () => {
    const { outgoing, project, prompts } = set;
    const gate = Promise.withResolvers<void>();
    project.uploading = gate.promise;
    project.isBusy.value = false;
    await rest();
    outgoing.editHeld(outgoing.held.value[0]?.id ?? 0, 'Use it well');
    gate.resolve();
    await rest();
    expect(prompts()).toEqual(['Use it well']);
  });

  it('does not go once it was removed, even during its upload', async () => {
    const { outgoing, project, held, prompts } = set;
    const gate = Promise.withResolvers<void>();
    project.uploading = gate.promise;
    project.isBusy.value = false;
    await rest();
    outgoing.removeHeld(outgoing.held.value[0]?.id ?? 0);
    gate.resolve();
    await rest();
    expect([prompts(), project.failures]).toEqual([[], []]);
    expect(held()).toEqual([]);
  });

  it('waits for its author where it is refused, and lets others pass', async () => {
    const { outgoing, project, attach, held, prompts } = set;
    await attach('b.txt');
    outgoing.text.value = 'Then this';
    await outgoing.send();
    project.answers = [false];
    project.isBusy.value = false;
    await rest();
    expect(held()).toEqual([
      ['Use it', true],
      ['Then this', false],
    ]);
    for (let turn = 0; turn < 2; turn++) {
      project.isBusy.value = true;
      project.isBusy.value = false;
      await rest();
      expect(prompts()).toEqual(['Use it', 'Then this']);
    }
    expect(held()).toEqual([['Use it', true]]);
    project.sent[0]?.again();
    await rest();
    expect(prompts()).toEqual(['Use it', 'Then this', 'Use it']);
    expect(held()).toEqual([]);
  });

  it('waits for its author where its files do not go up', async () => {
    const { outgoing, project, held, prompts } = set;
    project.uploadFailures = [new ApiError('unreachable', 'No.')];
    project.isBusy.value = false;
    await rest();
    expect(project.failures).toEqual(['unreachable']);
    expect(held()).toEqual([['Use it', true]]);
    outgoing.retryHeld(outgoing.held.value[0]?.id ?? 0);
    await rest();
    expect(prompts()).toEqual(['Use it']);
  });

  it('waits on where another window’s turn runs', async () => {
    const { project, held, prompts } = set;
    project.uploadFailures = [new ApiError('turn_in_progress', 'A turn runs.', 409)];
    project.isBusy.value = false;
    await rest();
    expect([project.failures, project.catchUps]).toEqual([[], 1]);
    expect(held()).toEqual([['Use it', false]]);
    project.isBusy.value = true;
    project.isBusy.value = false;
    await rest();
    expect(prompts()).toEqual(['Use it']);
  });

  it('is forgotten with the page', async () => {
    const { outgoing, project, prompts } = set;
    outgoing.close();
    project.isBusy.value = false;
    await rest();
    expect([project.uploads, prompts()]).toEqual([[], []]);
  });
});

it('holds a prompt back whose files do not go up because another window was first', async () => {
  const { outgoing, project, attach, held, names } = set;
  await attach('a.txt');
  project.uploadFailures = [new ApiError('turn_in_progress', 'A turn runs.', 409)];
  outgoing.text.value = 'Use it';
  const sending = outgoing.send();
  project.isBusy.value = true;
  await sending;
  expect([project.failures, project.catchUps]).toEqual([[], 1]);
  expect(held()).toEqual([['Use it', false]]);
  expect([outgoing.text.value, names()]).toEqual(['', []]);
});
