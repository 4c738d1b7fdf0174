import { Client, type SeenTurn } from './support/client.ts';
import type { Part } from './support/part.ts';
import { row } from './support/report.ts';
import { editReply, editText, sampleApp } from './support/sample.ts';

/** Components of the app that Claude writes, about 60 KB. */
const parts = 20;

const eventsOf = ({ events }: SeenTurn): number => Object.values(events).reduce((sum, n) => sum + n, 0);

/** Bytes over the connection, framing included, and rows of the event log. They hardly vary: few samples do. */
export const bytes: Part = {
  name: 'bytes',
  async run({ stand, onEnd, repeat }) {
    const { redraw, plan } = await stand();
    const client = new Client(redraw.url);
    onEnd(() => client.close());
    const made: SeenTurn[] = [];
    const edited: SeenTurn[] = [];
    const app = sampleApp(parts);
    await repeat({ least: 2, most: 4 }, async () => {
      const turn = await client.turn(plan([editReply(app.inputs)]).prompt);
      made.push(turn);
      edited.push(await client.turn(plan([editReply([editText(0, 1)])]).prompt, turn.session));
    });
    const written = made.map(({ wireBytes }) => wireBytes / app.bytes);
    const changed = edited.map(({ wireBytes }) => wireBytes / 1024);
    return [
      row('bytes.create', 'bytes on the wire, turn that writes an app, times the app', 'x', written, { peer: 34 }),
      row('bytes.edit', 'bytes on the wire, turn that changes one line', 'KB', changed),
      row('bytes.create-events', 'events sent, turn that writes an app', 'count', made.map(eventsOf)),
      row('bytes.edit-events', 'events sent, turn that changes one line', 'count', edited.map(eventsOf)),
    ];
  },
};
