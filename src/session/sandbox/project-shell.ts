import * as v from 'valibot';
import { BashInput, ServerInput } from '../../agent/tool-definitions.ts';
import type { ShellPort, ShellResult } from '../../agent/turn-interfaces.ts';
import { unlessAborted } from '../../async/unless-aborted.ts';
import type { ToolCall } from '../../claude/model-reply.ts';
import { withoutOwnTags } from '../../protocol/own-tags.ts';
import { ProblemError } from '../../protocol/problems.ts';
import type { ToolFailure, ToolFields } from '../../protocol/tool-line.ts';
import { takeEnd, truncateText } from '../../protocol/truncate-text.ts';
import type { RunEnd } from '../../sandbox/output-frames.ts';
import type { CollectResult } from '../../sandbox/sandbox-interface.ts';
import type { FileChange } from '../../workspace/file-tree.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { MetaStore } from '../storage/session-meta.ts';
import { CommandOutput, plainText } from './command-output.ts';
import type { SandboxManager } from './sandbox-manager.ts';

/** Time limit of one command. Seconds. */
const commandTimeoutSeconds = 120;
/** Maximum characters of one command: below the kernel's limit for a single argument. */
const maxCommandChars = 100_000;
/** Maximum paths listed in one answer, and characters of each. */
const maxListedPaths = 10;
const maxPathChars = 500;
/** Port that the image's own init process listens on. */
const initPort = 8099;

export interface ProjectShellDeps {
  meta: MetaStore;
  workspace: Workspace;
  sandbox: SandboxManager;
  preview: {
    /** Changes the source of the preview: then the page loads a new document. */
    replaceSource<T>(change: () => Promise<T>): Promise<T>;
  };
}

/** Applies the file changes of a call and answers it. Runs in the transaction that stores the result. */
type FinishCall = () => ShellResult;

/** The agent's shell: runs commands in the sandbox and applies their file changes to the project. */
export class ProjectShell implements ShellPort {
  readonly #deps: ProjectShellDeps;
  readonly #manager: SandboxManager;

  constructor(deps: ProjectShellDeps) {
    this.#deps = deps;
    this.#manager = deps.sandbox;
  }

