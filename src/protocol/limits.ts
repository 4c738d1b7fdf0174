/** Limits that the Worker enforces and the web app checks before a request. In bytes unless noted otherwise. */
export const limits = {
  /** Characters of one prompt. */
  promptChars: 32_000,
  /** One JSON request body. */
  bodyBytes: 256 * 1024,
  /** One file of the workspace. */
  fileBytes: 20 * 1024 * 1024,
  /** One text file that Claude writes. */
  textFileBytes: 1024 * 1024,
  /** Files in a project. */
  files: 1000,
  /** All files of a project together. */
  projectBytes: 100 * 1024 * 1024,
  /** Characters of one path. */
  pathChars: 240,
  /** Prompts waiting in a session's queue. */
  queue: 20,
  /** Milliseconds ahead for which a prompt may be scheduled. */
  queueAheadMs: 60 * 86_400_000,
  /** Characters of a version's label. */
  labelChars: 120,
  /** Paths in the event of a version. */
  changedPaths: 200,
  /** Characters of a session's title. */
  titleChars: 120,
  /** Model replies in one turn. */
  stepsPerTurn: 40,
  /** Milliseconds of one turn. */
  turnMs: 15 * 60 * 1000,
  /** One report of the preview. */
  reportBytes: 64 * 1024,
} as const;
