/** Puts the editor into the element that the job page made for it. */
export function mount(element: HTMLElement): void {
  element.classList.add('annotator-editor');
}
