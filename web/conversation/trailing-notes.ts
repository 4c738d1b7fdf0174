/** Exit status and effects of a command: the bracketed lines at the end of its tool result, with their line feeds; empty without any. */
export function trailingNotes(detail: string): string {
  let from = detail.length;
  while (from > 0) {
    const end = detail[from - 1] === '\n' ? from - 1 : from;
    const start = detail.lastIndexOf('\n', end - 1) + 1;
    if (end === start || detail[start] !== '[' || detail[end - 1] !== ']') break;
    from = start;
  }
  return detail.slice(from);
}
