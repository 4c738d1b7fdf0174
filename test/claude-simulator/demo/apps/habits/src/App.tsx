import { useEffect, useState } from 'preact/hooks';
import { lastDays } from './days';
import { HabitForm } from './HabitForm';
import { HabitRow } from './HabitRow';
import { type Habit, loadHabits, saveHabits } from './store';

const title = 'Most Days';
const shownDays = 14;

export function App() {
  const [habits, setHabits] = useState(loadHabits);
  const [removed, setRemoved] = useState<{ habit: Habit; at: number } | null>(null);
  const days = lastDays(shownDays);
  const today = days[shownDays - 1];
  const doneToday = habits.filter(({ done }) => today && done.includes(today.id)).length;

  useEffect(() => saveHabits(habits), [habits]);

  const toggle = (id: string, day: string) =>
    setHabits((now) =>
      now.map((habit) => {
        if (habit.id !== id) return habit;
        const done = habit.done.includes(day) ? habit.done.filter((one) => one !== day) : [...habit.done, day];
        return { ...habit, done };
      }),
    );

  const remove = (habit: Habit) => {
    setRemoved({ habit, at: habits.indexOf(habit) });
    setHabits((now) => now.filter(({ id }) => id !== habit.id));
  };

  const putBack = () => {
    if (removed) setHabits((now) => now.toSpliced(removed.at, 0, removed.habit));
    setRemoved(null);
  };

  return (
    <main>
      <header>
        <h1>{title}</h1>
        <p>
          {today?.full}. {doneToday} of {habits.length} done.
        </p>
      </header>

      <table>
        <thead>
          <tr>
            <th scope="col">
              <span class="visually-hidden">Habit</span>
            </th>
            {days.map((day) => (
              <th scope="col" key={day.id} class={day.ago === 0 ? 'today' : day.ago > 6 ? 'older' : ''}>
                <span>{day.weekday.slice(0, 2)}</span>
                {day.date}
              </th>
            ))}
            <th scope="col" class="count">
              In a row
            </th>
          </tr>
        </thead>
        <tbody>
          {habits.map((habit) => (
            <HabitRow key={habit.id} habit={habit} days={days} onToggle={toggle} onRemove={remove} />
          ))}
        </tbody>
      </table>
      {habits.length === 0 && <p class="empty">Nothing here yet. Begin with one thing, small enough for a bad day.</p>}

      <p class="notice" role="status">
        {removed && (
          <>
            Removed “{removed.habit.values.habit}”.{' '}
            <button type="button" class="put-back" onClick={putBack}>
              Put it back
            </button>
          </>
        )}
      </p>

      <HabitForm onAdd={(values) => setHabits((now) => [...now, { id: crypto.randomUUID(), values, done: [] }])} />
    </main>
  );
}
