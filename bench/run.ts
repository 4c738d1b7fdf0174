import { byteRows, measureBytes } from './bytes.ts';
import { compactionRows, measureCompaction } from './compaction.ts';
import { containerRows, measureContainers } from './containers.ts';
import { runCost } from './cost.ts';
import { Crowd, crowdNotes, crowdSize, instantRows } from './crowd.ts';
import { runHops } from './hops.ts';
import { latencyRows, measureLatency } from './latency.ts';
import { measureOpen, openRows } from './open.ts';
import { measurePhone, phoneRows } from './phone.ts';
import { measurePreview, previewRows } from './preview.ts';
import { measureSimultaneous, simultaneousRows } from './simultaneous.ts';
import { machineNote } from './support/machine.ts';
import { print, progress } from './support/report.ts';
import { withStand } from './support/stand.ts';
import { measureTokens, tokenRows } from './tokens.ts';

/**
 * Runs all benchmarks: Redraw as started by `npm start`, the simulator as a Claude without delay, a client and Chromium, all on this
 * machine. Prints a table, or the numbers with `--json`. Each of the other files in this folder runs one part.
 *
 * Columns: one session on an otherwise idle Redraw; `crowdSize` sessions at once, each with its own visitor, stream and turns. The last
 * column is for orientation only.
 */
async function runTimes(): Promise<void> {
  progress('compaction');
  const compaction = measureCompaction();
  progress('containers');
  const containers = await measureContainers();
  const { rows, notes } = await withStand(async (stand) => {
    progress('latency');
    // First, because one of its rows is the first turn after the start.
    const latency = await measureLatency(stand);
    progress('tokens');
    const tokens = await measureTokens(stand);
    progress('bytes');
    const bytes = await measureBytes(stand);
    progress('preview');
    const preview = await measurePreview(stand);

    progress(`${crowdSize} sessions at once`);
    const crowd = new Crowd(stand);
    await crowd.build();
    progress(`${crowdSize} prompts in the same instant`);
    await crowd.atOnce();
    progress(`preview with ${crowdSize} sessions at once`);
    const crowdedPreview = measurePreview(stand, 3);
    await crowd.keepBusy(crowdedPreview);
    crowd.close();

    progress('many streams in the same instant');
    const simultaneous = await measureSimultaneous(stand);
    progress('a large project is opened');
    const open = await measureOpen(stand);
    progress('the pages on a phone');
    const phone = await measurePhone(stand);

    const { samples } = crowd;
    return {
      rows: [
        ...latencyRows(latency, samples.latency),
        ...instantRows(samples),
        ...tokenRows(tokens, samples.paced),
        ...simultaneousRows(simultaneous),
        ...byteRows(bytes, samples.bytes),
        ...previewRows(preview, await crowdedPreview),
        ...openRows(open),
        ...compactionRows(compaction),
        ...phoneRows(phone),
        ...(containers ? containerRows(containers) : []),
      ],
      notes: [
        ...crowdNotes(samples),
        ...(containers ? [] : ['No container can run here: not measured.']),
        machineNote(),
      ],
    };
  });
  print(rows, crowdSize, notes);
}

// Counts need no quiet machine: they are asked for by themselves.
if (process.argv.includes('--cost')) await runCost();
else if (process.argv.includes('--hops')) await runHops();
else await runTimes();
