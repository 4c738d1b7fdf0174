import type { VersionEntry } from '../protocol/resources.ts';
import { firstRow, type Sql, writeRow } from '../storage/sql.ts';
import { firstPaths, parsePaths } from './changed-paths.ts';
import { bytesPerChange } from './kept-by-hand.ts';
import { backToLabel, editFields } from './version-label.ts';

type VersionRow = {
  version: number;
  parent: number | null;
  label: string;
  kind: string;
  stopped: number;
  created_at: number;
  tree: string;
  /** Null: not read. */
  changed: string | null;
  /** How many paths it changed; null where `changed` has all of them. */
  files: number | null;
  stands_for: number;
  before: number | null;
  tip: number;
  /** As `goneVersionsStep` says. */
  gone: number;
};

/**
 * A version with its position in the undo history.
 *
 * Version numbers only grow: an undo appends a version with the content of an older one. That older one is its `step`, and `redoTip`
 * remembers how far redo leads. The steps, linked by `previousStep`, are the history that an editor would show.
 */
export interface VersionRecord extends VersionEntry {
  /** Hash of the tree. */
  tree: string;
  /** The version whose content this one has: itself, except after undo and redo. */
  step: number;
  /** The step before `step`: the target of undo. Null at the beginning of the history. */
  previousStep: number | null;
  /** The last step that redo can reach; equal to `step` where there is nothing to redo. */
  redoTip: number;
  /** Whether its contents were dropped to make room. */
  isGone?: boolean;
}

/** Versions of which one answer tells, the newest: nobody at a keyboard makes as many. */
const maxListed = 10_000;

/** Bytes of the paths of all versions in one answer, but for those of versions with few paths. */
const maxListedPathBytes = 500_000;

/** Bytes of the paths of a version with few. */
const fewPathsBytes = 1_000;

function toRecord(row: VersionRow): VersionRecord {
  const changed = parsePaths(row.changed);
  return {
    version: row.version,
    parent: row.parent,
    label: row.label,
    kind: row.kind as VersionEntry['kind'],
    stopped: row.stopped === 1,
    createdAt: row.created_at,
    changed,
    ...moreThan(changed, row.files),
    tree: row.tree,
    step: row.stands_for,
    previousStep: row.before,
    redoTip: row.tip,
    isGone: row.gone > 0,
  };
}

const moreThan = (changed: readonly string[], files: number | null): Pick<VersionEntry, 'more'> =>
  files !== null && files > changed.length ? { more: files - changed.length } : {};

/** The paths of a version as they are kept with it. @param paths all that it changed, sorted */
export function keptPaths(paths: readonly string[]): Pick<VersionEntry, 'changed' | 'more'> {
  const changed = firstPaths(paths);
  return { changed, ...moreThan(changed, paths.length) };
}

/**
 * A version as the API gives it, without its position in the undo history.
 *
 * @param of the version that it went back or forward to, or took back
 */
export function toVersionEntry(
  { tree, step, previousStep, redoTip, isGone, ...entry }: VersionRecord,
  of?: number,
): VersionEntry {
  return { ...entry, ...editFields(entry), ...(of === undefined ? {} : { of }), ...(isGone ? { gone: true } : {}) };
}

/**
 * Versions as the API gives them. `records` are the newest, oldest first.
 *
 * What a revert went back to is not stored: it is the newest version before it with its files and with the label that its own repeats.
 */
export function toVersionEntries(records: readonly VersionRecord[]): VersionEntry[] {
  const reverted = new Map<string, number>();
  return records.map((record) => {
    const { version, kind, label, parent, tree, step } = record;
    const found = reverted.get(`${tree} ${label}`);
    reverted.set(`${tree} ${backToLabel(label)}`, version);
    if (kind === 'revert') return toVersionEntry(record, found);
    if (kind === 'redo') return toVersionEntry(record, step);
    // Numbers have no gaps.
    const before = parent === null ? undefined : records[parent - (records[0]?.version ?? 1)];
    return toVersionEntry(record, kind === 'undo' ? before?.step : undefined);
  });
}

/** Stores the versions of a project, numbered from 1 without gaps, in one append-only table. */
export class UndoHistory {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  head(): VersionRecord | null {
    const row = firstRow<VersionRow>(this.#sql, 'SELECT * FROM version ORDER BY version DESC LIMIT 1');
    return row && toRecord(row);
  }

