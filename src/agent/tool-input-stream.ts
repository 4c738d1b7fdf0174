import type { Draft } from '../protocol/events.ts';
import { isEditTool } from '../workspace/edit-tool.ts';
import { normalizePath } from '../workspace/workspace-path.ts';
import { PartialJsonStrings } from './partial-json.ts';
import { isShellTool, toolTitle } from './tool-definitions.ts';

/** Inputs of the edit tool that are text of a file, with the command that each belongs to. */
const fileTexts: Record<string, string> = { file_text: 'create', new_str: 'str_replace', insert_text: 'insert' };

/**
 * One tool call while Claude writes it: says that it has begun as soon as it is known on what, and passes on the text of a file as it
 * arrives.
 */
export class ToolInputStream {
  readonly #emit: (draft: Draft) => void;
  readonly #call: { turn: string; step: number; id: string };
  readonly #name: string;
  readonly #strings: PartialJsonStrings | null;
  /** Values that are needed before anything can be said, as far as they have arrived. */
  readonly #known: Record<string, string> = {};
  /** The command that the text belongs to, should it arrive before the command does. */
  #implied = '';
  #path: string | null = null;
  #started = false;
  /** Text that came before the path. */
  #waiting = '';

  constructor(emit: (draft: Draft) => void, call: { turn: string; step: number; id: string }, name: string) {
    this.#emit = emit;
    this.#call = call;
    this.#name = name;
    this.#strings =
      name === 'str_replace_based_edit_tool'
        ? new PartialJsonStrings({ piece: (key, text) => this.#piece(key, text), end: (key) => this.#end(key) })
        : null;
    if (!isEditTool(name) && !isShellTool(name)) this.#start({});
  }

  push(json: string): void {
    this.#strings?.push(json);
  }

  /** @param input the whole input, or what could be made of it */
  end(input: unknown): void {
    this.#start(input);
  }

  #piece(key: string, text: string): void {
    if (key === 'path' || key === 'command') {
      this.#known[key] = (this.#known[key] ?? '') + text;
      return;
    }
    const command = fileTexts[key];
    if (command === undefined) return;
    this.#implied = command;
    if (this.#path === null) this.#waiting += text;
    else this.#send(text);
  }

  #end(key: string): void {
    if (key === 'path') {
      const result = normalizePath(this.#known.path ?? '');
      this.#path = result.ok ? result.path : null;
    }
    if (this.#path === null) return;
    if (this.#waiting !== '') {
      this.#send(this.#waiting);
      this.#waiting = '';
    } else if (this.#known.command !== undefined) this.#start(this.#known);
  }

  #start(input: unknown): void {
    if (this.#started) return;
    this.#started = true;
    const title = toolTitle(this.#name, input);
    this.#emit({ type: 'tool', data: { ...this.#call, name: this.#name, state: 'started', title } });
  }

  #send(delta: string): void {
    if (this.#path === null) return;
    this.#start({ command: this.#implied, ...this.#known });
    this.#emit({ type: 'file_delta', data: { ...this.#call, path: this.#path, delta } });
  }
}
