import { Fragment } from 'preact';
import type { ApiError } from '../api/api-error.ts';
import { type App, AppContext, useApp } from '../app/app-context.ts';
import { route } from '../router/routes.ts';
import { language, strings } from '../strings/strings.ts';
import { RetryNotice } from '../ui/retry-notice.tsx';
import { ToastList } from '../ui/toast-list.tsx';
import { Dialogs } from './dialogs.tsx';
import { loadPage, type PageViews, pageFailed, pageView } from './page-loader.ts';

function Missing({ page }: { page: keyof PageViews }) {
  if (!pageFailed.value) return <p class="page visually-hidden">{strings.loading}</p>;
  return (
    <main class="page">
      <RetryNotice text={strings.errors.unreachable} onRetry={() => void loadPage(page)} />
    </main>
  );
}

function PlainPage({ page }: { page: 'landing' | 'account' }) {
  const View = pageView(page);
  return View ? <View /> : <Missing page={page} />;
}

function Nothing({ error }: { error: ApiError | null }) {
  const View = pageView('nothing');
  return View ? <View error={error} /> : <Missing page="nothing" />;
}

function BuilderPage() {
  const open = useApp().project.value;
  const View = pageView('builder');
  if (!open || open.lost.value) return <Nothing error={open?.lost.value ?? null} />;
  return View ? <View key={open.id} project={open} /> : <Missing page="builder" />;
}

function Page() {
  const { page } = route.value;
  if (page === 'none') return <Nothing error={null} />;
  return page === 'builder' ? <BuilderPage /> : <PlainPage page={page} />;
}

export function AppView({ app }: { app: App }) {
  return (
    <AppContext.Provider value={app}>
      {/* A change of language mounts the page anew: memoised components would keep their old words. */}
      <Fragment key={language.value}>
        <Page />
        <Dialogs />
        <ToastList toasts={app.toasts} />
      </Fragment>
    </AppContext.Provider>
  );
}
