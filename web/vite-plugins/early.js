// Records Enter in the prompt box before the page's own script is there; that script reads `data-sent` and sends the prompt.
addEventListener('keydown', (event) => {
  const { target, key, shiftKey, isComposing, defaultPrevented } = event;
  if (key !== 'Enter' || shiftKey || isComposing || defaultPrevented || target.id !== 'idea') return;
  event.preventDefault();
  target.dataset.sent = '';
});
