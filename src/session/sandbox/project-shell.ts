import * as v from 'valibot';
import { BashInput, ServerInput } from '../../agent/tool-definitions.ts';
import type { ShellAnswer, ShellPort } from '../../agent/turn-deps.ts';
import { unlessAborted } from '../../async/abortable.ts';
import type { ToolCall } from '../../claude/model-reply.ts';
import { ProblemError } from '../../protocol/problems.ts';
import type { RunEnd } from '../../sandbox/output-frames.ts';
import type { CollectResult } from '../../sandbox/sandbox-port.ts';
import type { FileChange } from '../../workspace/file-tree.ts';
import type { SessionContext } from '../session-context.ts';
import { CommandOutput, plainText } from './command-output.ts';
import type { SandboxManager } from './sandbox-manager.ts';

/** Seconds that a command may take. */
const commandSeconds = 120;
/** Characters of one command: what the kernel takes as one argument, and room. */
const mostChars = 100_000;
/** Paths that one answer names at the most. */
const mostNamed = 10;
const mostNameChars = 500;
/** Port of the image's own init. */
const takenPort = 8099;

type Finish = () => ShellAnswer;

/** The shell of a project, as its agent has it: commands run in the sandbox, and what they change in the files is taken over. */
export class ProjectShell implements ShellPort {
  readonly #parts: SessionContext;
  readonly #desk: SandboxManager;

  constructor(parts: SessionContext, desk: SandboxManager) {
    this.#parts = parts;
    this.#desk = desk;
  }

