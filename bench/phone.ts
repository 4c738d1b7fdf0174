import { Inspector, type Speed } from '../test/support/lighthouse.ts';
import { Visitor } from '../test/support/visitor.ts';
import type { Part } from './support/part.ts';
import { row } from './support/report.ts';
import { editReply, sampleApp } from './support/sample.ts';

/** Parts of the app that the builder shows. */
const parts = 20;

/** What Lighthouse says of the pages on a phone, with an empty cache. A look takes many seconds of processor time: few samples. */
export const phone: Part = {
  name: 'phone',
  async run({ stand, onEnd, repeat, signal }) {
    const { redraw, plan } = await stand();
    const visitor = new Visitor(redraw.url);
    const { session } = await visitor.build(plan([editReply(sampleApp(parts).inputs, 0)]).prompt);
    const inspector = await Inspector.open(visitor);
    onEnd(() => inspector.close());
    signal.throwIfAborted();
    // It tells how fast this machine is, and counts for nothing else.
    await inspector.measure(`${redraw.url}/`);
    const pages: { key: string; name: string; path: string; seen: Speed[] }[] = [
      { key: 'start', name: 'start page', path: '/', seen: [] },
      { key: 'builder', name: 'builder', path: `/s/${session}`, seen: [] },
    ];
    await repeat({ least: 1, most: 3 }, async () => {
      for (const { path, seen } of pages) seen.push(await inspector.measure(redraw.url + path));
    });
    return pages.flatMap(({ key, name, seen }) => [
      row(
        `phone.${key}.performance`,
        `Lighthouse performance on a phone, ${name}`,
        'points',
        seen.map(({ performance }) => performance),
        { better: 'higher', goal: 95 },
      ),
      row(
        `phone.${key}.layout-shift`,
        `layout shift on a phone, ${name}`,
        'shift',
        seen.map(({ layoutShift }) => layoutShift),
        { goal: 0.02 },
      ),
    ]);
  },
};
