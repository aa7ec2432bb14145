// Enter in a field that adds something presses the button beside it, and does not send the form around both.
document.addEventListener('keydown', event => {
  if (event.key === 'Enter' && !event.isComposing && event.target.matches?.('[data-enter=next-button]')) {
    event.preventDefault();
    event.target.parentElement.querySelector('button')?.click();
  }
});

// On narrow screens the rail is a drawer: it closes when it has led somewhere.
document.addEventListener('click', event => {
  const rail = document.getElementById('rail');
  if (event.target.closest?.('#rail a') && rail?.matches(':popover-open')) {
    rail.hidePopover();
  }
});

// What stands in a field, to the clipboard: by the browser's own call where the page may use it, else by selecting it.
document.addEventListener('click', async event => {
  const button = event.target.closest?.('[data-copy]');
  const field = button && document.getElementById(button.dataset.copy);
  if (!field) {
    return;
  }
  field.select();
  const copied = navigator.clipboard
    ? await navigator.clipboard.writeText(field.value).then(() => true, () => false)
    : document.execCommand('copy');
  button.textContent = copied ? 'Copied' : 'Press Ctrl+C';
});
