import { useEffect } from 'preact/hooks';
import { Link } from '../components/link.tsx';
import { Wordmark } from '../components/wordmark.tsx';
import { strings } from '../strings.ts';

export function NotFound({ text }: { text: string }) {
  useEffect(() => {
    document.title = `${strings.notFound.heading} · ${strings.name}`;
  }, []);
  return (
    <div class="page">
      <header class="page-head">
        <Link to="/" aria-label={strings.home}>
          <Wordmark />
        </Link>
      </header>
      <main class="page-body">
        <h1>{strings.notFound.heading}</h1>
        <p>{text}</p>
        <p>
          <Link to="/">{strings.notFound.start}</Link>
        </p>
      </main>
    </div>
  );
}
