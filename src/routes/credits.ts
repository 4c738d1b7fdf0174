import { Hono } from 'hono';
import { plansOf } from '../account/credits/plans-of.ts';
import { HistoryQuery, RedeemRequest, SummaryQuery, TimeZoneRequest } from '../protocol/credit-requests.ts';
import type { CreditHistory, PlansDetail } from '../protocol/credit-resources.ts';
import { type AppEnv, settingsOf } from './http/app-env.ts';
import { audit } from './http/audit.ts';
import { csvHeader, csvLines } from './http/credit-csv.ts';
import { checked, readJson } from './http/request-input.ts';
import { requireCredits, withCredits } from './http/with-credits.ts';
import { userOf } from './middleware/visitor.ts';

/** Entries that one call fetches for the CSV file. */
const csvPage = 1_000;

/** `/api/account/credits`, `/api/account/time-zone` and `/api/plans`: for signed-in users, where the operator has credits on. */
export const credits = new Hono<AppEnv>()
  .get('/account/credits', async (c) => {
    const { account } = userOf(c);
    return c.json(await withCredits(c, account, (calls) => calls.balance(account)));
  })
  .get('/account/credits/history', async (c) => {
    const { account } = userOf(c);
    const { cursor = null, ...filter } = checked(HistoryQuery, c.req.query());
    return c.json(await withCredits(c, account, (calls) => calls.history(filter, cursor)));
  })
  .get('/account/credits/history.csv', async (c) => {
    const { account } = userOf(c);
    const { cursor: next = null, ...filter } = checked(HistoryQuery, c.req.query());
    const page = (cursor: string | null) => withCredits(c, account, (calls) => calls.history(filter, cursor, csvPage));
    // The first one before the answer begins: a refusal is a problem document.
    let pending: CreditHistory | null = await page(next);
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(encoder.encode(csvHeader)),
      async pull(controller) {
        if (pending === null) return controller.close();
        const { entries, next: after } = pending;
        controller.enqueue(encoder.encode(csvLines(entries)));
        pending = after === null ? null : await page(after);
      },
    });
    c.header('Content-Type', 'text/csv; charset=utf-8');
    c.header('Content-Disposition', 'attachment; filename="credits.csv"');
    return c.body(body);
  })
  .get('/account/credits/summary', async (c) => {
    const { account } = userOf(c);
    const { by, ...filter } = checked(SummaryQuery, c.req.query());
    return c.json(await withCredits(c, account, (calls) => calls.summary(by, filter)));
  })
  .post('/account/credits/redeem', async (c) => {
    const { account } = userOf(c);
    const { code } = await readJson(c, RedeemRequest);
    const grant = await withCredits(c, account, (calls) => calls.redeem(code, account));
    audit(c, 'credits', { method: 'promo' });
    return c.json(grant);
  })
  .put('/account/time-zone', async (c) => {
    const { account } = userOf(c);
    const { timeZone } = await readJson(c, TimeZoneRequest);
    return c.json(await withCredits(c, account, (calls) => calls.setTimeZone(timeZone)));
  })
  .get('/plans', (c) => {
    const { creditUsd, markupPercent, ...settings } = requireCredits(c);
    const { supportEmail } = settingsOf(c.env);
    const { plans, bundles } = plansOf(settings);
    const answer: PlansDetail = {
      plans: plans.map(({ stripe: _, ...plan }) => plan),
      bundles: bundles.map(({ stripe: _, ...bundle }) => bundle),
      payments: false,
      creditUsd,
      markupPercent,
      supportEmail,
    };
    return c.json(answer);
  });
