export { Account } from './account/account.ts';
export { Identity } from './account/identity.ts';
export { PreviewLabel } from './session/preview-label.ts';
export { Session } from './session/session.ts';
export { Treasury } from './treasury/treasury.ts';

import { app } from './routes/app.ts';

export default app;
