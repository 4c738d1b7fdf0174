/** Paths that are named at most: a list of a thousand files helps less than a look at the folder. */
const most = 150;

/**
 * The text of the user message that opens a turn.
 *
 * @param files paths of the workspace, given where Claude cannot know them: in the first turn of a project that has files, and after
 *   edits by hand, uploads, undo, redo or revert
 * @param attached paths of files that were put into the workspace with this prompt
 */
export function promptMessage(
  prompt: string,
  files: readonly string[] | null,
  attached: readonly string[] = [],
): string {
  const notes: string[] = [];
  if (files && files.length > 0) {
    const rest = files.length > most ? `\n(and ${files.length - most} more)` : '';
    notes.push(
      `The files were changed outside of this conversation. What you remember of them may be out of date. There are now:\n${list(files.slice(0, most))}${rest}`,
    );
  } else if (files) notes.push('The workspace is empty.');
  if (attached.length > 0) notes.push(`Attached to this message:\n${list(attached)}`);
  return notes.length === 0 ? prompt : `${prompt}\n\n<workspace>\n${notes.join('\n\n')}\n</workspace>`;
}

const list = (paths: readonly string[]) => paths.map((path) => `/app/${path}`).join('\n');
