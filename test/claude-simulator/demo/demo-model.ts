import type { Answer, Block, Handler } from '../script.ts';
import { appOfPage, chooseApp, type DemoApp, fallbackApp, filesOf } from './catalogue.ts';
import { type Call, type Conversation, readConversation, textOfView } from './conversation.ts';
import { applyEdits, type Edit, editsFor, filesFor } from './edits.ts';
import { LimitStage, withoutScene } from './limits.ts';
import { introduction, sayChecked, sayGranted, sayHello, sayNotUnderstood, sayUnable } from './sentences.ts';
import { readWishes, titleFromPrompt, type Wishes } from './wishes.ts';

/** Writing speed: `human` for watching, `fast` for a quick demonstration, `zero` for tests. */
export type Pace = 'human' | 'fast' | 'zero';

const paces: Record<Pace, Answer> = {
  human: { waitMs: 500, delayMs: 18, chunkSize: 6, toolChunkSize: 44 },
  fast: { waitMs: 60, delayMs: 4, chunkSize: 12, toolChunkSize: 160 },
  zero: { chunkSize: 24, toolChunkSize: 240 },
};

export function isPace(text: string): text is Pace {
  return Object.hasOwn(paces, text);
}

const editor = 'str_replace_based_edit_tool';
const checker = 'check_preview';
const folder = '/app/';

/**
 * A scripted stand-in for Claude: builds one of a few apps, and changes its colour, title, fields and darkness on request. Stateless:
 * everything it knows is in the request. A prompt with `#limit:<id>` plays a scene of Claude's limits.
 */
export function demoModel({ pace = 'human' }: { pace?: Pace } = {}): Handler {
  const stage = new LimitStage();
  return ({ body, rawBody }) => {
    const tools = new Set((body?.tools ?? []).map((tool) => ('name' in tool ? tool.name : '')));
    const conversation = readConversation(body?.messages ?? []);
    const plain = withAsked({ ...conversation, prompts: conversation.prompts.map(withoutScene) });
    const content = tools.has(editor) ? reply(plain, tools) : [introduction];
    const isLast = content.every((block) => typeof block === 'string');
    return { ...paces[pace], content, ...stage.play(rawBody, conversation, isLast) };
  };
}

/** The page's prompt to continue a turn that ended early. */
const goOn = /^(?:continue where you|mach weiter, wo|continue où)/i;

/** The conversation up to the newest prompt with a task: "go on" refers to the prompt before it. */
function withAsked(conversation: Conversation): Conversation {
  const prompts = conversation.prompts.filter((prompt) => !goOn.test(prompt));
  return { ...conversation, prompts, prompt: prompts.at(-1) ?? '' };
}

function reply(conversation: Conversation, tools: ReadonlySet<string>): Block[] {
  const { run } = conversation;
  const last = run.at(-1);
  if (!last) return firstReply(conversation, tools);
  if (last.note !== null) return [sayChecked(last.note)];
  const { calls } = last;
  if (calls.some(({ name }) => name === checker)) return [closing(conversation, resultOf(calls, checker))];
  if (calls.some(isView)) return afterViews(conversation, calls);
  const failed = calls.filter(({ name, result }) => name === editor && result?.isError !== false);
  if (failed.length > 0) return afterFailure(conversation, failed);
  return tools.has(checker) ? [call(checker, {})] : [closing(conversation, null)];
}

