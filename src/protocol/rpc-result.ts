import { type ProblemCode, ProblemError } from './problems.ts';

/** The result of an RPC method: an error class does not survive RPC between two objects, so a refusal is returned as data. */
export type RpcResult<T> =
  | { ok: true; value: T }
  | { ok: false; code: ProblemCode; detail: string; fields: Record<string, unknown> };

/** Runs `work` and converts a `ProblemError` to a refusal. Rethrows any other error. */
export async function rpcResult<T>(work: () => T | Promise<T>): Promise<RpcResult<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { ok: false, code: error.code, detail: error.detail, fields: { ...error.fields } };
  }
}
