import { effect, type ReadonlySignal, type Signal } from '@preact/signals-core';

/**
 * Opens the dialog while the overlay is a modal one and closes it when it is not; a dialog that the browser closed takes its
 * overlay along. Returns the way to stop.
 */
export function followOverlay<T>(dialog: HTMLDialogElement, overlay: Signal<T | null>, isModal: (overlay: T | null) => boolean, on: { readonly open: () => void; readonly close: () => void }): () => void {
  const onClose = (): void => {
    // The event comes later than the closing, and by then the dialog may show the next overlay.
    if (!dialog.open && isModal(overlay.peek())) overlay.value = null;
  };
  const onClick = (event: MouseEvent): void => {
    if (event.target === dialog) dialog.close();
  };
  dialog.addEventListener('close', onClose);
  dialog.addEventListener('click', onClick);
  const stop = effect(() => show(dialog, isModal((overlay as ReadonlySignal<T | null>).value), on));
  return () => {
    stop();
    dialog.removeEventListener('close', onClose);
    dialog.removeEventListener('click', onClick);
  };
}

function show(dialog: HTMLDialogElement, open: boolean, on: { readonly open: () => void; readonly close: () => void }): void {
  if (open === dialog.open) return;
  if (!open) {
    dialog.close();
    on.close();
    return;
  }
  on.open();
  dialog.showModal();
  const field = dialog.querySelector<HTMLInputElement>('[autofocus]');
  field?.focus();
  field?.select();
}