  run(call: ToolCall, emit: (output: string) => void, signal: AbortSignal): Promise<FinishCall> {
    const emitUnlessAborted = (output: string): void => {
      if (!signal.aborted) emit(output);
    };
    const done = this.#manager.runExclusive(async () => {
      try {
        signal.throwIfAborted();
        if (call.name === 'bash') return await this.#runCommand(call, emitUnlessAborted, signal);
        if (call.name === 'start_server') return await this.#startServer(call.input, signal);
        return await this.#serverLogs();
      } catch (error) {
        signal.throwIfAborted();
        const reason = error instanceof Error ? error.message : String(error);
        return failWith(
          'container',
          `The container cannot be used now: ${truncateText(reason, 300)} The files are as they were.`,
        );
      }
    });
    // A stopped turn does not wait for the container; the next work in the container does (`runExclusive`).
    return unlessAborted(done, signal);
  }

  async #runCommand(call: ToolCall, emit: (output: string) => void, signal: AbortSignal): Promise<FinishCall> {
    const parsed = v.safeParse(BashInput, call.input);
    if (!parsed.success) return failWith('command', 'Give a command as a string, or restart: true.');
    const { command, restart } = parsed.output;
    if (restart) {
      const reset = () => this.#manager.reset();
      await (this.#manager.isServing ? this.#deps.preview.replaceSource(reset) : reset());
      return succeedWith(
        'The container was ended. The next command starts a new one, with the files of the project and nothing else.',
        { restarted: true },
      );
    }
    if (command === undefined || command.trim() === '')
      return failWith('command', 'Give a command as a string, or restart: true.');
    if (command.includes('\0')) return failWith('command', 'A command cannot hold a NUL character.');
    if (command.length > maxCommandChars)
      return failWith(
        'command',
        `A command may have ${maxCommandChars} characters. Write a script to a file and run that.`,
      );
    if (this.#deps.meta.get('command') === call.id) return this.#answerInterrupted();
    await this.#manager.ensureReady(signal);
    signal.throwIfAborted();
    // From here on the command may have run: if this object is lost, it must not run again.
    this.#deps.meta.set({ command: call.id });
    const output = new CommandOutput(emit);
    const startedAt = Date.now();
    let end: RunEnd = { ended: 'lost', code: -1 };
    try {
      await this.#manager.runStoppable(signal, async (anySignal) => {
        const events = this.#manager.sandbox.exec(
          { command, mergeStderr: true, timeLimit: commandTimeoutSeconds },
          anySignal,
        );
        for await (const event of events) {
          if (event.type === 'end') end = event;
          else output.push(event.bytes);
        }
      });
    } finally {
      // Half-done changes of a stopped command must not reach the project.
      if (signal.aborted) this.#manager.sandbox.files.invalidate();
    }
    signal.throwIfAborted();
    const seconds = (Date.now() - startedAt) / 1000;
    const printed = output.end();
    const collected = end.ended === 'lost' ? null : await this.#manager.sandbox.files.collect(this.#deps.workspace);
    return () => {
      this.#deps.meta.set({ command: '' });
      return this.#answer(printed, end, seconds, collected);
    };
  }

  /** Answers a command that was running when the object was lost. Its file changes are applied as far as they can be collected. */
  async #answerInterrupted(): Promise<FinishCall> {
    const collected = await this.#manager.sandbox.files.collect(this.#deps.workspace).catch(() => null);
    return () => {
      this.#deps.meta.set({ command: '' });
      const applied = this.#applyChanges(collected);
      const text = `This command was interrupted: it is unknown whether it ran, and how far. It is not run again by itself.${applied.text}`;
      return { text, isError: true, changes: applied.changes, fields: { reason: 'interrupted', ...applied.fields } };
    };
  }

  #answer(printed: string, end: RunEnd, seconds: number, collected: CollectResult | null): ShellResult {
    const applied = this.#applyChanges(collected);
    const lines = [printed, `[${describeEnd(end, seconds, collected)}]`].filter((line) => line !== '');
    const isError = end.ended !== 'exited' || end.code !== 0;
    const fields = { ...endFields(end, seconds, collected), ...applied.fields };
    return { text: lines.join('\n') + applied.text, isError, changes: applied.changes, fields };
  }

  /** Applies the collected changes to the project; files that a project may not have are refused and named in the text. */
  #applyChanges(collected: CollectResult | null): { changes: FileChange[]; text: string; fields: ToolFields } {
    if (!collected) return { changes: [], text: '', fields: {} };
    const { workspace } = this.#deps;
    const { files } = this.#manager.sandbox;
    const changes: FileChange[] = [];
    const refused = collected.refused.map(({ path, why }) => `${path} (${why})`);
    const apply = (path: string, change: () => FileChange): void => {
      try {
        changes.push(change());
        files.markAccepted(path);
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        refused.push(`${path} (${error.detail})`);
      }
    };
    for (const path of collected.deleted) if (workspace.stat(path)) apply(path, () => workspace.remove(path));
    for (const { path, bytes } of collected.written) apply(path, () => workspace.write(path, bytes));
    if (!collected.lost) this.#manager.setPackagesInstalled(collected.modules);
    const sentences = [
      changes.length > 0 ? `[Changed in the project: ${listPaths(changes.map(({ path }) => path))}]` : '',
      refused.length > 0
        ? `[Not taken into the project: ${listPaths(refused)}. A file may have 20 MB; links and special files stay out. What is made again by a command belongs into .gitignore.]`
        : '',
      collected.more ? '[There are more new files than a project may have. Put their folder into .gitignore.]' : '',
    ];
    const fields: ToolFields = {
      ...(refused.length > 0 ? { refused: refused.length } : {}),
      ...(collected.more ? { more: true } : {}),
    };
    return { changes, fields, text: sentences.map((sentence) => (sentence === '' ? '' : `\n${sentence}`)).join('') };
  }

  async #startServer(input: unknown, signal: AbortSignal): Promise<FinishCall> {
    const parsed = v.safeParse(ServerInput, input);
    if (!parsed.success || parsed.output.port === initPort || parsed.output.command.length > maxCommandChars)
      return failWith('port', `Give a command, and a port from 1024 to 65535 that is not ${initPort}.`);
    const { port } = parsed.output;
    await this.#manager.ensureReady(signal);
    const { served, log } = await this.#deps.preview.replaceSource(async () => {
      const start = await this.#manager.startServer(parsed.output);
      if (start.served !== 'listening') await this.#manager.stopServer();
      return start;
    });
    const printed = takeEnd(plainText(log), 4_000);
    if (served !== 'listening') {
      const [reason, sentence] =
        served === 'ended'
          ? (['server_ended', 'The server has ended before anything listened'] as const)
          : (['server_silent', 'The server was stopped: nothing listened after 60 s'] as const);
      return failWith(reason, `${sentence} on port ${port}.\n${printed}`, { port });
    }
    return succeedWith(`It listens on port ${port}. The preview shows what answers there.\n${printed}`, { port });
  }

  async #serverLogs(): Promise<FinishCall> {
    if (!this.#manager.desiredServer) return failWith('no_server', 'No server was started. Use start_server.');
    const { log, running } = await this.#manager.serverLog();
    return succeedWith(`The server ${running ? 'runs' : 'does not run'}.\n${takeEnd(plainText(log), 12_000)}`, {
      running,
    });
  }
}

function describeEnd({ ended, code }: RunEnd, seconds: number, collected: CollectResult | null): string {
  const time = `${seconds.toFixed(1)} s`;
  if (ended === 'timeout')
    return `Stopped after ${commandTimeoutSeconds} s. Nothing can be typed here: pass what it would ask for as options. A server is started by start_server. Split what takes longer.`;
  if (ended === 'flooded') return 'Stopped: it printed more than 64 MB. Send its output to a file, or print less.';
  if (ended === 'aborted') return `The person stopped it after ${time}.`;
  if (ended === 'lost' || collected?.lost)
    return `The container went away after ${time}. It is unknown how far the command came; the files of the project are as they were before it.`;
  return `exit code ${code}, ${time}`;
}

function listPaths(names: readonly string[]): string {
  const more = names.length > maxListedPaths ? ` and ${names.length - maxListedPaths} more` : '';
  const shown = names.slice(0, maxListedPaths).map((name) => truncateText(withoutOwnTags(name), maxPathChars));
  return shown.join(', ') + more;
}

/** How a command ended, for the page; `describeEnd` tells Claude. Times in milliseconds. */
function endFields({ ended, code }: RunEnd, seconds: number, collected: CollectResult | null): ToolFields {
  const durationMs = Math.round(seconds * 1000);
  if (ended === 'timeout' || ended === 'flooded' || ended === 'aborted') return { reason: ended, durationMs };
  if (ended === 'lost' || collected?.lost) return { reason: 'lost', durationMs };
  return { ...(code === 0 ? {} : { reason: 'exit' }), code, durationMs };
}

const succeedWith =
  (text: string, fields: ToolFields = {}): FinishCall =>
  () => ({ text, isError: false, changes: [], fields });
const failWith =
  (reason: ToolFailure, text: string, fields: ToolFields = {}): FinishCall =>
  () => ({ text, isError: true, changes: [], fields: { ...fields, reason } });
