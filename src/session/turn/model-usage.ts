import type { TokenUsage } from '../../claude/model-reply.ts';
import type { Sql } from '../../storage/sql.ts';

/** The tokens of each complete reply of a turn. */
export function repliesOf(sql: Sql, turn: string): TokenUsage[] {
  return sql
    .exec<{ input: number; output: number; cache_read: number; cache_write: number }>(
      'SELECT input, output, cache_read, cache_write FROM model_usage WHERE turn = ?',
      turn,
    )
    .toArray()
    .map((row) => ({
      inputTokens: row.input,
      outputTokens: row.output,
      cacheReadTokens: row.cache_read,
      cacheWriteTokens: row.cache_write,
    }));
}

export function sumOfReplies(replies: readonly TokenUsage[]): TokenUsage {
  const total = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  for (const reply of replies) {
    total.inputTokens += reply.inputTokens;
    total.outputTokens += reply.outputTokens;
    total.cacheReadTokens += reply.cacheReadTokens;
    total.cacheWriteTokens += reply.cacheWriteTokens;
  }
  return total;
}
