import { effect, signal, type Signal } from '@preact/signals-core';
import type { MenuPlace, Theme, UiState } from '../actions/context';
import { INSPECTOR_MAX, INSPECTOR_MIN, RELATED_MAX, RELATED_MIN } from '../ui/splitter';
import { TIMELINE_MAX, TIMELINE_MIN, timelineHeightFor } from '../ui/timeline-layout';
import { DEFAULT_SETTINGS, type ViewSettings } from '../model/view';

const KEY = 'annotator.editor';

interface Kept {
  readonly chrome?: boolean;
  readonly inspectorWidth?: number;
  readonly objectSort?: 'id' | 'label' | 'layer';
  readonly relatedOpen?: boolean;
  readonly relatedWidth?: number;
  readonly timelineHeight?: number;
  readonly timelineOpen?: boolean;
  readonly settings?: Partial<ViewSettings>;
}

/** Panel state and appearance, as this browser kept them. Picture adjustments are not kept: they belong to the picture. */
export function makeUiState(settings: Signal<ViewSettings>): { readonly ui: UiState; readonly stop: () => void } {
  const kept = readKept();
  const { brightness, contrast, saturation } = DEFAULT_SETTINGS;
  settings.value = { ...DEFAULT_SETTINGS, ...kept.settings, brightness, contrast, saturation };
  const ui: UiState = {
    overlay: signal(null, { name: 'overlay' }),
    chrome: signal(kept.chrome ?? true, { name: 'chrome' }),
    tab: signal('objects', { name: 'tab' }),
    inspectorWidth: signal(Math.max(INSPECTOR_MIN, Math.min(INSPECTOR_MAX, kept.inspectorWidth ?? 288)), { name: 'inspector width' }),
    timelineHeight: signal(Math.max(TIMELINE_MIN, Math.min(TIMELINE_MAX, kept.timelineHeight ?? timelineHeightFor(window.innerHeight))), { name: 'timeline height' }),
    timelineOpen: signal(kept.timelineOpen ?? true, { name: 'timeline open' }),
    timelineRange: signal<readonly [number, number] | null>(null, { name: 'timeline range' }),
    relatedOpen: signal(kept.relatedOpen ?? true, { name: 'related open' }),
    relatedWidth: signal(Math.max(RELATED_MIN, Math.min(RELATED_MAX, kept.relatedWidth ?? 280)), { name: 'related width' }),
    theme: signal(themeOfPage(), { name: 'theme' }),
    menu: signal<MenuPlace | null>(null, { name: 'menu' }),
    discard: signal(false, { name: 'discard' }),
    objectFilter: signal('', { name: 'object filter' }),
    objectSort: signal(kept.objectSort ?? 'id', { name: 'object sort' }),
  };
  const stopKeeping = effect(() => {
    const now: Kept = { chrome: ui.chrome.value, inspectorWidth: ui.inspectorWidth.value, objectSort: ui.objectSort.value, relatedOpen: ui.relatedOpen.value, relatedWidth: ui.relatedWidth.value, timelineHeight: ui.timelineHeight.value, timelineOpen: ui.timelineOpen.value, settings: settings.value };
    try {
      localStorage.setItem(KEY, JSON.stringify(now));
    } catch {
      // A browser that keeps nothing still edits.
    }
  });
  let first = true;
  const stopTheme = effect(() => {
    const theme = ui.theme.value;
    if (!first) useTheme(theme);
    first = false;
  });
  return { ui, stop: () => { stopKeeping(); stopTheme(); } };
}

/** The pages' own cookie, so that pages and editor look alike. */
function useTheme(theme: Theme): void {
  const value = theme === 'system' ? '' : theme;
  const age = value === '' ? 0 : 365 * 24 * 3600;
  document.cookie = `theme=${value}; path=/; max-age=${age}; samesite=lax${location.protocol === 'https:' ? '; secure' : ''}`;
  if (value === '') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = value;
}

function themeOfPage(): Theme {
  const theme = document.documentElement.dataset['theme'];
  return theme === 'light' || theme === 'dark' || theme === 'contrast' ? theme : 'system';
}

function readKept(): Kept {
  try {
    return (JSON.parse(localStorage.getItem(KEY) ?? '{}') as Kept | null) ?? {};
  } catch {
    return {};
  }
}
