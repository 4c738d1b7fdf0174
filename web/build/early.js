// Enter, pressed before the page's own script is there, sends as it does later: that script finds it noted on the box.
addEventListener('keydown', (event) => {
  const { target, key, shiftKey, isComposing, defaultPrevented } = event;
  if (key !== 'Enter' || shiftKey || isComposing || defaultPrevented || target.id !== 'idea') return;
  event.preventDefault();
  target.dataset.sent = '';
});
