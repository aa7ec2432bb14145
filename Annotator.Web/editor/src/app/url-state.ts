import { effect } from '@preact/signals-core';
import type { EditorContext } from '../actions/context';
import type { Viewpoint } from '../model/view';

/** What the address says of the view (WS-05): `?f=frame&o=object&v=x,y,scale`. */
export interface UrlState {
  readonly frame: number | null;
  readonly object: number | null;
  readonly view: Viewpoint | null;
}

export function readUrl(search: string): UrlState {
  const params = new URLSearchParams(search);
  const whole = (name: string): number | null => {
    const text = params.get(name);
    return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
  };
  const [x, y, scale] = (params.get('v') ?? '').split(',').map(Number);
  const usable = [x, y, scale].every((value) => value !== undefined && Number.isFinite(value)) && scale! > 0;
  // CVAT's links say frame.
  return { frame: whole('f') ?? whole('frame'), object: whole('o'), view: usable ? { x: x!, y: y!, scale: scale! } : null };
}

export function writeUrl(search: string, state: UrlState): string {
  const params = new URLSearchParams(search);
  const set = (name: string, value: string | null): void => (value === null ? params.delete(name) : params.set(name, value));
  params.delete('frame');
  set('f', state.frame === null ? null : String(state.frame));
  set('o', state.object === null ? null : String(state.object));
  set('v', state.view === null ? null : `${state.view.x.toFixed(1)},${state.view.y.toFixed(1)},${state.view.scale.toPrecision(4)}`);
  return `?${params.toString().replaceAll('%2C', ',')}`;
}

const QUIET_MS = 300;

/** Keeps the address up to date once the view rests. Returns the way to stop. */
export function followUrl(context: EditorContext): () => void {
  let timer = 0;
  const stop = effect(() => {
    const { x, y, scale, width } = context.view.viewport.value;
    // Nothing is looked at before canvas and picture are there: the address still says where to look.
    if (width === 0 || context.view.image.value.width === 0) return;
    const state: UrlState = { frame: context.view.frame.value, object: context.selection.single.value, view: { x, y, scale } };
    window.clearTimeout(timer);
    timer = window.setTimeout(() => history.replaceState(history.state, '', writeUrl(location.search, state)), QUIET_MS);
  });
  return () => {
    window.clearTimeout(timer);
    stop();
  };
}
