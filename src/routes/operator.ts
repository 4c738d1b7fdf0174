import { Hono } from 'hono';
import * as v from 'valibot';
import { ProblemError } from '../protocol/problems.ts';
import type { ResealReport } from '../protocol/resources.ts';
import { isOperatorToken } from '../vault/operator-token.ts';
import { type AppContext, type AppEnv, settingsOf } from './http/app-env.ts';
import { audit } from './http/audit.ts';
import { readJson } from './http/request-input.ts';

/** Records per call; few, because each takes a call to an account and the answer must come in time. */
const pageSize = 100;

const ResealRequest = v.object({ cursor: v.optional(v.string()) });

/** `/api/operator`: for holders of `VAULT_KEYS`; 404 for any other caller. */
export const operator = new Hono<AppEnv>().post('/reseal', async (c) => {
  const [, token = ''] = /^Bearer (\S+)$/.exec(c.req.header('Authorization') ?? '') ?? [];
  if (!(await isOperatorToken(settingsOf(c.env).vaultKeys, token))) {
    audit(c, 'refused', { code: 'not_found', why: 'operator' });
    throw new ProblemError('not_found', 'There is no such call.', { reason: 'call' });
  }
  const { cursor } = await readJson(c, ResealRequest);
  return c.json(await resealPage(c, cursor));
});

/** Lets the accounts of one page of records reseal them with the active key. */
async function resealPage(c: AppContext, cursor: string | undefined): Promise<ResealReport> {
  const page = await c.env.VAULT.list({ prefix: 'cred/', limit: pageSize, ...(cursor !== undefined && { cursor }) });
  const accounts = new Set(page.keys.flatMap(({ name }) => /^cred\/([0-9a-f]{64})\/\d+$/.exec(name)?.[1] ?? []));
  const report = { resealed: 0, current: 0, failed: 0 };
  await Promise.all(
    [...accounts].map(async (account) => {
      const { ACCOUNT } = c.env;
      const reply = await ACCOUNT.get(ACCOUNT.idFromString(account))
        .reseal()
        .catch(() => null);
      if (!reply?.ok) report.failed += 1;
      else if (reply.value !== 'none') report[reply.value] += 1;
    }),
  );
  return { ...report, cursor: page.list_complete ? null : page.cursor };
}
