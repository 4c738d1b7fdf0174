import type { Schema } from '../../storage/migrate.ts';
import { boundChangedPaths, changedFilesStep } from '../../workspace/changed-paths.ts';
import { goneVersionsStep } from '../../workspace/gone-versions.ts';
import { uncountedBytesStep } from '../../workspace/kept-by-hand.ts';
import { workspaceTables } from '../../workspace/workspace-tables.ts';
import { giveTextItsPlace } from './event-blocks.ts';
import { beginIdleTime } from './idle-since.ts';
import { indexEventsOutsideTurns } from './outside-turns.ts';
import { sessionTables } from './session-tables.ts';
import { turnCreditsStep } from './turn-credits-table.ts';
import { turnModeStep } from './turn-mode-column.ts';
import { updateUnversionedTables } from './unversioned-session.ts';

/**
 * The tables of a project, those of its workspace included, and every change made to them: a new step has a file of its own beside this
 * one. `docs/storage.md` describes the columns.
 */
export const sessionSchema: Schema = {
  name: 'session',
  marker: 'meta',
  steps: [
    sessionTables + workspaceTables,
    updateUnversionedTables,
    giveTextItsPlace,
    goneVersionsStep,
    beginIdleTime,
    indexEventsOutsideTurns,
    changedFilesStep,
    boundChangedPaths,
    uncountedBytesStep,
    turnCreditsStep,
    turnModeStep,
  ],
};
