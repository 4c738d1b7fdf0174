import { fields } from './fields';
import type { Note } from './store';

interface Props {
  note: Note;
  columns: string[];
  onMove: (column: number) => void;
  onRemove: () => void;
}

export function NoteItem({ note, columns, onMove, onRemove }: Props) {
  const heading = note.values[fields[0]?.name ?? ''] ?? '';
  const details = fields.slice(1).filter(({ name }) => note.values[name]);

  return (
    <li draggable onDragStart={(event) => event.dataTransfer?.setData('text/plain', note.id)}>
      <p>{heading}</p>
      {details.map(({ name, label }) => (
        <p class="detail" key={name}>
          {label}: {note.values[name]}
        </p>
      ))}
      <div class="actions">
        {columns.map((name, column) =>
          column === note.column ? null : (
            <button type="button" key={name} onClick={() => onMove(column)} aria-label={`Move “${heading}” to ${name}`}>
              {name}
            </button>
          ),
        )}
        <button type="button" onClick={onRemove} aria-label={`Remove “${heading}”`}>
          Remove
        </button>
      </div>
    </li>
  );
}
