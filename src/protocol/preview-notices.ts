/** What the page tells of a preview as a notice, in English; the page has words for each in its language. */
export const noticeOfStorage =
  'This browser gives a framed page no storage. What the app stores lasts until it is reloaded.';
export const noticeOfSpeed = 'The app reports faster than can be read; some of it was dropped.';
export const noticeOfDropped = 'The app sends more messages than can be read; some were dropped.';
export const noticeOfReport = 'The app sent a report that is too large to be read.';
export const noticeOfKeyboard = 'The app was stopped: it took the keyboard while you were typing.';
