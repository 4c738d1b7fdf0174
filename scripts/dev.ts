import { runRedraw } from './run-redraw.ts';

await runRedraw(async () => new (await import('./dev/live-builder.ts')).LiveBuilder());
