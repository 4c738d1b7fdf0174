import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PreviewReport } from '../../src/protocol/requests.ts';
import { openPreviewHarness, type PreviewHarness, waitFor } from '../support/preview-harness.ts';
import { showProject } from '../support/show-project.ts';
import { MemoryProject } from './memory-project.ts';

let harness: PreviewHarness;
beforeAll(async () => {
  harness = await openPreviewHarness();
});
afterAll(() => harness.close());

const page = (script: string) =>
  `<!doctype html><html><head><title>x</title></head><body><div id="root"></div><script type="module" src="${script}"></script></body></html>`;

test('an app of all that goes with React', async () => {
  const project = new MemoryProject({
    'index.html': page('/src/main.tsx'),
    'package.json': '{"dependencies":{"react":"*"}}',
    'src/look.css': '@import "tailwindcss";',
    'src/box.module.css': '.box { color: rgb(1, 2, 3) }',
    'src/data.json': '{"numbers":[1,2,3]}',
    'src/Lazy.tsx': 'export default function Lazy() { return <i id="lazy">late</i> }',
    'src/main.tsx': `
import { lazy, StrictMode, Suspense, useRef, useEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { createPortal } from 'react-dom'
import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import { immer } from 'zustand/middleware/immer'
import { produce } from 'immer'
import { Link, Route, Switch, useLocation } from 'wouter'
import { useHashLocation } from 'wouter/use-hash-location'
import { motion, AnimatePresence } from 'motion/react'
import { motion as older } from 'framer-motion'
import { Camera, Heart as HeartIcon } from 'lucide-react'
import Chart from 'chart.js/auto'
import { format, addDays } from 'date-fns'
import { de } from 'date-fns/locale'
import clsx from 'clsx'
import { nanoid } from 'nanoid'
import './look.css'
import styles, { box } from './box.module.css'
import data, { numbers } from './data.json'

const useStore = create<{ n: number; more(): void }>()(
  persist(immer((set) => ({ n: 1, more: () => set((state) => { state.n += 1 }) })), { name: 'n' }),
)
const Late = lazy(() => import('./Lazy'))
function Graph() {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const chart = new Chart(canvas.current!, { type: 'bar', data: { labels: ['a', 'b'], datasets: [{ data: numbers }] }, options: { animation: false } })
    return () => chart.destroy()
  }, [])
  return <canvas ref={canvas} width="100" height="50" />
}
function App() {
  const { n, more } = useStore()
  const [path] = useLocation()
  useHashLocation()
  return (
    <AnimatePresence>
      <motion.main animate={{ opacity: 1 }} className={clsx('flex', { gap: n > 0 }, styles.box)}>
        <older.p id="date">{format(addDays(new Date(2026, 0, 1), 1), 'd MMMM', { locale: de })}</older.p>
        <button onClick={more}>{n} {path}</button>
        <Link href="/two">two</Link>
        <Switch><Route path="/two"><b id="two">second</b></Route></Switch>
        <Camera /><HeartIcon size={12} /><Graph />
        <Suspense fallback="…"><Late /></Suspense>
        {createPortal(<u id="portal">{produce({ x: 1 }, (d) => { d.x = 2 }).x + nanoid(5).length + data.numbers.length}</u>, document.body)}
        <s id="same">{String(box === styles.box)}</s>
      </motion.main>
    </AnimatePresence>
  )
}
createRoot(document.getElementById('root')!).render(<StrictMode><App /></StrictMode>)
`,
  });
  const { tab, frame, consoleErrors } = await showProject(harness, project);
  const report = await waitFor<PreviewReport>(tab, 'report');
  expect(report.problems).toEqual([]);
  const app = frame();
  expect(await app.locator('#date').textContent()).toBe('2 Januar');
  await app.locator('button').click();
  expect(await app.locator('button').textContent()).toBe('2 /');
  await app.locator('a').click();
  expect(await app.locator('#two').textContent()).toBe('second');
  await waitFor(tab, 'path', 'data === "/two"');
  expect(await app.locator('#lazy').textContent()).toBe('late');
  expect(await app.locator('#portal').textContent()).toBe('10');
  expect(await app.locator('#same').textContent()).toBe('true');
  expect(await app.locator('svg').count()).toBe(2);
  const style = await app.locator('main').evaluate((element) => {
    const { display, color } = getComputedStyle(element);
    return { display, color };
  });
  expect(style).toEqual({ display: 'flex', color: 'rgb(1, 2, 3)' });
  expect(await app.evaluate('localStorage.getItem("n")')).toContain('"n":2');
  expect(consoleErrors).toEqual([]);
  await tab.context().close();
});

test('an app of all that goes with Preact, and of what needs no framework', async () => {
  const project = new MemoryProject({
    'index.html': page('/src/main.jsx'),
    'src/main.jsx': `
import { render } from 'preact'
import { useState, useEffect } from 'preact/hooks'
import { memo, createPortal } from 'preact/compat'
import { signal, computed } from '@preact/signals'
import { LocationProvider, Router, Route } from 'preact-iso'
import { animate } from 'motion'
import { createElement, Camera, createIcons, icons } from 'lucide'

const count = signal(1)
const double = computed(() => count.value * 2)
const Home = memo(() => {
  const [ready, setReady] = useState(false)
  useEffect(() => { setReady(true) }, [])
  return <button onClick={() => count.value++}>{double} {String(ready)}</button>
})
render(<LocationProvider><Router><Route path="/" component={Home} /></Router></LocationProvider>, document.getElementById('root'))
document.body.append(createElement(Camera))
createIcons({ icons })
animate(document.body, { opacity: 1 })
`,
  });
  const { tab, frame, consoleErrors } = await showProject(harness, project);
  const report = await waitFor<PreviewReport>(tab, 'report');
  expect(report.problems).toEqual([]);
  await frame().locator('button').click();
  expect(await frame().locator('button').textContent()).toBe('4 true');
  expect(await frame().locator('svg').count()).toBe(1);
  expect(consoleErrors).toEqual([]);
  await tab.context().close();
});

test('a page without a build: inline modules, an import map, a worker', async () => {
  const project = new MemoryProject({
    'index.html': `<!doctype html><html><head><script type="importmap">{"imports":{"mine":"/lib/mine.js"}}</script></head><body>
<script type="module">
import { useState } from 'react'
import { clsx } from 'clsx'
import mine from 'mine'
import './lib/look.css'
const later = await import('./lib/' + 'later')
const worker = new Worker(new URL('./lib/work.ts', location.href), { type: 'module' })
const answer = await new Promise((resolve) => { worker.onmessage = (event) => resolve(event.data) })
document.body.append([typeof useState, clsx('a', 'b'), mine, later.default, answer].join())
</script></body></html>`,
    'lib/mine.js': 'export default import.meta.url.replace(location.origin, "")',
    'lib/look.css': 'body { color: rgb(4, 5, 6) }',
    'lib/later.ts': 'export default new URL("./x.png", import.meta.url).pathname as string',
    'lib/work.ts': "import { nanoid } from 'nanoid'\npostMessage(nanoid(4).length)",
  });
  const { tab, frame } = await showProject(harness, project);
  expect(await waitFor(tab, 'report')).toMatchObject({ problems: [] });
  // The report may come while the module still waits for its worker.
  await expect.poll(() => frame().locator('body').innerText()).toBe('function,a b,/lib/mine.js,/lib/x.png,4');
  expect(await frame().evaluate('getComputedStyle(document.body).color')).toBe('rgb(4, 5, 6)');
  await tab.context().close();
});
