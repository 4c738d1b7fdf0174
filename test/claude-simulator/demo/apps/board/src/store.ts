export interface Note {
  id: string;
  column: number;
  values: Record<string, string>;
}

const key = 'board-notes';

const example = (column: number, heading: string): Note => ({ id: heading, column, values: { heading } });

export function loadNotes(): Note[] {
  try {
    const stored = localStorage.getItem(key);
    if (stored) return JSON.parse(stored) as Note[];
  } catch {
    // Storage may be denied; the page works without it.
  }
  return [
    example(0, 'Write down what it must do on the first day'),
    example(0, 'Ask two people who would use it'),
    example(1, 'Draw the one screen that matters'),
    example(2, 'Give it a name'),
  ];
}

export function saveNotes(notes: Note[]): void {
  try {
    localStorage.setItem(key, JSON.stringify(notes));
  } catch {
    // As above.
  }
}
