/**
 * Sandbox permissions of a previewed app, for its frame and for the CSP of its own documents: its own origin, but neither top navigation
 * nor popups that escape the sandbox. Pointer lock needs a click (Pointer Lock 2.0, section 5.1), and games need it.
 */
export const previewSandbox =
  'allow-scripts allow-same-origin allow-forms allow-modals allow-downloads allow-popups allow-pointer-lock';
