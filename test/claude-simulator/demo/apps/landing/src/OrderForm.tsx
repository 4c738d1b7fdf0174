import { useState } from 'preact/hooks';
import { coffees } from './coffees';
import { fields } from './fields';

interface Props {
  chosen: string;
  onChoose: (coffee: string) => void;
}

export function OrderForm({ chosen, onChoose }: Props) {
  const [sentTo, setSentTo] = useState<string | null>(null);
  const price = coffees.find(({ name }) => name === chosen)?.price ?? 0;

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    setSentTo(String(data.get('email')));
  };

  if (sentTo !== null) {
    return (
      <div class="order" role="status">
        <p class="sent">Your bag is on Tuesday’s list.</p>
        <p>
          We roast {chosen} on Tuesday and post it on Wednesday. The bill of £{price} goes to {sentTo} when it leaves,
          not before.
        </p>
        <button type="button" onClick={() => setSentTo(null)}>
          Order another
        </button>
      </div>
    );
  }

  return (
    <form class="order" onSubmit={submit}>
      <label>
        <span>Coffee</span>
        <select value={chosen} onChange={(event) => onChoose(event.currentTarget.value)}>
          {coffees.map(({ name, price: each }) => (
            <option key={name} value={name}>
              {name}, £{each}
            </option>
          ))}
        </select>
      </label>
      {fields.map(({ name, label }) => (
        <label key={name} for={name}>
          <span>{label}</span>
          {name === 'email' ? (
            <input id={name} name={name} type="email" required autocomplete="email" />
          ) : (
            <input id={name} name={name} />
          )}
        </label>
      ))}
      <button type="submit">Put me on Tuesday’s list</button>
      <p class="small">250 g, whole bean. Postage in the UK is in the price.</p>
    </form>
  );
}
