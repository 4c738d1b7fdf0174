/** `GET /v1/models`: some of Anthropic's models, newest first. */
const entries = [
  ['claude-sonnet-5-5', 'Claude Sonnet 5.5', '2026-10-06T00:00:00Z'],
  ['claude-opus-5-5', 'Claude Opus 5.5', '2026-09-22T00:00:00Z'],
  ['claude-haiku-5-5', 'Claude Haiku 5.5', '2026-09-22T00:00:00Z'],
  ['claude-opus-4-8', 'Claude Opus 4.8', '2026-05-14T00:00:00Z'],
  ['claude-sonnet-4-6', 'Claude Sonnet 4.6', '2026-02-17T00:00:00Z'],
] as const;

export function isKnownModel(id: string): boolean {
  return id.startsWith('claude-');
}

function describe([id, display_name, created_at]: (typeof entries)[number]): object {
  return {
    type: 'model',
    id,
    display_name,
    created_at,
    capabilities: null,
    deprecated_at: null,
    lifecycle: 'active',
    line: null,
    max_input_tokens: 1_000_000,
    max_tokens: 64_000,
    retires_at: null,
  };
}

export function listModels(): object {
  return { data: entries.map(describe), has_more: false, first_id: entries[0][0], last_id: entries.at(-1)?.[0] };
}

/** A model by its id, or null. */
export function findModel(id: string): object | null {
  const entry = entries.find(([known]) => known === id);
  return entry ? describe(entry) : null;
}
