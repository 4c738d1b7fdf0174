import type Anthropic from '@anthropic-ai/sdk';

/** The demo model's tools over a map of files: a minimal implementation for tests. */
export class FileMap {
  readonly files = new Map<string, string>();
  /** The result of `check_preview`. */
  report = 'No problems.';

  run({ id, name, input }: Anthropic.ToolUseBlock): Anthropic.ToolResultBlockParam {
    const text = this.#run(name, input as Record<string, string>);
    const failed = text.startsWith('Error: ');
    return { type: 'tool_result', tool_use_id: id, content: text, ...(failed && { is_error: true }) };
  }

  #run(name: string, input: Record<string, string>): string {
    const { path = '', old_str = '', new_str = '' } = input;
    const text = this.files.get(path);
    if (name === 'check_preview') return this.report;
    if (name === 'delete_file') return this.files.delete(path) ? 'Deleted.' : 'Error: no such file';
    if (input.command === 'create') {
      this.files.set(path, input.file_text ?? '');
      return 'File created successfully.';
    }
    if (text === undefined) return `Error: There is no file ${path}.`;
    if (input.command === 'view') {
      const lines = text.split('\n').map((line, index) => `${String(index + 1).padStart(6)}\t${line}`);
      return `Here's the result of running \`cat -n\` on ${path}:\n${lines.join('\n')}`;
    }
    const places = text.split(old_str).length - 1;
    if (input.command !== 'str_replace' || places !== 1) return `Error: ${places} places match old_str in ${path}.`;
    this.files.set(
      path,
      text.replace(old_str, () => new_str),
    );
    return 'The file has been edited.';
  }
}
