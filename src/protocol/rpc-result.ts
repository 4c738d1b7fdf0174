import { type ProblemCode, ProblemError } from './problems.ts';

/** What an RPC method answers: an error class does not survive the way between two objects, so a refusal travels as data. */
export type RpcResult<T> =
  | { ok: true; value: T }
  | { ok: false; code: ProblemCode; detail: string; fields: Record<string, unknown> };

/** Runs `work` and turns a `ProblemError` into a refusal. Anything else is thrown on. */
export async function rpcResult<T>(work: () => T | Promise<T>): Promise<RpcResult<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { ok: false, code: error.code, detail: error.detail, fields: { ...error.fields } };
  }
}
