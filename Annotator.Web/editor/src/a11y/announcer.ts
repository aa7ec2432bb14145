/** Says things to people who cannot see them. Polite waits for the end of a sentence, assertive does not. */
export class Announcer {
  readonly element: HTMLElement;
  readonly #polite: HTMLElement;
  readonly #assertive: HTMLElement;

  constructor() {
    this.element = document.createElement('div');
    this.element.className = 'unseen';
    this.#polite = region('polite');
    this.#assertive = region('assertive');
    this.element.append(this.#polite, this.#assertive);
  }

  say(text: string, urgent = false): void {
    const place = urgent ? this.#assertive : this.#polite;
    // The same words again are only read when the content really changes.
    place.textContent = place.textContent === text ? `${text}\u00a0` : text;
  }
}

function region(politeness: string): HTMLElement {
  const element = document.createElement('div');
  element.setAttribute('aria-live', politeness);
  element.setAttribute('role', politeness === 'assertive' ? 'alert' : 'status');
  return element;
}
