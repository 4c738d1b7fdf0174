export { Account } from './account/account.ts';
export { Identity } from './account/sign-in/identity-object.ts';
export { Treasury } from './operator/treasury.ts';
export { PreviewLabel } from './session/preview/preview-label.ts';
export { Session } from './session/session.ts';

import { app } from './routes/app.ts';

export default app;