function firstReply(conversation: Conversation, tools: ReadonlySet<string>): Block[] {
  const { prompt, created, emptied, folded, cutShort } = conversation;
  const wishes = readWishes(prompt);
  const asked = chooseApp(prompt);
  const changes = Object.keys(wishes).length > 0;
  const built = !emptied && (folded || created.includes(`${folder}src/App.tsx`));
  const another = asked !== null && !changes && /\b(build|create|make|instead|now|want)\b/i.test(prompt);
  if (!built || (another && !cutShort)) return build(conversation, tools);
  if (changes) return ['I will look at the files as they stand first.', ...filesFor(wishes).map(view)];
  const isTold = /\b(error|broken|fix|bug|blank|crash\w*|does ?n[o']t work)\b/i.test(prompt);
  if ((cutShort || isTold) && tools.has(checker)) {
    return ['I will ask the preview what it sees.', call(checker, {})];
  }
  return [sayNotUnderstood];
}

function build(conversation: Conversation, tools: ReadonlySet<string>): Block[] {
  const { prompt, prompts, created, emptied } = conversation;
  const app = appFor(conversation);
  const files = filesOf(app);
  const variant = app.variant && prompts.some((one) => app.variant?.words.test(one)) ? app.variant : null;
  for (const [path, before, after] of variant?.lines ?? []) applyEdits(files, [{ path, before, after }]);
  // "Green tea" does not ask for a green page.
  const wishes = wishesForBuild(app, variant ? prompt.replace(variant.words, ' ') : prompt);
  applyEdits(files, editsFor(app, wishes, files));
  const stale = emptied || !tools.has('delete_file') ? [] : created.filter((path) => !files.has(relative(path)));
  return [
    `${sayHello(conversation)} ${app.intro}`.trim(),
    ...Array.from(files, ([path, file_text]) => call(editor, { command: 'create', path: folder + path, file_text })),
    ...stale.map((path) => call('delete_file', { path })),
  ];
}

/** The app that the newest prompt asks for, or else an earlier one. */
function appFor({ prompts }: Conversation): DemoApp {
  return prompts.map(chooseApp).findLast((app) => app !== null) ?? fallbackApp;
}

function wishesForBuild(app: DemoApp, prompt: string): Wishes {
  const wishes = readWishes(prompt);
  if (app !== fallbackApp || wishes.title !== undefined) return wishes;
  return { ...wishes, title: titleFromPrompt(prompt) };
}

function afterViews({ prompt, run }: Conversation, calls: readonly Call[]): Block[] {
  const files = new Map<string, string>();
  for (const { input, result } of calls) {
    if (result && !result.isError) files.set(relative(String(input.path)), textOfView(result.text));
  }
  if (files.size === 0)
    return [sayUnable('The files of the app are not where I left them, so I have changed nothing.')];
  const wishes = readWishes(prompt);
  const app = appOfPage(files.get('index.html') ?? '') ?? fallbackApp;
  const edits = editsFor(app, wishes, files).filter((edit) => !run.some((reply) => reply.calls.some(isSame(edit))));
  if (edits.length > 0) return edits.map(replace);
  if (wishes.field !== undefined && !files.has('src/fields.ts')) {
    return [sayUnable('This app has no form that a field could go into.')];
  }
  return [
    sayUnable('There was nothing to change: either it is so already, or these lines are no longer as I wrote them.'),
  ];
}

/** After a failed replacement the file differs from what was assumed: view it once more, then report the failure. */
function afterFailure({ run }: Conversation, failed: readonly Call[]): Block[] {
  const looks = run.filter(({ calls }) => calls.some(isView)).length;
  if (looks !== 1) {
    const reason = failed[0]?.result?.text.split('\n')[0] ?? 'It was not run.';
    return [sayUnable(`One of my changes did not go through: ${reason.slice(0, 300)}`)];
  }
  const paths = new Set(['index.html', ...failed.map(({ input }) => relative(String(input.path)))]);
  return ['That did not fit, so I look again.', ...[...paths].map(view)];
}

function closing({ prompt, run }: Conversation, report: string | null): string {
  const calls = run.flatMap((reply) => reply.calls);
  const page = calls.find(({ input }) => input.command === 'create' && input.path === `${folder}index.html`);
  const app = page ? appOfPage(String(page.input.file_text)) : null;
  const edited = calls.some(({ input, result }) => input.command === 'str_replace' && result?.isError === false);
  const done = app ? app.closing : edited ? sayGranted(readWishes(prompt)) : '';
  const checked = report === null ? '' : sayChecked(report);
  return `${done} ${checked}`.trim() || 'Done.';
}

const isView = ({ input }: Call) => input.command === 'view';

const isSame = (edit: Edit) => (one: Call) =>
  one.input.old_str === edit.before && relative(String(one.input.path)) === edit.path;

function resultOf(calls: readonly Call[], name: string): string {
  const result = calls.find((one) => one.name === name)?.result;
  return result?.text ?? 'The check was not run.';
}

function relative(path: string): string {
  return path.startsWith(folder) ? path.slice(folder.length) : path;
}

function call(name: string, input: Record<string, unknown>): Block {
  return { type: 'tool_use', name, input };
}

function view(path: string): Block {
  return call(editor, { command: 'view', path: folder + path });
}

function replace({ path, before, after }: Edit): Block {
  return call(editor, { command: 'str_replace', path: folder + path, old_str: before, new_str: after });
}
