import type { RedrawEvent } from '../../src/protocol/events.ts';
import { addDelta, addTool, discardStep, finalizeSteps } from './reduce-steps.ts';
import { type EventOf, emptyView, type RevisionChange, type Turn, type View } from './view.ts';

/** Revisions whose changed paths are remembered. A page that is further behind reloads everything. */
const MAX_REVISIONS = 50;

function isRunning(turn: Turn | null): turn is Turn {
  return turn?.state === 'running';
}

/** Changes the running turn. An event of another turn, or after the end, changes nothing. */
function inTurn(view: View, id: string | null, change: (turn: Turn) => Turn): View {
  const { turn } = view;
  if (!isRunning(turn) || (id !== null && turn.id !== id)) return view;
  return { ...view, turn: change(turn) };
}

function startTurn(view: View, { data }: EventOf<'turn_started'>): View {
  if (view.turn?.id === data.turn || view.earlier.some(({ id }) => id === data.turn)) return view;
  const turn: Turn = {
    id: data.turn,
    prompt: data.prompt,
    mode: data.mode ?? 'build',
    attachments: data.attachments ?? [],
    model: data.model,
    payer: data.payer,
    state: 'running',
    counted: null,
    steps: [],
    retry: null,
    exhausted: null,
    error: null,
    pendingChanges: [],
    version: null,
    changed: [],
    receipt: null,
  };
  return { ...view, earlier: view.turn ? [...view.earlier, view.turn] : view.earlier, turn, refusal: null };
}

function withPending(view: View, paths: readonly string[]): View {
  const fresh = paths.filter((path) => !view.preview.pending.includes(path));
  if (fresh.length === 0) return view;
  return { ...view, preview: { ...view.preview, pending: [...view.preview.pending, ...fresh] } };
}

function changeFile(view: View, { data }: EventOf<'file'>): View {
  const { path, change, bytes, from, added = null, removed = null } = data;
  const previous = from === undefined ? view.files : { path: from, hash: null, previous: view.files };
  const files = { path, hash: change === 'deleted' ? null : data.hash, previous };
  const paths = from === undefined ? [path] : [from, path];
  const noted = inTurn(view, data.turn, (turn) => ({
    ...turn,
    pendingChanges: [...turn.pendingChanges, { path, change, bytes, added, removed }],
  }));
  return withPending({ ...noted, files }, paths);
}

function changePreview(view: View, { data }: EventOf<'preview'>): View {
  const { preview } = view;
  const next = { ...preview, state: data.state, message: data.message ?? null };
  if (data.revision <= preview.revision) return { ...view, preview: next };
  const change: RevisionChange = {
    revision: data.revision,
    paths: preview.pending.length > 0 && data.hot !== false ? preview.pending : null,
    hot: data.hot === true,
  };
  const changes = [...preview.changes.slice(1 - MAX_REVISIONS), change];
  return { ...view, preview: { ...next, revision: data.revision, changes, pending: [] } };
}

function addVersion(view: View, { data }: EventOf<'version'>): View {
  const added = { ...view, versions: [...view.versions, data] };
  return inTurn(added, null, (turn) => ({ ...turn, version: data.version, changed: data.changed }));
}

function finishTurn(view: View, { data }: EventOf<'turn_finished'>): View {
  return inTurn(view, data.turn, (turn) => ({
    ...turn,
    state: data.state,
    counted: data.counted,
    steps: finalizeSteps(turn.steps),
    pendingChanges: [],
    retry: null,
  }));
}

function fold(view: View, event: RedrawEvent): View {
  switch (event.type) {
    case 'session':
      return { ...view, session: event.data };
    case 'turn_started':
      return startTurn(view, event);
    case 'text':
    case 'thinking':
    case 'file_delta':
    case 'tool_output':
      return inTurn(view, event.data.turn, (turn) => ({ ...turn, steps: addDelta(turn.steps, event), retry: null }));
    case 'step_discarded':
      return inTurn(view, event.data.turn, (turn) => ({
        ...turn,
        steps: discardStep(turn.steps, event.data.step),
        retry: null,
      }));
    case 'tool':
      return inTurn(view, event.data.turn, (turn) => ({
        ...turn,
        steps: addTool(turn.steps, event, turn.pendingChanges),
        pendingChanges: event.data.state === 'started' ? turn.pendingChanges : [],
        retry: null,
      }));
    case 'file':
      return changeFile(view, event);
    case 'preview':
      return changePreview(view, event);
    case 'sandbox':
      return { ...view, sandbox: event.data };
    case 'rate_limit':
      return { ...view, rateLimit: event.data };
    case 'api_retry':
      return inTurn(view, null, (turn) => ({ ...turn, retry: event.data }));
    case 'credit_exhausted':
      return inTurn(view, null, (turn) => ({ ...turn, exhausted: event.data, retry: null }));
    case 'prompt_error':
      if (!isRunning(view.turn)) return { ...view, refusal: event.data };
      return inTurn(view, null, (turn) => ({ ...turn, error: event.data, retry: null }));
    case 'version':
      return addVersion(view, event);
    case 'usage':
      return inTurn(view, event.data.turn, (turn) => ({ ...turn, receipt: event.data }));
    case 'queued':
      return { ...view, queue: event.data.items };
    case 'fresh_start': {
      const others = view.freshStarts.filter((id) => id !== event.data.turn);
      return { ...view, freshStarts: event.data.inForce ? [...others, event.data.turn] : others };
    }
    case 'title':
      return { ...view, title: event.data.title };
    case 'turn_finished':
      return finishTurn(view, event);
    default:
      return view;
  }
}

/**
 * Folds one event into the view. Pure: live events and replays give the same view.
 *
 * Events and text that were folded in before, and unknown types, change nothing.
 */
export function reduce(view: View, event: RedrawEvent): View {
  if (event.seq === null) return fold(view, event);
  if (event.seq <= view.seq) return view;
  return { ...fold(view, event), seq: event.seq };
}

/** Folds a list of events, oldest first. */
export function reduceAll(events: Iterable<RedrawEvent>, from: View = emptyView): View {
  let view = from;
  for (const event of events) view = reduce(view, event);
  return view;
}
