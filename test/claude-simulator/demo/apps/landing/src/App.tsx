import { useState } from 'preact/hooks';
import { Bay } from './Bay';
import { coffees } from './coffees';
import { OrderForm } from './OrderForm';

const title = 'Slow Harbour';

export function App() {
  const [chosen, setChosen] = useState(coffees[0]?.name ?? '');

  const order = (name: string) => {
    setChosen(name);
    document.getElementById('order')?.scrollIntoView();
  };

  return (
    <>
      <header>
        <a class="name" href="#top">
          {title}
        </a>
        <nav aria-label="On this page">
          <a href="#coffees">This week</a>
          <a href="#how">How it works</a>
          <a href="#order">Order</a>
        </nav>
      </header>

      <main id="top">
        <section class="opening">
          <div>
            <h1>Coffee that was green on Monday.</h1>
            <p class="lead">
              We roast once a week, in a boathouse in Cornwall, and only what has been ordered. Tuesday it is roasted,
              Wednesday it is posted, by Friday you are drinking it.
            </p>
            <p>
              <a class="button" href="#order">
                Order by Monday night
              </a>
            </p>
          </div>
          <Bay />
        </section>

        <section id="coffees">
          <h2>This week on the drum</h2>
          <ul class="coffees">
            {coffees.map(({ name, place, height, taste, price }) => (
              <li key={name}>
                <h3>{name}</h3>
                <p class="place">
                  {place}
                  {height && <span>{height}</span>}
                </p>
                <p class="taste">{taste}</p>
                <p class="price">£{price}</p>
                <button type="button" onClick={() => order(name)} aria-label={`Order ${name}`}>
                  Order
                </button>
              </li>
            ))}
          </ul>
        </section>

        <section id="how" class="how">
          <h2>Why only Tuesdays</h2>
          <div>
            <p>
              Coffee is at its best from the fourth day after roasting to about the thirtieth. A bag that has waited on
              a shelf has spent that time without you. So we keep no shelf: the list closes on Monday at midnight, and
              on Tuesday morning we weigh out what is on it.
            </p>
            <p>
              It means that we cannot send you anything tomorrow. It also means that nothing is thrown away, and that
              the date on the bag is always this week’s.
            </p>
            <dl>
              <dt>Can it be ground?</dt>
              <dd>No. Ground coffee fades in an hour. We will happily help you to choose a hand mill.</dd>
              <dt>Every week, by itself?</dt>
              <dd>Write “again” in reply to your bill and we will ask you each Sunday. No card is kept.</dd>
              <dt>And if I do not like it?</dt>
              <dd>Tell us what you had hoped for. The next bag is on us.</dd>
            </dl>
          </div>
        </section>

        <section id="order" class="ordering">
          <h2>One bag, this Tuesday</h2>
          <OrderForm chosen={chosen} onChoose={setChosen} />
        </section>
      </main>

      <footer>
        <p>{title}, The Boathouse, Polruan, Cornwall</p>
        <p>Open to visitors on Wednesdays until the post van comes.</p>
      </footer>
    </>
  );
}
