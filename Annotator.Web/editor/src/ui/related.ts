import { effect, signal } from '@preact/signals-core';
import { html, nothing, type TemplateResult } from 'lit-html';
import { actionOf } from '../actions/catalogue';
import type { EditorContext } from '../actions/context';
import { actionLabel } from '../actions/define';
import { shownKey } from '../actions/keys';
import { patientFetch } from '../frames/patient-fetch';
import { readStoredZip } from '../frames/zip';
import { t } from '../i18n/t';
import { frameMeta } from '../model/schema';
import { icon } from './icons';
import { live, region } from './live';
import { RELATED_MAX, RELATED_MIN, sideHandle } from './splitter';
import { zoomBox } from './zoom-box';

/** Someone who steps on at once does not wait for pictures that are gone already. */
const REST_MILLISECONDS = 80;
/** The number that keeps equal names apart in the ZIP. */
const NUMBER = /^\d{3}_/;

interface Picture {
  readonly name: string;
  readonly url: string;
}

type Shown =
  | { readonly kind: 'none' | 'loading' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'pictures'; readonly pictures: readonly Picture[] };

/** The pictures that stand beside the frame, one below the other. Returns the way to take the panel down. */
export function mountRelatedPanel(host: HTMLElement, context: EditorContext, urlOf: (frame: number) => string): () => void {
  const shown = signal<Shown>({ kind: 'none' }, { name: 'related pictures' });
  const again = signal(0, { name: 'related again' });
  const [head, said, list] = [region('header', ''), region('div', 'related-words'), region('div', 'related-list')];
  host.append(sideHandle(t('related.title'), context.ui.relatedWidth, RELATED_MIN, RELATED_MAX), head, said, list);
  const drop = (): void => {
    const old = shown.peek();
    if (old.kind === 'pictures') for (const { url } of old.pictures) URL.revokeObjectURL(url);
  };
  const stopLoading = effect(() => {
    void again.value;
    const frame = context.view.frame.value;
    if (!context.ui.relatedOpen.value || context.playback.direction.value !== 0) return;
    const stop = new AbortController();
    const count = frameMeta(context.job, frame)?.related_files ?? 0;
    const give = (next: Shown): void => {
      if (stop.signal.aborted) return;
      list.removeAttribute('data-stale');
      drop();
      shown.value = next;
    };
    if (count === 0) {
      give({ kind: 'none' });
      return;
    }
    const timer = window.setTimeout(() => {
      load(urlOf(frame), stop.signal).then((pictures) => give({ kind: 'pictures', pictures }), (error: unknown) => give({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) }));
    }, REST_MILLISECONDS);
    // Those of the frame before stay for the moment, so that nothing flickers, but it can be seen that they are not this one's.
    if (shown.peek().kind === 'pictures') list.setAttribute('data-stale', '');
    else give({ kind: 'loading' });
    return () => {
      window.clearTimeout(timer);
      stop.abort();
    };
  });
  const close = actionOf('view.related');
  const stops = [
    stopLoading,
    live(head, () => html`<h2>${t('related.title')}</h2><button type="button" class="button" aria-label=${t('related.close')} title="${actionLabel(close)} (${shownKey(close.keys[0]!)})"
      @click=${() => { context.ui.relatedOpen.value = false; }}>${icon('close')}</button>`),
    live(said, () => words(shown.value, () => { again.value++; })),
    effect(() => {
      const now = shown.value;
      list.replaceChildren(...(now.kind === 'pictures' ? now.pictures.map(figure) : []));
    }),
    drop,
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function words(shown: Shown, retry: () => void): TemplateResult | typeof nothing {
  switch (shown.kind) {
    case 'none':
      return html`<p class="empty">${t('related.none')}</p>`;
    case 'loading':
      return html`<p class="empty" role="status">${t('related.loading')}</p>`;
    case 'failed':
      return html`<p class="empty" role="alert">${t('related.failed', { reason: shown.reason })}</p><button type="button" class="button wide" @click=${retry}>${t('app.retry')}</button>`;
    case 'pictures':
      return nothing;
  }
}

/** Made anew for each picture, so that a zoom into one never stays on another. */
function figure({ name, url }: Picture): HTMLElement {
  const caption = document.createElement('figcaption');
  caption.textContent = caption.title = name;
  const box = document.createElement('div');
  box.className = 'related-box';
  box.tabIndex = 0;
  box.setAttribute('role', 'group');
  box.setAttribute('aria-label', t('related.zoom', { name }));
  const picture = document.createElement('img');
  picture.alt = name;
  picture.draggable = false;
  picture.src = url;
  picture.addEventListener('error', () => {
    const empty = document.createElement('p');
    empty.className = 'empty';
    empty.textContent = t('related.undecodable', { name });
    box.replaceChildren(empty);
  }, { once: true });
  box.append(picture);
  zoomBox(box, picture);
  const whole = document.createElement('figure');
  whole.append(caption, box);
  return whole;
}

async function load(url: string, signal: AbortSignal): Promise<Picture[]> {
  const response = await patientFetch(url, { signal }, () => undefined);
  if (!response.ok) throw new Error(t('related.answer', { status: String(response.status) }));
  const files = readStoredZip(new Uint8Array(await response.arrayBuffer()));
  signal.throwIfAborted();
  return files.map(({ name, data }) => ({ name: name.replace(NUMBER, ''), url: URL.createObjectURL(data) }));
}
