import { Authenticator } from '../test/support/authenticator.ts';
import type { Visitor } from '../test/support/visitor.ts';
import { type HopsBefore, hopsBefore, isBetweenObjects, isShared, nameOf } from './support/critical-path.ts';
import { buildTurn, type MeteredStand, startMeteredStand } from './support/metered-stand.ts';
import { textTable } from './support/text-table.ts';

/** The most calls between objects in a row before the request to Claude leaves. None of them may be to an object that all share. */
const mostHops = 2;

/** Real milliseconds by which each call is held up, far more than the code between two calls takes. */
const holdMs = 40;

/** Who sends a prompt, and what stood before. */
export interface PromptHops extends HopsBefore {
  who: string;
}

const answer = [{ content: ['Done.'] }];

async function connectKey(visitor: Visitor): Promise<void> {
  await visitor.json('POST', '/api/account/connection', { kind: 'api_key', key: 'sk-ant-bench-own-0123456789' });
}

/** Counts the calls before the request to Claude, for each kind of sender. */
export async function measureHops(stand: MeteredStand): Promise<PromptHops[]> {
  await stand.hold(holdMs);
  const measured: PromptHops[] = [];
  const prompt = async (who: string, visitor: Visitor, session?: string): Promise<string> => {
    await stand.reset();
    const built = await buildTurn(visitor, stand.prompt(answer), session);
    measured.push({ who, ...hopsBefore(await stand.rest()) });
    return built.session;
  };
  const visitor = stand.visitor();
  const session = await prompt('visitor, new', visitor);
  await prompt('visitor, known', visitor, session);
  await prompt('visitor, known, new project', visitor);
  const user = stand.visitor();
  await new Authenticator().register(user);
  const owned = await prompt('user, new project', user);
  await prompt('user, known project', user, owned);
  const connected = stand.visitor();
  await connectKey(connected);
  const built = await prompt('own key, new project', connected);
  await prompt('own key, known project', connected, built);
  await connectKey(user);
  await prompt('user with own key, known project', user, owned);
  return measured;
}

/** The table of what was counted, with its goal. */
function hopsTable(measured: readonly PromptHops[]): string {
  const head = ['', 'between objects, in a row', 'goal', 'of them shared', 'goal', 'with the Worker’s', 'all calls'];
  const body = measured.map(({ who, inRow, all }) => {
    const between = inRow.filter(isBetweenObjects);
    const shared = between.filter(isShared).length;
    return [who, ...[between.length, mostHops, shared, 0, inRow.length, all.length].map(String)];
  });
  const rows = measured.map(({ who, inRow }) => `${who}: ${inRow.map(nameOf).join(', ')}`);
  return [textTable(head, body), '', 'In a row:', ...rows].join('\n');
}

/** Counts and prints. */
export async function runHops(): Promise<void> {
  const stand = await startMeteredStand();
  try {
    const measured = await measureHops(stand);
    console.log(process.argv.includes('--json') ? JSON.stringify(measured, null, 2) : hopsTable(measured));
  } finally {
    await stand.close();
  }
}