  get(version: number): VersionRecord | null {
    const row = firstRow<VersionRow>(this.#sql, 'SELECT * FROM version WHERE version = ?', version);
    return row && toRecord(row);
  }

  /** Marks a version as one whose contents were dropped. */
  markGone(version: number): void {
    this.#sql.exec('UPDATE version SET gone = 1 WHERE version = ?', version);
  }

  /** The versions that were marked since the last call. */
  takeGone(): number[] {
    const gone = this.#sql.exec<{ version: number }>('SELECT version FROM version WHERE gone = 1').toArray();
    if (gone.length > 0) this.#sql.exec('UPDATE version SET gone = 2 WHERE gone = 1');
    return gone.map(({ version }) => version);
  }

  /** Oldest first, without the paths that they changed. */
  all(): VersionRecord[] {
    return this.#rows(0, Number.MAX_SAFE_INTEGER).map(toRecord);
  }

  /** The newest versions, oldest first. Long lists of paths are those of the newest only, the others have how many there are. */
  listed(): VersionRecord[] {
    const first = (this.head()?.version ?? 0) - maxListed + 1;
    let bytes = 0;
    let withPaths = first;
    const sizes = this.#sql.exec<{ version: number; bytes: number }>(
      'SELECT version, octet_length(changed) AS bytes FROM version WHERE version >= ? AND octet_length(changed) > ? ORDER BY version DESC',
      first,
      fewPathsBytes,
    );
    for (const row of sizes) {
      bytes += row.bytes;
      if (bytes <= maxListedPathBytes) continue;
      withPaths = row.version + 1;
      break;
    }
    return this.#rows(first, withPaths).map(toRecord);
  }

  /** @param withPaths the first version whose paths are read even where they are many */
  #rows(first: number, withPaths: number): VersionRow[] {
    return this.#sql
      .exec<VersionRow>(
        `SELECT version, parent, label, kind, stopped, created_at, tree, stands_for, before, tip, gone,
           CASE WHEN version >= ?2 OR octet_length(changed) <= ?3 THEN changed END AS changed,
           CASE WHEN files IS NULL AND version < ?2 AND octet_length(changed) > ?3 THEN json_array_length(changed) ELSE files END AS files
         FROM version WHERE version >= ?1 ORDER BY version`,
        first,
        withPaths,
        fewPathsBytes,
      )
      .toArray();
  }

  /** The step after `step` on the way to `redoTip`: the target of redo. Null where `step` is the tip. */
  nextStep(step: number, redoTip: number): number | null {
    if (step === redoTip) return null;
    return this.#sql
      .exec<{ version: number }>(
        `WITH RECURSIVE line(version, before) AS (
           SELECT version, before FROM version WHERE version = ?1
           UNION ALL
           SELECT v.version, v.before FROM version v JOIN line ON v.version = line.before WHERE line.before <> ?2
         )
         SELECT version FROM line WHERE before = ?2`,
        redoTip,
        step,
      )
      .one().version;
  }

  /** Bytes that changes by hand have made the project keep, contents aside, and that are not counted yet. */
  uncountedBytes(): number {
    const newest = 'SELECT uncounted FROM version ORDER BY version DESC LIMIT 1';
    return firstRow<{ uncounted: number }>(this.#sql, newest)?.uncounted ?? 0;
  }

  /** Notes that so many of these bytes are counted. */
  markCounted(bytes: number): void {
    const newest = 'version = (SELECT max(version) FROM version)';
    this.#sql.exec(`UPDATE version SET uncounted = max(0, uncounted - ?) WHERE ${newest}`, bytes);
  }

  append(record: VersionRecord): void {
    const files = record.changed.length + (record.more ?? 0);
    writeRow(
      this.#sql,
      `INSERT INTO version (version, parent, label, kind, stopped, created_at, tree, changed, files, stands_for, before, tip, uncounted)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      record.version,
      record.parent,
      record.label,
      record.kind,
      record.stopped ? 1 : 0,
      record.createdAt,
      record.tree,
      JSON.stringify(record.changed),
      files,
      record.step,
      record.previousStep,
      record.redoTip,
      this.uncountedBytes() + this.#bytesByHand(record, files),
    );
  }

  /** What a turn makes the project keep is bounded by what pays the turn. A move among versions has the list of files of an older one. */
  #bytesByHand({ kind, tree }: VersionRecord, files: number): number {
    if (kind === 'turn') return 0;
    const changes = files * bytesPerChange;
    if (kind !== 'edit') return changes;
    const list = 'SELECT coalesce(sum(octet_length(bytes)), 0) AS bytes FROM blob WHERE hash = ?';
    return changes + this.#sql.exec<{ bytes: number }>(list, tree).one().bytes;
  }
}
