import { type ApiFailure, failure } from './api-error.ts';
import { isObject, type Json } from './json.ts';
import { isKnownModel } from './models.ts';
import { isBlank } from './validate-block.ts';
import { findTranscriptFault } from './validate-transcript.ts';

const topLevel = new Set(
  `model messages max_tokens system tools tool_choice stream thinking temperature top_p top_k stop_sequences metadata
  cache_control container diagnostics inference_geo mcp_servers output_config output_format service_tier speed
  context_management user_profile_id workspace_id`.split(/\s+/),
);

const toolExtras = ['name', 'type', 'cache_control', 'allowed_callers', 'defer_loading', 'input_examples', 'strict'];

/** Anthropic's own tools: the required name, and the fields that are allowed beside the common ones. */
const anthropicTools: Record<string, { name: string; fields: string[] }> = {
  text_editor_20250728: { name: 'str_replace_based_edit_tool', fields: ['max_characters'] },
  bash_20250124: { name: 'bash', fields: [] },
};

const invalid = (message: string) => failure('invalid_request_error', message);

/** The fault for which Anthropic would refuse a body, or null. Checks only faults that Redraw's client could make. */
export function findFault(rawBody: string): ApiFailure | null {
  if (Buffer.byteLength(rawBody) > 32 * 1024 * 1024)
    return failure('request_too_large', 'Request exceeds the maximum size');
  let body: unknown;
  try {
    body = JSON.parse(rawBody);
  } catch (error) {
    return invalid(`The request body is not valid JSON: ${(error as Error).message}`);
  }
  if (/\\u[dD][89a-fA-F]/.test(rawBody) && hasLoneSurrogate(body)) {
    return invalid('The request body is not valid JSON: no low surrogate in string');
  }
  if (!isObject(body)) return invalid('Input should be a valid dictionary');
  for (const field of ['model', 'messages', 'max_tokens']) {
    if (body[field] === undefined) return invalid(`${field}: Field required`);
  }
  const extra = Object.keys(body).find((field) => !topLevel.has(field));
  if (extra) return invalid(`${extra}: Extra inputs are not permitted`);
  const message = findSettingFault(body) ?? findToolFault(body) ?? findCacheFault(body) ?? findTranscriptFault(body);
  if (message) return invalid(message);
  const { model } = body;
  if (typeof model !== 'string' || !isKnownModel(model)) return failure('not_found_error', `model: ${String(model)}`);
  return null;
}

function hasLoneSurrogate(value: unknown): boolean {
  if (typeof value === 'string') return !value.isWellFormed();
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) => !key.isWellFormed() || hasLoneSurrogate(inner));
}

function findSettingFault(body: Json): string | null {
  const { max_tokens, thinking, system, stream } = body;
  if (typeof max_tokens !== 'number' || !Number.isInteger(max_tokens))
    return 'max_tokens: Input should be a valid integer';
  if (max_tokens < 1) return 'max_tokens: Input should be greater than or equal to 1';
  if (stream !== undefined && typeof stream !== 'boolean') return 'stream: Input should be a valid boolean';
  if (isObject(thinking) && thinking.type === 'enabled') {
    if (typeof thinking.budget_tokens !== 'number') return 'thinking.enabled.budget_tokens: Field required';
    if (thinking.budget_tokens < 1024) {
      return 'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024';
    }
    if (thinking.budget_tokens >= max_tokens) return '`max_tokens` must be greater than `thinking.budget_tokens`';
  }
  const texts = Array.isArray(system) ? system.map((block) => isObject(block) && block.text) : [system];
  if (texts.some((text) => text === '')) return 'system: text content blocks must be non-empty';
  if (texts.some((text) => typeof text === 'string' && isBlank(text)))
    return 'system: text content blocks must contain non-whitespace text';
  return null;
}

function findToolFault({ tools, tool_choice }: Json): string | null {
  if (tools === undefined) return tool_choice === undefined ? null : 'tool_choice: may only be specified with tools';
  if (!Array.isArray(tools)) return 'tools: Input should be a valid list';
  for (const [index, tool] of tools.entries()) {
    const fault = isObject(tool) ? findOneToolFault(tool) : ': Input should be a valid dictionary';
    if (fault) return `tools.${index}${fault}`;
  }
  const names = tools.map((tool: Json) => tool.name);
  return new Set(names).size < names.length ? 'tools: Tool names must be unique.' : null;
}

function findOneToolFault(tool: Json): string | null {
  if (tool.type === undefined || tool.type === 'custom') {
    if (typeof tool.name !== 'string') return '.custom.name: Field required';
    if (!/^[a-zA-Z0-9_-]{1,128}$/.test(tool.name)) {
      return ".custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'";
    }
    if (!isObject(tool.input_schema)) return '.custom.input_schema: Field required';
    if (tool.input_schema.type !== 'object') return ".custom.input_schema.type: Input should be 'object'";
    const known = [...toolExtras, 'description', 'input_schema', 'eager_input_streaming'];
    const extra = Object.keys(tool).find((field) => !known.includes(field));
    return extra ? `.custom.${extra}: Extra inputs are not permitted` : null;
  }
  const type = String(tool.type);
  const own = anthropicTools[type];
  if (!own) return `: Input tag '${type}' found using 'type' does not match any of the expected tags`;
  if (tool.name !== own.name) return `.${type}.name: Input should be '${own.name}'`;
  const extra = Object.keys(tool).find((field) => !toolExtras.includes(field) && !own.fields.includes(field));
  return extra ? `.${type}.${extra}: Extra inputs are not permitted` : null;
}

function findCacheFault(body: Json): string | null {
  let found = 0;
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (isObject(value) && isObject(value.cache_control)) found += 1;
    for (const inner of Object.values(value)) visit(inner);
  };
  // Tool schemas and tool inputs are data: a property called `cache_control` in them is not a breakpoint.
  const blocks = [body.system, body.tools, body.messages].flat();
  visit({ cache_control: body.cache_control });
  for (const block of blocks) {
    if (!isObject(block)) continue;
    visit({ cache_control: block.cache_control });
    if (Array.isArray(block.content)) {
      for (const inner of block.content) {
        if (!isObject(inner)) continue;
        visit({ cache_control: inner.cache_control });
        const parts = Array.isArray(inner.content) ? inner.content : [];
        for (const part of parts) if (isObject(part)) visit({ cache_control: part.cache_control });
      }
    }
  }
  return found > 4 ? `A maximum of 4 blocks with cache_control may be provided. Found ${found}.` : null;
}
