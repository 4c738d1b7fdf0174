import { useEffect, useState } from 'preact/hooks';
import { fields } from './fields';
import { NoteItem } from './NoteItem';
import { loadNotes, type Note, saveNotes } from './store';

const title = 'Board';
const columns = ['Later', 'Now', 'Done'];

export function App() {
  const [notes, setNotes] = useState(loadNotes);
  const [over, setOver] = useState<number | null>(null);

  useEffect(() => saveNotes(notes), [notes]);
  useEffect(() => {
    document.title = title;
  }, []);

  const move = (id: string, column: number) => {
    const note = notes.find((one) => one.id === id);
    if (!note || !columns[column]) return;
    setNotes([...notes.filter((one) => one.id !== id), { ...note, column }]);
  };

  const add = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    const values = Object.fromEntries(fields.map(({ name }) => [name, String(data.get(name) ?? '').trim()]));
    const note: Note = { id: crypto.randomUUID(), column: 0, values };
    setNotes([note, ...notes]);
    form.reset();
    form.querySelector('input')?.focus();
  };

  const drop = (event: DragEvent, column: number) => {
    event.preventDefault();
    setOver(null);
    move(event.dataTransfer?.getData('text/plain') ?? '', column);
  };

  return (
    <main>
      <header>
        <h1>{title}</h1>
        <form onSubmit={add}>
          {fields.map(({ name, label }, index) => (
            <label key={name}>
              <span>{index === 0 ? 'A new note' : label}</span>
              <input
                name={name}
                required={index === 0}
                pattern={index === 0 ? '.*\\S.*' : undefined}
                autocomplete="off"
              />
            </label>
          ))}
          <button type="submit" class="main">
            Add
          </button>
        </form>
      </header>

      <div class="columns">
        {columns.map((name, column) => {
          const here = notes.filter((note) => note.column === column);
          return (
            <section
              key={name}
              aria-label={name}
              class={over === column ? 'over' : ''}
              onDragOver={(event) => {
                event.preventDefault();
                setOver(column);
              }}
              onDragLeave={() => setOver(null)}
              onDrop={(event) => drop(event, column)}
            >
              <h2>
                {name} <span>{here.length}</span>
              </h2>
              <ul>
                {here.map((note) => (
                  <NoteItem
                    key={note.id}
                    note={note}
                    columns={columns}
                    onMove={(to) => move(note.id, to)}
                    onRemove={() => setNotes(notes.filter(({ id }) => id !== note.id))}
                  />
                ))}
              </ul>
              {here.length === 0 && <p class="empty">Nothing {name === 'Now' ? 'under way' : name.toLowerCase()}.</p>}
            </section>
          );
        })}
      </div>
    </main>
  );
}
