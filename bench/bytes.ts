import { Client, type SeenTurn } from './support/client.ts';
import { print, type Row, row } from './support/report.ts';
import { editReply, editText, sampleApp } from './support/sample.ts';
import { type Stand, withStand } from './support/stand.ts';

/** Components of the app that Claude writes, about 60 KB. In a crowd each session writes a smaller app. */
const parts = 20;

/** Bytes over the connection, framing included, as multiples of the changed bytes; and rows of the event log. */
export interface ByteSamples {
  create: number[];
  createRows: number[];
  /** KB of one turn that changes one line. */
  edit: number[];
  editRows: number[];
}

const eventsOf = ({ events }: SeenTurn): number => Object.values(events).reduce((sum, n) => sum + n, 0);

export async function measureBytes(stand: Stand, count = 5): Promise<ByteSamples> {
  const samples: ByteSamples = { create: [], createRows: [], edit: [], editRows: [] };
  const client = new Client(stand.redraw.url);
  for (let at = 0; at < count; at++) {
    const app = sampleApp(parts);
    const made = await client.turn(stand.plan([editReply(app.inputs)]).prompt);
    samples.create.push(made.wireBytes / app.bytes);
    samples.createRows.push(eventsOf(made));
    const edited = await client.turn(stand.plan([editReply([editText(0, 1)])]).prompt, made.session);
    samples.edit.push(edited.wireBytes / 1024);
    samples.editRows.push(eventsOf(edited));
  }
  client.close();
  return samples;
}

export function byteRows(one: ByteSamples | null, crowd: ByteSamples | null): Row[] {
  const both = (kind: keyof ByteSamples) => ({ one: one?.[kind] ?? [], crowd: crowd?.[kind] ?? [] });
  return [
    row('bytes on the wire, turn that writes an app, times the app', 'x', both('create'), 34),
    row('bytes on the wire, turn that changes one line', 'KB', both('edit')),
    row('events sent, turn that writes an app', 'rows', both('createRows')),
    row('events sent, turn that changes one line', 'rows', both('editRows')),
  ];
}

if (import.meta.main) {
  const samples = await withStand((stand) => measureBytes(stand));
  print(byteRows(samples, null), 0);
}
