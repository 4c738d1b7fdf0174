/** What Chromium and Firefox say where a frame, its sandbox or its permissions policy forbids a call, whatever the app does. */
const refusals =
  /permissions policy|permission[s]? check failed|is sandboxed|sandboxed (?:frame|document|iframe)|top-level browsing context|cross.origin sub ?frames|not have permission to navigate the target frame|feature is not enabled in this document|failed to register a serviceworker/i;

/**
 * Whether the message of an error says that the preview's frame forbids what the app has asked for: camera, microphone, location,
 * full screen, payments, file pickers, navigation of the whole page, a service worker.
 */
export function isFrameRefusal(message: string): boolean {
  return refusals.test(message);
}
