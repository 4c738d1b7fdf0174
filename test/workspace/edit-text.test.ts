import { describe, expect, it } from 'vitest';
import { insertLines, replaceOnce } from '../../src/workspace/edit-text.ts';

/** Why a replacement in `/app/a` is refused. */
function refusal(text: string, oldText: string, newText = 'new'): string {
  const result = replaceOnce(text, oldText, newText, '/app/a');
  return result.ok ? `It went through: ${result.text}` : result.error;
}

describe('a passage that occurs more than once', () => {
  it('is refused with the lines of its first 20 occurrences', () => {
    const sentence = (count: string, more: string) =>
      `No replacement was performed. Multiple occurrences of old_str \`x\`: ${count} in /app/a, in lines ` +
      `${Array.from({ length: 20 }, (_, index) => index + 1).join(', ')}${more}. Please ensure it is unique: include more of the lines around it.`;
    expect(refusal('x\n'.repeat(20), 'x')).toBe(sentence('20', ''));
    expect(refusal('x\n'.repeat(21), 'x')).toBe(sentence('21', ', …'));
  });
});

describe('the hint for a passage that is not found', () => {
  const hint = (text: string, oldText: string) =>
    refusal(text, oldText).split('did not appear verbatim in /app/a. ')[1];
  const numbers = 'It seems to contain the line numbers of a view: leave them out.';
  const unknown = 'View the file and copy the text exactly as it stands now.';
  const firstLine = (where: string) =>
    `Its first line stands in ${where}, but white space or what follows differs: view the file there and copy it exactly.`;

  it.each([
    ['     2\treturn 1;', numbers],
    ['    12\treturn 1;\n    13\t}', numbers],
    ['    12\treturn 1;\n\n    13\t}\n', numbers],
    ['12\treturn 2;\nrest', unknown],
    ['part 12\treturn 2;', unknown],
    ['return 2;', unknown],
    ['\n\n\n', unknown],
  ])('knows the line numbers of a view: %j', (oldText, expected) => {
    expect(hint('function f() {\n\treturn 1;\n}\n', oldText)).toBe(expected);
  });

  it.each(['  return 1;', 'return 1;\nx', '\n  return 1;', '   \n  return 1;\n'])(
    'names the line where the first line of %j stands, blank lines left out',
    (oldText) => {
      expect(hint('function f() {\n\treturn 1;\n}\n', oldText)).toBe(firstLine('line 2'));
    },
  );

  it('names as many as five such lines', () => {
    expect(hint('a\nb\na\n', 'a\nz')).toBe(firstLine('lines 1, 3'));
    expect(hint('a\n'.repeat(5), 'a\nz')).toBe(firstLine('lines 1, 2, 3, 4, 5'));
    expect(hint('a\n'.repeat(6), 'a\nz')).toBe(unknown);
  });
});

describe('inserted lines', () => {
  it.each([
    ['at the beginning', 'a\nb\n', 0, 'x', 'x\na\nb\n'],
    ['in the middle', 'a\nb\n', 1, 'x', 'a\nx\nb\n'],
    ['in the middle, with a newline', 'a\nb\n', 1, 'x\n', 'a\nx\nb\n'],
    ['with an empty line', 'a\nb\n', 1, 'x\n\n', 'a\nx\n\nb\n'],
    ['at the end', 'a\nb\n', 2, 'x', 'a\nb\nx\n'],
    ['at the end without a newline', 'a\nb', 2, 'x', 'a\nb\nx'],
    ['at the end without a newline, bringing one', 'a\nb', 2, 'x\n', 'a\nb\nx\n'],
    ['in the middle without a newline at the end', 'a\nb', 1, 'x', 'a\nx\nb'],
    ['in an empty file', '', 0, 'x', 'x'],
    ['in a file with CR LF', 'a\r\nb\r\n', 1, 'x\ny', 'a\r\nx\r\ny\r\nb\r\n'],
    ['after an empty line', '\n\n', 1, 'x', '\nx\n\n'],
  ])('stand %s', (_, before, after, inserted, text) => {
    expect(insertLines(before, after, inserted)).toEqual({ ok: true, text, line: after + 1 });
  });

  it('are refused where there are none', () => {
    expect(insertLines('a\n', 1, '')).toMatchObject({
      ok: false,
      reason: 'empty_text',
      error: 'Nothing was inserted: insert_text is empty.',
    });
  });

  it.each(['\na\r\n', 'a\n\nb\r\n', 'a\r\n\n'])('end in LF where not every line ends in CR LF: %j', (text) => {
    expect(insertLines(text, 0, 'x\ny')).toEqual({ ok: true, text: `x\ny\n${text}`, line: 1 });
  });
});
