import { afterEach, describe, expect, it } from 'vitest';
import type { Draft, RedrawEvent } from '../../../src/protocol/events.ts';
import { createApi } from '../../../web/api/api.ts';
import { ApiError } from '../../../web/api/api-error.ts';
import { isBusy } from '../../../web/project/activity.ts';
import { EventStreamClient, type LinkState } from '../../../web/project/event-stream-client.ts';
import { reduce } from '../../../web/project/reduce.ts';
import { emptyView, type View } from '../../../web/project/view.ts';
import {
  after,
  beginStream,
  type EventServer,
  sendAndCut,
  sendProblem,
  startEventServer,
  wire,
} from './event-server.ts';
import { numbered, sessionId } from './generated-log.ts';

const turn = (id: string, pieces: number): Draft[] => [
  {
    type: 'session',
    data: { session: sessionId, previewUrl: 'http://p.localhost/', model: 'm', payer: 'trial', trial: null },
  },
  { type: 'turn_started', data: { turn: id, prompt: 'p', model: 'm', payer: 'trial' } },
  ...Array.from({ length: pieces }, (_, at): Draft => ({ type: 'text', data: { turn: id, step: 1, delta: `ü${at}` } })),
  { type: 'turn_finished', data: { turn: id, state: 'completed', counted: true } },
];

let server: EventServer;
let link: EventStreamClient;

function connect(session: string | null) {
  const got: RedrawEvent[] = [];
  const states: LinkState[] = [];
  const lost: ApiError[] = [];
  const waits: number[] = [];
  let view = emptyView;
  link = new EventStreamClient({
    api: createApi({ base: server.url, fetch }),
    session,
    timing: {
      random: () => 1,
      wait: async (ms) => {
        waits.push(ms);
      },
    },
    onEvent: (event) => {
      got.push(event);
      view = reduce(view, event);
    },
    onState: (state) => states.push(state),
    onLost: (error) => lost.push(error),
    isBusy: () => isBusy(view),
  });
  return { got, states, lost, waits, view: () => view };
}

afterEach(async () => {
  link.close();
  await server.close();
});

