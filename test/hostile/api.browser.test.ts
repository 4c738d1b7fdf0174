import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AttackHarness, type Project, places, type Target } from './attack-harness.ts';

let harness: AttackHarness;
let victim: Project;

beforeAll(async () => {
  harness = await AttackHarness.open();
  victim = await harness.project({ 'index.html': '<h1>The visitor’s own</h1>', 'src/secret.js': 'window.stolen = 1' });
});

afterAll(() => harness?.close());

/** All state that a foreign request could have changed. */
async function state(): Promise<unknown> {
  const { visitor } = harness;
  const { updatedAt, ...detail } = await visitor.json<Record<string, unknown>>(
    'GET',
    `/api/sessions/${victim.session}`,
  );
  return {
    detail,
    files: await visitor.json('GET', `/api/sessions/${victim.session}/files`),
    history: await visitor.json('GET', `/api/sessions/${victim.session}/history`),
    account: await visitor.json('GET', '/api/account'),
    asked: harness.simulator.requests.length,
  };
}

const sessions = async () =>
  (await harness.visitor.json<{ session: string }[]>('GET', '/api/sessions')).map(({ session }) => session).sort();

/** Runs an attack that knows the id of the victim’s project, and asserts that nothing has changed. */
async function attackVictim<T>(
  place: (typeof places)[number],
  attack: (target: Target & { victim: string }) => Promise<T>,
): Promise<T> {
  const [before, listBefore] = [await state(), await sessions()];
  const files = { 'victim.js': `export default ${JSON.stringify(victim.session)};` };
  const wrapped = `async (target) => { const { default: victim } = await import('/victim.js'); return (${attack.toString()})({ ...target, victim }); }`;
  const { page, gained, project } = await harness.attack<T>(place, wrapped, files);
  await page.close();
  expect(await state()).toEqual(before);
  expect(await sessions()).toEqual([...listBefore, project.session].sort());
  return gained;
}

