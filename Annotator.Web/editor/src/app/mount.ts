import '../ui/editor.css';
import '../ui/menu.css';
import '../ui/panels.css';
import '../ui/tool-options.css';
import '../ui/timeline.css';
import { setCulture, t } from '../i18n/t';
import type { Bootstrap } from './bootstrap';
import { type OpenEditor, openEditor } from './editor';

export type { Bootstrap } from './bootstrap';

/** A mounted editor; `dispose` takes it down, with everything committed kept. */
export interface MountedEditor {
  dispose(): Promise<void>;
}

/**
 * Puts the editor of a job into the element, which it fills. The page must link `editor.css` and the design tokens.
 * What cannot be loaded is told in the element, with a way to try again.
 */
export function mount(element: HTMLElement, bootstrap: Bootstrap): MountedEditor {
  let open: OpenEditor | null = null;
  let disposed = false;
  setCulture(bootstrap.culture);
  element.classList.add('annotator-editor');

  const start = async (takeOver: boolean): Promise<void> => {
    await open?.dispose();
    open = null;
    element.setAttribute('aria-busy', 'true');
    element.replaceChildren(notice(t('app.loading', { job: String(bootstrap.jobId) })));
    try {
      open = await openEditor(element, bootstrap, { takeOver, again: () => void start(true) });
      if (disposed) await open.dispose();
    } catch (error) {
      const retry = document.createElement('button');
      retry.type = 'button';
      retry.className = 'button wide primary';
      retry.textContent = t('app.retry');
      retry.addEventListener('click', () => void start(takeOver));
      element.replaceChildren(notice(t('app.failed', { job: String(bootstrap.jobId) }), error instanceof Error ? error.message : String(error), retry));
    }
    element.removeAttribute('aria-busy');
  };
  void start(false);
  return {
    dispose: async () => {
      disposed = true;
      await open?.dispose();
    },
  };
}

function notice(title: string, detail = '', ...more: Node[]): HTMLElement {
  const box = document.createElement('div');
  box.className = 'opening';
  box.setAttribute('role', 'status');
  const heading = document.createElement('h1');
  heading.textContent = title;
  box.append(heading);
  if (detail !== '') box.append(Object.assign(document.createElement('p'), { textContent: detail }));
  box.append(...more);
  return box;
}
