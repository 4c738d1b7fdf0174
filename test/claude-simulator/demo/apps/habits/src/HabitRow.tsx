import type { Day } from './days';
import { streak } from './days';
import { fields } from './fields';
import type { Habit } from './store';

interface Props {
  habit: Habit;
  days: Day[];
  onToggle: (id: string, day: string) => void;
  onRemove: (habit: Habit) => void;
}

/** Arrow keys go from day to day and from habit to habit. */
function moveFocus(event: KeyboardEvent) {
  const steps: Record<string, [row: number, column: number]> = {
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
  };
  const step = steps[event.key];
  const cell = (event.target as HTMLElement).closest('td');
  const row = cell?.parentElement as HTMLTableRowElement | null;
  if (!step || !cell || !row) return;
  const rows = [...(row.parentElement?.children ?? [])] as HTMLTableRowElement[];
  const next = rows[rows.indexOf(row) + step[0]]?.cells[cell.cellIndex + step[1]];
  next?.querySelector<HTMLButtonElement>('button.day')?.focus();
  event.preventDefault();
}

export function HabitRow({ habit, days, onToggle, onRemove }: Props) {
  const done = new Set(habit.done);
  const name = habit.values.habit ?? '';
  const inARow = streak(habit.done);
  const details = fields.slice(1).filter((field) => habit.values[field.name]);

  return (
    <tr>
      <th scope="row">
        <span class="name">{name}</span>
        <button type="button" class="remove" onClick={() => onRemove(habit)} aria-label={`Remove ${name}`}>
          Remove
        </button>
        {details.map((field) => (
          <span class="detail" key={field.name}>
            {field.label}: {habit.values[field.name]}
          </span>
        ))}
      </th>
      {days.map((day, index) => {
        const isDone = done.has(day.id);
        const before = done.has(days[index - 1]?.id ?? '');
        const after = done.has(days[index + 1]?.id ?? '');
        const place = isDone ? `done${before ? ' joined' : ''}${after ? ' joins' : ''}` : '';
        return (
          <td key={day.id} class={day.ago === 0 ? 'today' : day.ago > 6 ? 'older' : ''}>
            <button
              type="button"
              class={`day ${place}`}
              aria-pressed={isDone}
              aria-label={`${name}, ${day.full}`}
              tabIndex={day.ago === 0 ? 0 : -1}
              onClick={() => onToggle(habit.id, day.id)}
              onKeyDown={moveFocus}
            />
          </td>
        );
      })}
      <td class="count">{inARow > 0 ? inARow : '–'}</td>
    </tr>
  );
}
