import { Fragment } from 'preact';
import { project } from '../app.ts';
import { Dialogs } from '../components/dialogs.tsx';
import { SignInDialog } from '../components/sign-in-dialog.tsx';
import { ToastList } from '../components/toast-list.tsx';
import { route } from '../router.ts';
import { language, strings } from '../strings.ts';
import { AccountPage } from './account-page.tsx';
import { Builder } from './builder.tsx';
import { Landing } from './landing.tsx';
import { NotFound } from './not-found.tsx';

function Page() {
  const { page } = route.value;
  if (page === 'landing') return <Landing />;
  if (page === 'account') return <AccountPage />;
  const open = project.value;
  if (page === 'none' || !open) return <NotFound text={strings.notFound.page} />;
  if (open.lost.value)
    return <NotFound text={open.lost.value.status === 404 ? strings.notFound.project : open.lost.value.detail} />;
  return <Builder key={open.id} project={open} />;
}

export function App() {
  return (
    <Fragment key={language.value}>
      <Page />
      <SignInDialog />
      <Dialogs />
      <ToastList />
    </Fragment>
  );
}
