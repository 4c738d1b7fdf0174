import { join } from 'node:path';
import { buildAll } from '../build.ts';
import { rebuildBridge } from '../build-shelf.ts';
import type { Builder } from '../run-redraw.ts';
import type { Server } from '../server.ts';
import { freePort } from './free-port.ts';
import { guardInspector, type InspectorGuard } from './inspector-guard.ts';
import { type PageServer, startPageServer } from './page-server.ts';
import { type WorkerBuild, type WorkerWatch, watchWorker } from './worker-watch.ts';

const root = join(import.meta.dirname, '../..');

const since = (started: number): number => Math.round(performance.now() - started);

/** Serves `web/` from Vite, and reloads the Worker after each edit of `src/`. What does not build leaves the last good build up. */
export class LiveBuilder implements Builder {
  #pages: PageServer | null = null;
  #worker: WorkerWatch | null = null;
  #mapped = (text: string): string => text;
  #inspector: InspectorGuard | null = null;
  /** What a Worker prints while it starts; null at other times. */
  #atStart: string[] | null = null;
  #server: Server | null = null;
  /** One reload, and one build of the bridge, at a time; the newest is the last. */
  #work: Promise<void> = Promise.resolve();
  #newest: WorkerBuild | null = null;

  async build() {
    await buildAll(['shelf', 'sandbox']);
    [this.#pages, this.#worker] = await Promise.all([
      startPageServer({
        onUpdate: (file, milliseconds) => console.log(`${file}: live in ${milliseconds} ms`),
        onError: (message) => console.error(`The page does not build, the last good one stays up:\n${message}`),
        onBridge: (file) => this.#queue(() => this.#rebuildBridge(file)),
      }),
      watchWorker(
        (built) => {
          this.#newest = built;
          this.#queue(() => this.#reload());
        },
        (message) => console.error(`The Worker does not build, the last good one stays up:\n${message}`),
      ),
    ]);
    const built = await this.#worker.first;
    const inspectorPort = await freePort();
    this.#inspector = await guardInspector(await freePort(9229), inspectorPort);
    this.#mapped = built.mapped;
    return {
      modules: built.modules,
      development: { pages: this.#pages.address, inspectorPort },
      onLog: (text: string, level: string) => {
        if (this.#atStart !== null) this.#atStart.push(text);
        else (level === 'error' || level === 'warn' ? console.error : console.log)(this.#mapped(text));
      },
    };
  }

  ready(server: Server): void {
    this.#server = server;
    console.log(`Edits in src/ and web/ are live. Inspector of the Worker: 127.0.0.1:${this.#inspector?.port}`);
  }

  async close(): Promise<void> {
    await Promise.all([this.#pages?.close(), this.#worker?.close(), this.#inspector?.close()]);
    await this.#work;
  }

  #queue(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error) => console.error(error));
  }

  /** Runs the newest build, once; those that came before it are skipped. */
  async #reload(): Promise<void> {
    const built = this.#newest;
    if (built === null || this.#server === null) return;
    this.#newest = null;
    const started = performance.now();
    this.#atStart = [];
    try {
      await this.#server.reload(built.modules);
    } catch (error) {
      const [reason = String(error)] = this.#atStart;
      console.error(`The Worker does not start, the last good one stays up:\n${built.mapped(reason)}`);
      return;
    } finally {
      this.#atStart = null;
    }
    this.#mapped = built.mapped;
    this.#pages?.reload();
    console.log(`Worker: bundled in ${built.milliseconds} ms, reloaded in ${since(started)} ms`);
  }

  /** The manifest of the library shelf names the bridge by its hash, so a new one is a new Worker, too. */
  async #rebuildBridge(file: string): Promise<void> {
    const started = performance.now();
    if (await rebuildBridge({ outDir: join(root, 'dist/assets') }))
      console.log(`${file}: bridge bundled in ${since(started)} ms`);
  }
}
