import { useEffect, useRef } from 'preact/hooks';
import type { ApiError } from '../api/api-error.ts';
import { Link } from '../router/link.tsx';
import { sentenceOf } from '../strings/server-sentences.ts';
import { strings } from '../strings/strings.ts';
import { Wordmark } from '../ui/wordmark.tsx';

const words = strings.notFound;

/** @param error why a project cannot be shown; null where there is no page */
export function NotFound({ error }: { error: ApiError | null }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${words.heading} · ${strings.name}`;
    heading.current?.focus();
  }, []);
  return (
    <div class="page">
      <header class="page-head">
        <Link to="/" aria-label={strings.home}>
          <Wordmark />
        </Link>
        <Link to="/account">{strings.builder.account}</Link>
      </header>
      <main class="page-body">
        <h1 ref={heading} tabIndex={-1}>
          {words.heading}
        </h1>
        <p>
          {error === null
            ? words.page
            : error.status === 404
              ? words.project
              : sentenceOf({ ...error, message: error.detail })}
        </p>
        {error?.fields.reason === 'cookie' && <p>{words.cookie}</p>}
        <p>
          <Link to="/">{words.start}</Link>
        </p>
      </main>
    </div>
  );
}
