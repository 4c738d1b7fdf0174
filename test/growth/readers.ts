/**
 * Rooms whose modules read files of a project, the output of its commands, or requests: each stands in one of the lists below, and so do readers
 * of other rooms.
 */
export const watchedRooms: readonly string[] = [
  'src/preview',
  'src/workspace',
  'src/sandbox',
  'src/session/preview',
  'src/session/sandbox',
  'src/agent',
  'src/log',
  'src/sign-in',
  'src/routes/http',
  'src/routes/middleware',
  'web/code',
  'web/conversation',
];

const inFolder = (folder: string, ...names: string[]) => names.map((name) => `${folder}/${name}.ts`);

/** Modules that read such text: a case calls each function that they export. */
export const readers: readonly string[] = [
  ...inFolder(
    'src/preview',
    ...[
      'build-problem',
      'byte-range',
      'css-imports',
      'css-modules',
      'file-snapshot',
      'html-page',
      'html-scan',
      'import-glob',
      'jsonc',
    ],
    ...[
      'mime-types',
      'missing-page',
      'module-graph',
      'paths',
      'preview-host',
      'project-config',
      'resolve-import',
      'rewrite-imports',
      'security-headers',
      'serve-project-file',
      'service-worker-refusal',
    ],
    ...['sucrase', 'text-digest', 'transform-source', 'virtual-modules'],
  ),
  ...inFolder(
    'src/workspace',
    ...['edit-text', 'edit-tool', 'find-occurrences', 'image-info', 'line-diff', 'search-files', 'similar-paths'],
    ...['text-file', 'version-label', 'view-file', 'workspace-path'],
  ),
  ...inFolder('src/net', 'secure-url'),
  ...inFolder('src/operator', 'address-network'),
  ...inFolder('src/protocol', 'accept-language', 'ansi', 'is-blank', 'own-tags', 'truncate-text', 'well-formed-json'),
  ...inFolder('src/sandbox', 'concat-bytes', 'output-frames'),
  ...inFolder('src/session/sandbox', 'command-output'),
  ...inFolder('src/session/turn', 'app-title'),
  ...inFolder('src/agent', 'loop-detection', 'partial-json', 'preview-report-text', 'shorten-messages'),
  ...inFolder('src/agent', 'tool-definitions', 'tool-input-stream', 'valid-blocks'),
  ...inFolder('src/log', 'redact'),
  ...inFolder('src/sign-in', 'device-name', 'webauthn'),
  ...inFolder('src/routes', 'complete-sign-in'),
  ...inFolder('src/routes/http', 'content-disposition', 'request-input'),
  ...inFolder('src/routes/middleware', 'https-only', 'same-origin', 'visitor'),
  ...inFolder('web/code', 'file-tree', 'line-count', 'search-files'),
  ...inFolder('web/conversation', 'command-words', 'highlight-code', 'markdown-plan', 'trailing-notes'),
  ...inFolder('web/ui', 'ansi'),
];

/** Modules that read none, by the reason. */
export const readsNothing: Readonly<Record<string, readonly string[]>> = {
  'passes bytes and streams on as they are': [
    ...inFolder('src/preview', 'app-server-proxy'),
    ...inFolder('src/workspace', 'blob-store', 'export-zip', 'staged-blob'),
    ...inFolder('src/sandbox', 'container-file-sync', 'container-rpc', 'container-sandbox', 'no-sandbox'),
    ...inFolder('src/session/preview', 'serve-preview'),
    ...inFolder('src/routes/http', 'sized-body', 'sse-response'),
    ...inFolder('src/session/sandbox', 'project-shell', 'sandbox-manager', 'visitor-controls'),
  ],
  'counts calls, and writes headers and lines of what others have read': [
    ...inFolder('src/routes/http', 'app-env', 'arriving-bodies', 'audit', 'isolate-call-limiter', 'with-sign-in'),
    ...inFolder('src/routes/http', 'credit-csv', 'with-credits'),
    ...inFolder('src/routes/middleware', 'call-limits', 'problems', 'response-headers'),
    ...inFolder('src/session/preview', 'preview-address', 'preview-label'),
  ],
  'asks a provider whom the operator has named, and bounds its answer': [
    ...inFolder('src/sign-in', 'github-provider', 'openid-provider', 'provider'),
  ],
  'is a table, a type or a constant': [
    ...inFolder('src/preview', 'build-words', 'library-shelf', 'page-words'),
    ...inFolder('src/workspace', 'editable-files', 'workspace-tables'),
    ...inFolder('src/sandbox', 'sandbox-interface'),
  ],
  'checks the form of values that were read and bounded before': [
    ...inFolder('src/session/preview', 'preview-reports'),
  ],
  'goes over the messages of a conversation, whose blocks others read': [
    ...inFolder('src/agent', 'request-images', 'request-repair', 'tool-use-ids', 'transcript-compaction'),
    ...inFolder('src/agent', 'transcript-sizes', 'valid-transcript'),
  ],
  'drives the steps of a turn': [
    ...inFolder('src/agent', 'agent-loop', 'ask-claude', 'build-request', 'call-cost', 'clock', 'run-tool'),
    ...inFolder('src/agent', 'system-prompt', 'token-estimate', 'transcript-message', 'turn-interfaces'),
    ...inFolder('src/agent', 'turn-limits', 'turn-outcomes'),
  ],
  'writes lines of values that were bounded before': [...inFolder('src/log', 'audit-log', 'error-log')],
  'keeps values by a key, and reads none of them': [
    ...inFolder('src/preview', 'transform-cache'),
    ...inFolder(
      'src/workspace',
      'changed-paths',
      'file-tree',
      'gone-versions',
      'kept-by-hand',
      'storage-quota',
      'tree-cache',
    ),
    ...inFolder('src/workspace', 'undo-history', 'version-retention', 'working-tree', 'workspace'),
    ...inFolder('src/sandbox', 'rpc-timeout'),
  ],
  'shows what others have read, in the browser of its reader': [
    ...inFolder('web/code', 'code-language', 'code-mirror', 'file-store', 'unsaved-edits'),
    ...inFolder('web/conversation', 'edit-prompt', 'turn-navigation', 'use-follow-newest', 'use-turn-notification'),
    // Its parser is tried with `markdown-plan`, which decides what it gets.
    ...inFolder('web/conversation', 'markdown-render'),
  ],
};
