import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { previewAnswer } from '../support/preview-request.ts';
import { useRunning } from '../support/running-redraw.ts';
import type { Visitor } from '../support/visitor.ts';

const kib = 1024;
const running = useRunning({});
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** Sends the head of a request, and what there is of its body; reads nothing. */
function open(head: string[], body = ''): Socket {
  const socket = connect(running.redraw.port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  socket.pause();
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  return socket;
}

const upload = (visitor: Visitor, path: string, sent: number): Socket =>
  open(
    [
      `PUT ${path} HTTP/1.1`,
      `Host: localhost:${running.redraw.port}`,
      `Origin: ${running.redraw.url}`,
      `Cookie: ${visitor.cookie}`,
      'Content-Type: application/octet-stream',
      `Content-Length: ${1024 * kib}`,
    ],
    'x'.repeat(sent),
  );

const newProject = (visitor: Visitor) =>
  visitor.json<{ session: string; previewUrl: string }>('POST', '/api/sessions', {});

/** Strangers, each with projects in which something is under way. */
async function strangers(
  visitors: number,
  projects: number,
  start: (stranger: Visitor, project: Awaited<ReturnType<typeof newProject>>) => Promise<unknown>,
) {
  for (let n = 0; n < visitors; n++) {
    const stranger = running.visitor();
    for (let project = 0; project < projects; project++) {
      const made = await newProject(stranger);
      await start(stranger, made);
      // Answered once what was sent before has been taken up.
      await stranger.json('GET', `/api/sessions/${made.session}`);
    }
  }
}

it.each([
  [1, 'one byte', 1],
  [1, '300 KiB', 300 * kib],
  [2, '300 KiB', 300 * kib],
])(
  'uploads (visitors: %d) that stop after %s keep nobody else from saving a file, small or large',
  async (visitors, _, sent) => {
    await strangers(visitors, 2, async (stranger, { session }) => {
      for (let n = 0; n < 16; n++) upload(stranger, `/api/sessions/${session}/files/${n}.txt`, sent);
    });
    const other = running.visitor();
    const { session } = await newProject(other);
    for (const bytes of [5, 2048 * kib]) {
      const saved = await other.call('PUT', `/api/sessions/${session}/files/a.txt`, new Uint8Array(bytes));
      expect([bytes, saved.status]).toEqual([bytes, 200]);
    }
  },
);

it.each([1, 2])(
  'previews (visitors: %d) whose readers stop keep nobody else from a picture and a zip',
  async (visitors) => {
    await strangers(visitors, 3, async (stranger, { session, previewUrl }) => {
      await stranger.json('PUT', `/api/sessions/${session}/files/film.bin`, new Uint8Array(20 * 1024 * kib));
      for (let n = 0; n < 16; n++) open(['GET /film.bin HTTP/1.1', `Host: ${new URL(previewUrl).host}`]);
    });
    const other = running.visitor();
    const { session, previewUrl } = await newProject(other);
    await other.json('PUT', `/api/sessions/${session}/files/a.png`, new Uint8Array(300 * kib));
    expect((await previewAnswer(previewUrl, '/a.png')).status).toBe(200);
    const zip = await other.call('GET', `/api/sessions/${session}/export.zip`);
    expect([zip.status, (await zip.arrayBuffer()).byteLength > 0]).toEqual([200, true]);
  },
);

it('an upload that gives way to others is told so', async () => {
  const answers: string[] = [];
  await strangers(2, 1, async (stranger, { session }) => {
    for (let n = 0; n < 16; n++)
      upload(stranger, `/api/sessions/${session}/files/${n}.txt`, 300 * kib).on('data', (data) =>
        answers.push(`${data}`),
      );
  });
  for (const socket of sockets) socket.resume();
  const other = running.visitor();
  const { session } = await newProject(other);
  await other.json('PUT', `/api/sessions/${session}/files/a.txt`, new Uint8Array(2048 * kib));
  await expect.poll(() => answers.join('')).toMatch(/^HTTP\/1.1 503 .*retry-after: \d+.*"code":"busy"/is);
});