describe('reading the log', () => {
  it('loses nothing and takes nothing twice when it is cut at every single event', async () => {
    const log = numbered([...turn('t', 6), ...turn('u', 3)]);
    server = await startEventServer((response, asked) => {
      const [next, following] = after(log, asked);
      if (!next) return void response.writeHead(204).end();
      beginStream(response);
      sendAndCut(response, [next], following);
    });
    const { got, states } = connect(sessionId);
    link.follow(log.length);
    await link.idle();
    expect(got).toEqual(log);
    expect(server.requests[0]?.path).toContain('after=0');
    expect(server.requests.slice(1).map(({ lastEventId }) => lastEventId)).toEqual(
      log
        .slice(0, -1)
        .map(({ seq }) => String(seq))
        .concat(String(log.length)),
    );
    expect(states.at(-1)).toBe('idle');
  });

  it('shows the same in a tab that was there and in one that joins in the middle of a word', async () => {
    const [session, started, , finished] = numbered(turn('t', 1));
    const text = (seq: number | null, at: number, delta: string) =>
      ({ seq, type: 'text', data: { turn: 't', step: 1, block: 1, at, delta } }) as RedrawEvent;
    if (!session || !started || !finished) throw new Error('The turn is too short.');
    const streams = [
      [session, started, text(null, 0, 'Hel'), text(3, 0, 'Hel'), text(null, 3, 'lo'), text(4, 3, 'lo')],
      [session, started, text(3, 0, 'Hel'), text(null, 0, 'Hell'), text(null, 4, 'o'), text(4, 3, 'lo')],
    ];
    const views: View[] = [];
    for (const events of streams) {
      server = await startEventServer((response, asked) => {
        if (asked.lastEventId) return void response.writeHead(204).end();
        beginStream(response);
        response.end(events.map(wire).join(''));
      });
      const { view, got } = connect(sessionId);
      link.follow();
      await link.idle();
      expect(got).toEqual(events);
      expect(link.lastSeq).toBe(4);
      views.push(view());
      link.close();
      await server.close();
    }
    expect(views[0]?.turn?.steps[0]?.blocks[0]).toMatchObject({ text: 'Hello' });
    expect(views[1]).toEqual(views[0]);
  });

  it('drops what has no valid id, unless it is text in flight', async () => {
    const log = numbered(turn('t', 1));
    const inFlight: RedrawEvent = {
      seq: null,
      type: 'text',
      data: { turn: 't', step: 1, block: 9, at: 0, delta: 'x' },
    };
    const bad = [
      'event: title\ndata: {"title":"No id"}\n\n',
      'id: 0\nevent: title\ndata: {"title":"Zero"}\n\n',
      'id: x\nevent: text\ndata: {"turn":"t","step":1,"block":9,"at":0,"delta":"no number"}\n\n',
      'id:\nevent: text\ndata: {"turn":"t","step":1,"block":9,"at":0,"delta":"empty"}\n\n',
      'event: text\ndata: {"turn":"t","step":1,"delta":"no block"}\n\n',
    ];
    server = await startEventServer((response) => {
      beginStream(response);
      response.end(bad.join('') + [...log.slice(0, 2), inFlight, ...log.slice(2)].map(wire).join(''));
    });
    const { got } = connect(sessionId);
    link.follow();
    await link.idle();
    expect(got).toEqual([...log.slice(0, 2), inFlight, ...log.slice(2)]);
  });

  it('takes an event that comes again only once', async () => {
    const log = numbered(turn('t', 4));
    server = await startEventServer((response) => {
      beginStream(response);
      response.end([...log.slice(0, 3), ...log.slice(0, 5), ...log].map(wire).join(''));
    });
    const { got } = connect(sessionId);
    link.follow();
    await link.idle();
    expect(got).toEqual(log);
  });

  it('ends at once where there is nothing to come', async () => {
    server = await startEventServer((response) => void response.writeHead(204).end());
    const { got, states } = connect(sessionId);
    link.follow(7);
    await link.idle();
    expect(got).toEqual([]);
    expect(server.requests).toHaveLength(1);
    expect(states.at(-1)).toBe('idle');
  });

  it('asks again for what it is told of while the answer that there is nothing is on its way', async () => {
    const log = numbered(turn('t', 1));
    server = await startEventServer((response, asked) => {
      if (server.requests.length > 1) {
        beginStream(response);
        response.end(after(log, asked).map(wire).join(''));
        return;
      }
      link.follow(log.length);
      response.writeHead(204).end();
    });
    const { got, waits } = connect(sessionId);
    link.follow();
    await link.idle();
    expect(got).toEqual(log);
    expect(waits).toEqual([]);
  });

  it('passes over types that it does not know, and does not ask for them again', async () => {
    const log = numbered(turn('t', 1));
    server = await startEventServer((response) => {
      beginStream(response);
      response.end(`${log.map(wire).join('')}id: 99\nevent: from_the_future\ndata: {}\n\n`);
    });
    const { got } = connect(sessionId);
    link.follow();
    await link.idle();
    expect(got).toEqual(log);
    expect(link.lastSeq).toBe(99);
  });

  it('waits longer each time the server fails, and goes on when it is back', async () => {
    const log = numbered(turn('t', 1));
    let failures = 3;
    server = await startEventServer((response) => {
      if (failures-- > 0) return sendProblem(response, 503, 'internal', 'Later.');
      beginStream(response);
      response.end(log.map(wire).join(''));
    });
    const { got, waits, states, lost } = connect(sessionId);
    link.follow();
    await link.idle();
    expect(got).toEqual(log);
    expect(waits).toEqual([1000, 2000, 4000]);
    expect(states).toContain('reconnecting');
    expect(lost).toEqual([]);
  });

  it('gives up where the project is not there, with what the server says', async () => {
    server = await startEventServer((response) => sendProblem(response, 404, 'not_found', 'There is no such project.'));
    const { lost } = connect(sessionId);
    link.follow();
    await link.idle();
    expect(lost).toMatchObject([{ code: 'not_found', status: 404, detail: 'There is no such project.' }]);
    expect(server.requests).toHaveLength(1);
  });
});