  run(call: ToolCall, tell: (output: string) => void, signal: AbortSignal): Promise<Finish> {
    const tellInTime = (output: string): void => {
      if (!signal.aborted) tell(output);
    };
    const done = this.#desk.alone(async () => {
      try {
        signal.throwIfAborted();
        if (call.name === 'bash') return await this.#bash(call, tellInTime, signal);
        if (call.name === 'start_server') return await this.#startServer(call.input, signal);
        return await this.#serverLogs();
      } catch (error) {
        signal.throwIfAborted();
        const reason = error instanceof Error ? error.message : String(error);
        return failed(`The container cannot be used now: ${reason.slice(0, 300)} The files are as they were.`);
      }
    });
    // A turn that is stopped does not wait for the container. What comes next in it does.
    return unlessAborted(done, signal);
  }

  async #bash(call: ToolCall, tell: (output: string) => void, signal: AbortSignal): Promise<Finish> {
    const parsed = v.safeParse(BashInput, call.input);
    if (!parsed.success) return failed('Give a command as a string, or restart: true.');
    const { command, restart } = parsed.output;
    if (restart) {
      const wasServing = this.#desk.isServing;
      await this.#desk.restart();
      if (wasServing) this.#parts.preview.replace();
      return plain(
        'The container was ended. The next command starts a new one, with the files of the project and nothing else.',
      );
    }
    if (command === undefined || command.trim() === '') return failed('Give a command as a string, or restart: true.');
    if (command.includes('\0')) return failed('A command cannot hold a NUL character.');
    if (command.length > mostChars)
      return failed(`A command may have ${mostChars} characters. Write a script to a file and run that.`);
    if (this.#parts.meta.get('command') === call.id) return this.#interrupted();
    await this.#desk.ready(signal);
    signal.throwIfAborted();
    // From here on it may have run: should this object be lost, it is not run again.
    this.#parts.meta.set({ command: call.id });
    const output = new CommandOutput(tell);
    const begun = Date.now();
    let end: RunEnd = { ended: 'lost', code: -1 };
    try {
      await this.#desk.commanded(signal, async (either) => {
        const events = this.#desk.sandbox.exec({ command, mergeStderr: true, timeLimit: commandSeconds }, either);
        for await (const event of events) {
          if (event.type === 'end') end = event;
          else output.push(event.bytes);
        }
      });
    } finally {
      // What a stopped command has left half done does not come into the project.
      if (signal.aborted) this.#desk.sandbox.files.invalidate();
    }
    signal.throwIfAborted();
    const seconds = (Date.now() - begun) / 1000;
    const printed = output.end();
    const collected = end.ended === 'lost' ? null : await this.#desk.sandbox.files.collect(this.#parts.workspace);
    return () => {
      this.#parts.meta.set({ command: '' });
      return this.#answer(printed, end, seconds, collected);
    };
  }

  /** A command of which this object, which began it, knows nothing any more. What it has changed is taken over where it can be seen. */
  async #interrupted(): Promise<Finish> {
    const collected = await this.#desk.sandbox.files.collect(this.#parts.workspace).catch(() => null);
    return () => {
      this.#parts.meta.set({ command: '' });
      const taken = this.#takeOver(collected);
      const text = `This command was interrupted: it is unknown whether it ran, and how far. It is not run again by itself.${taken.text}`;
      return { text, isError: true, changes: taken.changes };
    };
  }

  #answer(printed: string, end: RunEnd, seconds: number, collected: CollectResult | null): ShellAnswer {
    const taken = this.#takeOver(collected);
    const lines = [printed, `[${howItEnded(end, seconds, collected)}]`].filter((line) => line !== '');
    const isError = end.ended !== 'exited' || end.code !== 0;
    return { text: lines.join('\n') + taken.text, isError, changes: taken.changes };
  }

  /** Takes over what was collected, as far as a project may have it. */
  #takeOver(collected: CollectResult | null): { changes: FileChange[]; text: string } {
    if (!collected) return { changes: [], text: '' };
    const { workspace } = this.#parts;
    const { files } = this.#desk.sandbox;
    const changes: FileChange[] = [];
    const refused = collected.refused.map(({ path, why }) => `${path} (${why})`);
    const take = (path: string, change: () => FileChange): void => {
      try {
        changes.push(change());
        files.markAccepted(path);
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        refused.push(`${path} (${error.detail})`);
      }
    };
    for (const path of collected.deleted) if (workspace.stat(path)) take(path, () => workspace.remove(path));
    for (const { path, bytes } of collected.written) take(path, () => workspace.write(path, bytes));
    if (!collected.lost) this.#desk.notePackages(collected.modules);
    const parts = [
      changes.length > 0 ? `[Changed in the project: ${named(changes.map(({ path }) => path))}]` : '',
      refused.length > 0
        ? `[Not taken into the project: ${named(refused)}. A file may have 20 MB; links and special files stay out. What is made again by a command belongs into .gitignore.]`
        : '',
      collected.more ? '[There are more new files than a project may have. Put their folder into .gitignore.]' : '',
    ];
    return { changes, text: parts.map((part) => (part === '' ? '' : `\n${part}`)).join('') };
  }

  async #startServer(input: unknown, signal: AbortSignal): Promise<Finish> {
    const parsed = v.safeParse(ServerInput, input);
    if (!parsed.success || parsed.output.port === takenPort || parsed.output.command.length > mostChars)
      return failed(`Give a command, and a port from 1024 to 65535 that is not ${takenPort}.`);
    await this.#desk.ready(signal);
    const { served, log } = await this.#desk.serve(parsed.output);
    const printed = plainText(log).slice(-4_000);
    if (served !== 'listening') {
      await this.#desk.stopServing();
      const what =
        served === 'ended'
          ? 'The server has ended before anything listened'
          : 'The server was stopped: nothing listened after 60 s';
      return failed(`${what} on port ${parsed.output.port}.\n${printed}`);
    }
    return () => {
      this.#parts.preview.replace();
      const text = `It listens on port ${parsed.output.port}. The preview shows what answers there.\n${printed}`;
      return { text, isError: false, changes: [] };
    };
  }

  async #serverLogs(): Promise<Finish> {
    if (!this.#desk.wanted) return failed('No server was started. Use start_server.');
    const { log, running } = await this.#desk.serverLog();
    return plain(`The server ${running ? 'runs' : 'does not run'}.\n${plainText(log).slice(-12_000)}`);
  }
}

function howItEnded({ ended, code }: RunEnd, seconds: number, collected: CollectResult | null): string {
  const time = `${seconds.toFixed(1)} s`;
  if (ended === 'timeout')
    return `Stopped after ${commandSeconds} s. Nothing can be typed here: pass what it would ask for as options. A server is started by start_server. Split what takes longer.`;
  if (ended === 'flooded') return 'Stopped: it printed more than 64 MB. Send its output to a file, or print less.';
  if (ended === 'aborted') return `The person stopped it after ${time}.`;
  if (ended === 'lost' || collected?.lost)
    return `The container went away after ${time}. It is unknown how far the command came; the files of the project are as they were before it.`;
  return `exit code ${code}, ${time}`;
}

function named(names: readonly string[]): string {
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : '';
  const shown = names.slice(0, mostNamed).map((name) => name.slice(0, mostNameChars));
  return shown.join(', ') + more;
}

const plain =
  (text: string): Finish =>
  () => ({ text, isError: false, changes: [] });
const failed =
  (text: string): Finish =>
  () => ({ text, isError: true, changes: [] });
