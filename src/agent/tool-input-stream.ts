import type { Draft } from '../protocol/events.ts';
import { isEditTool } from '../workspace/edit-tool.ts';
import { normalizePath } from '../workspace/workspace-path.ts';
import { PartialJsonStrings } from './partial-json.ts';
import { isShellTool, toolLine } from './tool-definitions.ts';

/** Input keys of the edit tool that hold file text, with the command that each belongs to. */
const commandOfTextKey: Record<string, string> = { file_text: 'create', new_str: 'str_replace', insert_text: 'insert' };

/** Events of one tool call while its input streams: `tool` as soon as its target is known, and `file_delta` as file text arrives. */
export class ToolInputStream {
  readonly #emit: (draft: Draft) => void;
  readonly #call: { turn: string; step: number; id: string };
  readonly #name: string;
  readonly #strings: PartialJsonStrings | null;
  /** Path and command, as far as they have arrived: the title needs both. */
  readonly #fields: Record<string, string> = {};
  /** The command that the text's key implies, for text that arrives before the command. */
  #impliedCommand = '';
  #path: string | null = null;
  #started = false;
  /** Text that arrived before the path. */
  #pendingText = '';

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

  /** @param input the complete input, or `invalidJsonKey` with the text of an invalid one */
  end(input: unknown): void {
    this.#start(input);
  }

  #piece(key: string, text: string): void {
    if (key === 'path' || key === 'command') {
      this.#fields[key] = (this.#fields[key] ?? '') + text;
      return;
    }
    const command = commandOfTextKey[key];
    if (command === undefined) return;
    this.#impliedCommand = command;
    if (this.#path === null) this.#pendingText += text;
    else this.#send(this.#path, text);
  }

  #end(key: string): void {
    if (key === 'path') {
      const result = normalizePath(this.#fields.path ?? '');
      this.#path = result.ok ? result.path : null;
    }
    if (this.#path === null) return;
    if (this.#pendingText !== '') {
      this.#send(this.#path, this.#pendingText);
      this.#pendingText = '';
    } else if (this.#fields.command !== undefined) this.#start(this.#fields);
  }

  #start(input: unknown): void {
    if (this.#started) return;
    this.#started = true;
    const line = toolLine(this.#name, input);
    this.#emit({ type: 'tool', data: { ...this.#call, name: this.#name, state: 'started', ...line } });
  }

  #send(path: string, delta: string): void {
    this.#start({ command: this.#impliedCommand, ...this.#fields });
    this.#emit({ type: 'file_delta', data: { ...this.#call, path, delta } });
  }
}
