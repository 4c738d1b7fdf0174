import { Fragment } from 'preact';
import { project } from '../app.ts';
import { Dialogs } from '../components/dialogs.tsx';
import { ToastList } from '../components/toast-list.tsx';
import { route } from '../router.ts';
import { language, strings } from '../strings.ts';
import { NotFound } from './not-found.tsx';
import { loadPage, type PageViews, pageFailed, pageView } from './page-views.ts';

function Missing({ page }: { page: keyof PageViews }) {
  if (!pageFailed.value) return <p class="page visually-hidden">{strings.loading}</p>;
  return (
    <main class="page">
      <p class="notice" role="alert">
        {strings.errors.unreachable}{' '}
        <button type="button" class="text-button" onClick={() => void loadPage(page)}>
          {strings.tryAgain}
        </button>
      </p>
    </main>
  );
}

function PlainPage({ page }: { page: 'landing' | 'account' }) {
  const View = pageView(page);
  return View ? <View /> : <Missing page={page} />;
}

function BuilderPage() {
  const open = project.value;
  const View = pageView('builder');
  if (!open) return <NotFound text={strings.notFound.page} />;
  if (open.lost.value)
    return <NotFound text={open.lost.value.status === 404 ? strings.notFound.project : open.lost.value.detail} />;
  return View ? <View key={open.id} project={open} /> : <Missing page="builder" />;
}

function Page() {
  const { page } = route.value;
  if (page === 'none') return <NotFound text={strings.notFound.page} />;
  return page === 'builder' ? <BuilderPage /> : <PlainPage page={page} />;
}

export function App() {
  return (
    <Fragment key={language.value}>
      <Page />
      <Dialogs />
      <ToastList />
    </Fragment>
  );
}