describe.each(places)('an app in %s, told the id of another project,', (place) => {
  test('reads nothing with fetch', async () => {
    const gained = await attackVictim(place, async ({ redraw, victim }) => {
      const paths = ['', '/files', '/files/src/secret.js', '/history', '/events', '/export.zip', '/watch'];
      const urls = [
        ...paths.map((path) => `/api/sessions/${victim}${path}`),
        '/api/account',
        '/api/sessions',
        '/',
        '/_redraw/app/index.html',
      ];
      const got: string[] = [];
      for (const url of urls) {
        for (const mode of ['cors', 'no-cors', 'same-origin', 'navigate'] as const) {
          for (const credentials of ['include', 'omit'] as const) {
            got.push(
              await fetch(redraw + url, { mode, credentials })
                .then(async (answer) => `${answer.type} ${await answer.text()}`)
                .catch((error: Error) => error.name),
            );
          }
        }
      }
      return got;
    });
    for (const one of gained) expect(one).toMatch(/^(TypeError|opaque )$/);
  });

  test('changes nothing with fetch, forms, beacons or uploads', async () => {
    const gained = await attackVictim(place, async ({ redraw, victim }) => {
      const base = `${redraw}/api/sessions/${victim}`;
      const calls: [string, string, string][] = [
        ['POST', `${redraw}/api/chat`, JSON.stringify({ prompt: 'Spend it', session: victim })],
        ['POST', `${redraw}/api/chat`, JSON.stringify({ prompt: 'Spend it' })],
        ['POST', `${redraw}/api/sessions`, '{}'],
        ['PATCH', base, '{"title":"Mine"}'],
        ['DELETE', base, ''],
        ['PUT', `${base}/files/index.html`, 'mine'],
        ['PUT', `${base}/model`, '{"model":"claude-opus-5"}'],
        ['POST', `${base}/undo`, '{}'],
        ['POST', `${base}/revert`, '{"version":1}'],
        ['POST', `${base}/stop`, '{}'],
        ['POST', `${base}/preview/reset`, '{}'],
        [
          'POST',
          `${base}/preview/report`,
          '{"revision":2,"path":"/","blank":false,"problems":[],"snapshot":"all fine"}',
        ],
      ];
      const types = ['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream'];
      const got: string[] = [];
      for (const [method, url, body] of calls) {
        for (const type of types) {
          for (const mode of ['cors', 'no-cors'] as const) {
            got.push(
              await fetch(url, { method, body, mode, credentials: 'include', headers: { 'Content-Type': type } }).then(
                async (answer) => `${answer.type} ${await answer.text()}`,
                (error: Error) => error.name,
              ),
            );
          }
          navigator.sendBeacon(url, new Blob([body], { type }));
        }
        if (method !== 'POST') continue;
        for (const enctype of ['text/plain', 'multipart/form-data', 'application/x-www-form-urlencoded']) {
          const frame = document.createElement('iframe');
          frame.name = `goal${got.length}${enctype}`;
          const form = document.createElement('form');
          Object.assign(form, { method: 'post', action: url, enctype, target: frame.name });
          const field = document.createElement('input');
          field.name = body.slice(0, -1);
          field.value = body.slice(-1);
          form.append(field);
          document.body.append(frame, form);
          const loaded = new Promise((resolve) => {
            frame.onload = resolve;
          });
          form.submit();
          await loaded;
        }
      }
      return got;
    });
    for (const one of gained) expect(one).toMatch(/^(TypeError|opaque )$/);
  });

  test('hears no events, and gets no socket', async () => {
    const gained = await attackVictim(place, async ({ redraw, victim }) => {
      const source = new EventSource(`${redraw}/api/sessions/${victim}/events?after=0`, { withCredentials: true });
      const heard = await new Promise((resolve) => {
        source.onopen = () => resolve('open');
        source.onmessage = ({ data }) => resolve(data);
        source.onerror = () => resolve('refused');
      });
      source.close();
      const sockets: unknown[] = [];
      for (const path of [`/api/sessions/${victim}/watch`, `/api/sessions/${victim}/watch?preview=1`, '/']) {
        const socket = new WebSocket(redraw.replace('http', 'ws') + path);
        sockets.push(
          await new Promise((resolve) => {
            socket.onopen = () => resolve('open');
            socket.onmessage = ({ data }) => resolve(data);
            socket.onclose = ({ code }) => resolve(code);
          }),
        );
        socket.close();
      }
      return { heard, sockets };
    });
    expect(gained).toEqual({ heard: 'refused', sockets: [1006, 1006, 1006] });
  });

  test('loads no file of it as a script, picture, style, font or film', async () => {
    const gained = await attackVictim(place, async ({ redraw, victim }) => {
      const files = ['src/secret.js', 'index.html'].map((path) => `${redraw}/api/sessions/${victim}/files/${path}`);
      const got: string[] = [];
      for (const url of [...files, `${redraw}/api/account`, `${redraw}/_redraw/app/index.html`]) {
        for (const tag of ['script', 'img', 'video', 'link', 'embed', 'object']) {
          const element = document.createElement(tag);
          if (tag === 'link') element.setAttribute('rel', 'stylesheet');
          element.setAttribute(tag === 'link' ? 'href' : tag === 'object' ? 'data' : 'src', url);
          got.push(
            await new Promise((resolve) => {
              element.onload = () => resolve(`${tag} loaded`);
              element.onerror = () => resolve('refused');
              document.body.append(element);
            }),
          );
        }
        got.push(
          // Written so that no build step resolves the import.
          await new Function('url', 'return import(url)')(url).then(
            () => 'imported',
            () => 'refused',
          ),
        );
      }
      return { got: [...new Set(got)], stolen: 'stolen' in window };
    });
    // Elements that frame a document fire `load` whatever they show.
    expect(gained.got.filter((one) => one !== 'embed loaded' && one !== 'object loaded')).toEqual(['refused']);
    expect(gained.stolen).toBe(false);
  });

  test('changes nothing by sending the visitor to an address', async () => {
    await attackVictim(place, async ({ redraw, victim }) => {
      const paths = [
        '',
        '/stop',
        '/undo',
        '/redo',
        '/revert?version=1',
        '/preview/reset',
        '/export.zip',
        '/events',
        '/watch',
      ];
      const urls = [...paths.map((path) => `${redraw}/api/sessions/${victim}${path}`), `${redraw}/api/chat?prompt=x`];
      for (const url of urls) {
        const frame = document.createElement('iframe');
        frame.src = url;
        const loaded = new Promise((resolve) => {
          frame.onload = resolve;
        });
        document.body.append(frame);
        const form = document.createElement('form');
        Object.assign(form, { method: 'get', action: url, target: '_blank' });
        document.body.append(form);
        form.submit();
        await loaded;
      }
    });
    for (const page of harness.context.pages()) if (page.url().startsWith(harness.redraw.url)) await page.close();
  });
});
