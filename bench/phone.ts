import { Inspector, type Speed } from '../test/support/lighthouse.ts';
import { Visitor } from '../test/support/visitor.ts';
import { print, type Row, row } from './support/report.ts';
import { editReply, sampleApp } from './support/sample.ts';
import { type Stand, withStand } from './support/stand.ts';

/** Parts of the app that the builder shows. */
const parts = 20;

/** What Lighthouse says of the pages on a phone. */
export interface PhoneSamples {
  start: Speed[];
  builder: Speed[];
}

/** Looks at each page as often, with an empty cache. */
export async function measurePhone({ redraw, plan }: Stand, count = 3): Promise<PhoneSamples> {
  const samples: PhoneSamples = { start: [], builder: [] };
  const visitor = new Visitor(redraw.url);
  const { session } = await visitor.build(plan([editReply(sampleApp(parts).inputs, 0)]).prompt);
  const inspector = await Inspector.open(visitor);
  try {
    // It tells how fast this machine is, and counts for nothing else.
    await inspector.measure(`${redraw.url}/`);
    for (let time = 0; time < count; time++) {
      samples.start.push(await inspector.measure(`${redraw.url}/`));
      samples.builder.push(await inspector.measure(`${redraw.url}/s/${session}`));
    }
  } finally {
    await inspector.close();
  }
  return samples;
}

export function phoneRows({ start, builder }: PhoneSamples): Row[] {
  const pages: [string, Speed[]][] = [
    ['start page', start],
    ['builder', builder],
  ];
  return pages.flatMap(([page, seen]) => [
    row(`Lighthouse performance on a phone, ${page} (goal: 95)`, 'points', {
      one: seen.map(({ performance }) => performance),
    }),
    row(`layout shift on a phone, ${page} (goal: at most 0.02)`, 'points', {
      one: seen.map(({ layoutShift }) => layoutShift),
    }),
  ]);
}

if (import.meta.main) print(phoneRows(await withStand((stand) => measurePhone(stand))), 0);
