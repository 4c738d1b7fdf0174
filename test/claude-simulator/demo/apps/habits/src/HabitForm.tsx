import { fields } from './fields';

interface Props {
  onAdd: (values: Record<string, string>) => void;
}

export function HabitForm({ onAdd }: Props) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    onAdd(Object.fromEntries(fields.map(({ name }) => [name, String(data.get(name) ?? '').trim()])));
    form.reset();
    form.querySelector('input')?.focus();
  };

  return (
    <form onSubmit={submit}>
      {fields.map(({ name, label }, index) => (
        <label key={name}>
          <span>{index === 0 ? 'A new habit' : label}</span>
          <input name={name} required={index === 0} pattern={index === 0 ? '.*\\S.*' : undefined} autocomplete="off" />
        </label>
      ))}
      <button type="submit">Add</button>
    </form>
  );
}
