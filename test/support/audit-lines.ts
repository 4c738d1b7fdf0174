/** A line of the audit log: names and values. */
export type AuditLine = Record<string, string>;

/** The audit lines that a Redraw has printed. */
export async function auditLinesOf(redraw: { output(): Promise<string> }): Promise<AuditLine[]> {
  return (await redraw.output())
    .split('\n')
    .flatMap((line) => /\{"audit":.*\}/.exec(line)?.[0] ?? [])
    .map((line) => JSON.parse(line) as AuditLine);
}
