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