describe('sending a prompt', () => {
  it('starts a project, and reads on by its id when the answer breaks off', async () => {
    const log = numbered(turn('t', 5));
    server = await startEventServer((response, asked) => {
      beginStream(response);
      if (asked.method === 'POST') return sendAndCut(response, log.slice(0, 3), log[3]);
      response.end(after(log, asked).map(wire).join(''));
    });
    const { got } = connect(null);
    await expect(link.send({ prompt: 'A timer' })).resolves.toEqual({ kind: 'streaming' });
    expect(link.session).toBe(sessionId);
    await link.idle();
    expect(got).toEqual(log);
    expect(server.requests).toMatchObject([
      { method: 'POST', path: '/api/chat', body: { prompt: 'A timer' } },
      { method: 'GET', path: `/api/sessions/${sessionId}/events`, lastEventId: '3' },
    ]);
  });

  it('takes the beginning of a turn from its first event with an id', async () => {
    const log = numbered(turn('t', 2));
    const inFlight: RedrawEvent = {
      seq: null,
      type: 'text',
      data: { turn: 's', step: 1, block: 9, at: 0, delta: 'x' },
    };
    server = await startEventServer((response) => {
      beginStream(response);
      response.end([inFlight, ...log].map(wire).join(''));
    });
    const { got } = connect(null);
    await expect(link.send({ prompt: 'A timer' })).resolves.toEqual({ kind: 'streaming' });
    await link.idle();
    expect(got).toEqual(log);
  });

  it('tells a refusal with its code and its fields', async () => {
    server = await startEventServer((response) =>
      sendProblem(response, 403, 'sign_in_required', 'Six turns are used.'),
    );
    connect(null);
    const refused = await link.send({ prompt: 'One more' }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({
      code: 'sign_in_required',
      status: 403,
      detail: 'Six turns are used.',
      fields: { limit: 6 },
    });
  });

  it('tells that the server could not be reached', async () => {
    server = await startEventServer((response) => response.destroy());
    connect(null);
    await expect(link.send({ prompt: 'Hello' })).rejects.toMatchObject({ code: 'unreachable', status: 0 });
  });

  it('reads the queued turn after the one that runs', async () => {
    const log = numbered([
      ...turn('t', 2).slice(0, -1),
      { type: 'queued', data: { items: [{ id: 'q', prompt: 'Next' }] } },
      ...turn('t', 0).slice(-1),
      { type: 'queued', data: { items: [] } },
      ...turn('u', 2),
    ]);
    const endOfFirst = 6;
    server = await startEventServer((response, asked) => {
      beginStream(response);
      const events = asked.method === 'POST' ? log.slice(0, endOfFirst) : after(log, asked);
      response.end(events.map(wire).join(''));
    });
    const { got } = connect(null);
    await link.send({ prompt: 'First' });
    await link.idle();
    expect(got).toEqual(log);
    expect(server.requests.map(({ method }) => method)).toEqual(['POST', 'GET']);
  });

  it('takes up a prompt that was queued by following the log', async () => {
    const log = numbered(turn('t', 1));
    server = await startEventServer((response, asked) => {
      if (asked.method === 'POST') return void response.writeHead(202).end('{"queued":"q","position":2}');
      beginStream(response);
      response.end(log.map(wire).join(''));
    });
    const { got } = connect(sessionId);
    await expect(link.send({ session: sessionId, prompt: 'Later' })).resolves.toEqual({ kind: 'queued', position: 2 });
    await link.idle();
    expect(got).toEqual(log);
  });

  it('asks the log for what it has missed before the turn', async () => {
    const log = numbered([...turn('t', 2), ...turn('u', 2)]);
    const first = log.slice(0, 5);
    let known = first;
    server = await startEventServer((response, asked) => {
      beginStream(response);
      if (asked.method === 'POST') {
        known = log;
        // The answer knows all of its own turn, and nothing of another tab's.
        return void response.end(log.slice(7).map(wire).join(''));
      }
      response.end(after(known, asked).map(wire).join(''));
    });
    const { got } = connect(sessionId);
    link.follow();
    await link.idle();
    await link.send({ session: sessionId, prompt: 'And' });
    await link.idle();
    expect(got).toEqual(log);
  });
});
