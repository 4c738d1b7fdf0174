import { describe, expect, test } from 'vitest';
import { isFrameRefusal } from '../../../web/bridge/frame-refusal.ts';

/** As Chromium 150 and Firefox 140 say it in a preview's frame. */
describe('what the frame forbids to every app is no fault of this one', () => {
  test.each([
    'Unhandled rejection: TypeError: Disallowed by permissions policy',
    'Geolocation has been disabled in this document by permissions policy.',
    "SecurityError: Failed to execute 'lock' on 'ScreenOrientation': The window is sandboxed and lacks the 'allow-orientation-lock' flag.",
    "SecurityError: Failed to set a named property 'href' on 'Location': The current window does not have permission to navigate the target frame to 'https://example.com/'.",
    "SecurityError: Failed to execute 'requestDevice' on 'USB': Access to the feature \"usb\" is disallowed by permissions policy.",
    'SecurityError: Failed to construct \'PaymentRequest\': Must be in a top-level browsing context or an iframe needs to specify allow="payment" explicitly',
    "NotAllowedError: The 'publickey-credentials-get' feature is not enabled in this document. Permissions Policy may be used to delegate Web Authentication capabilities to cross-origin child frames.",
    "SecurityError: Failed to execute 'showOpenFilePicker' on 'Window': Cross origin sub frames aren't allowed to show a file picker.",
    "TypeError: Failed to register a ServiceWorker for scope ('http://x.localhost/') with script ('http://x.localhost/sw.js'): A bad HTTP response code (403) was received when fetching the script.",
  ])('%s', (message) => expect(isFrameRefusal(message)).toBe(true));

  test.each([
    'TypeError: x is not a function',
    'SecurityError: The operation is insecure.',
    'NotFoundError: Requested device not found',
    'Refused by our own policy',
    'Error: permission to edit is missing',
  ])('%s is one', (message) => expect(isFrameRefusal(message)).toBe(false));
});
