import { batch, effect, signal } from '@preact/signals-core';
import { html, nothing, type TemplateResult } from 'lit-html';
import { Announcer } from '../a11y/announcer';
import { narrate } from '../a11y/narrate';
import type { EditorContext, JobState } from '../actions/context';
import { resumeFollowing } from '../actions/follow';
import { listenToKeys } from '../actions/keyboard';
import { message, t } from '../i18n/t';
import { History } from '../model/history';
import type { Rec } from '../model/records';
import { serverTiles } from '../render/tile-store';
import { frameMeta } from '../model/schema';
import { Selection } from '../model/selection';
import { Store } from '../model/store';
import { makeViewState } from '../model/view';
import type { Segmenter } from '../assist/interactor';
import { Api } from '../sync/api';
import { loadSegmenters } from '../sync/interactors';
import { ServerFollowing } from '../sync/server-following';
import { UsefulFrames } from '../sync/useful-frames';
import { createWorkbench } from '../tools/create-workbench';
import { finishDraft } from '../tools/finish-draft';
import { makeFramePreview } from '../ui/frame-preview';
import { icon } from '../ui/icons';
import { mountShell } from '../ui/shell';
import { Toasts } from '../ui/toasts';
import { type Bootstrap, csrfTokenOf } from './bootstrap';
import { Growth } from './growth';
import { keepDrawing } from './keep-drawing';
import { keepDrawMode } from './draw-mode';
import { keepHistory } from './keep-history';
import { loadAnnotations } from './load-annotations';
import { type LoadedJob, loadJob, reason } from './load-job';
import { makeNavigation } from './navigation';
import { prefetchPrompts } from './prefetch';
import { makePictures, showPictures } from './picture';
import { makePlayback } from './play';
import { Saving } from './saving';
import { makeUiState } from './ui-state';
import { followUrl, readUrl } from './url-state';
import { logWork } from './work';

export interface OpenOptions {
  /** Takes the job from the window that has it. */
  readonly takeOver: boolean;
  /** Opens the job here again, taking it over. */
  readonly again: () => void;
}

/** An open job. */
export interface OpenEditor {
  dispose(): Promise<void>;
}

/** Opens the job in the element: loads it, wires the parts together and shows them. */
export async function openEditor(root: HTMLElement, bootstrap: Bootstrap, options: OpenOptions): Promise<OpenEditor> {
  const api = new Api({ base: bootstrap.apiBase, csrfToken: csrfTokenOf(bootstrap) });
  const loaded = await loadJob(api, bootstrap.jobId);
  const editor = new Editor(root, bootstrap, options, api, loaded);
  await editor.open();
  return editor;
}

class Editor implements OpenEditor {
  readonly #store = new Store();
  readonly #announcer = new Announcer();
  readonly #toasts = new Toasts();
  readonly #stops: (() => void)[] = [];
  readonly #jobState;
  readonly #loading = signal(true, { name: 'loading' });
  readonly #loadedPercent = signal(0, { name: 'loaded percent' });

  constructor(
    private readonly root: HTMLElement,
    private readonly bootstrap: Bootstrap,
    private readonly options: OpenOptions,
    private readonly api: Api,
    private readonly loaded: LoadedJob,
  ) {
    this.#jobState = signal<JobState>(loaded.state, { name: 'job state' });
  }

  async open(): Promise<void> {
    const { meta, frames, schema, videos } = this.loaded;
    const url = readUrl(location.search);
    const first = frames.includes(url.frame ?? NaN) ? url.frame! : (frames[0] ?? meta.startFrame);
    const view = makeViewState(first);
    view.readonly.value = true;
    const store = this.#store;
    const selection = new Selection(store);
    const history = new History(store);
    const { ui, stop: stopUi } = makeUiState(view.settings);
    this.#stops.push(keepDrawing(view.drawing));
    const saving = await Saving.open(this.bootstrap, this.api, store, {
      reload: () => this.#load(view.frame.peek()),
      job: (state) => this.#jobNews(state),
      unsafe: (why) => this.#toasts.show(t('notice.unsafe', { reason: why }), 'error'),
    }, this.options.takeOver);

    const stage = document.createElement('main');
    stage.className = 'stage';
    stage.setAttribute('aria-label', t('app.region'));
    const pictures = makePictures(this.bootstrap.apiBase, meta, videos, view, (frame, steps) => {
      const next = navigation.step(frame, steps);
      return next !== null && Math.abs(navigation.indexOf(next) - navigation.indexOf(frame)) === Math.abs(steps) ? next : null;
    }, ({ name }) => notify('frame.fallback', { file: name }, 'warning'));
    const { player, source, lost } = pictures;
    const leave = (): boolean => {
      if (finishDraft(context.workbench)) return true;
      notify('draw.unfinished', {}, 'warning');
      return false;
    };
    const navigation = makeNavigation(frames, first, (frame) => {
      playback.pause();
      void saving.pulse.now();
      return player.show(frame);
    }, leave);
    const playing = makePlayback({ base: `${this.bootstrap.apiBase}/jobs/${meta.jobId}`, frames, videos, view, navigation, pictures, begin: leave });
    const { playback } = playing;
    const growth = new Growth({
      job: meta.jobId, api: this.api, found: this.loaded.found, stopFrame: () => meta.stopFrame,
      grown: (stopFrame, now) => batch(() => {
        this.loaded.grow(stopFrame, now);
        source.grow();
        playing.grow();
        navigation.grow();
      }),
    });
    const notify: EditorContext['notify'] = (key, values = {}, tone = 'info') => {
      const text = t(key, values);
      this.#toasts.show(text, tone);
      this.#announcer.say(text, tone === 'error');
    };
    const useful = new UsefulFrames(this.api, this.bootstrap.jobId);
    const models = signal<readonly Segmenter[]>([], { name: 'models' });
    void loadSegmenters(this.api, this.bootstrap.jobId).then((found) => { models.value = found; });
    const workbench = createWorkbench(stage, {
      store, view, selection, schema, ids: saving.ids, deletedFrames: meta.deletedFrames, lastFrame: () => meta.stopFrame, models,
      loadTile: serverTiles(this.bootstrap.apiBase, meta.jobId),
      notify: (code, values) => notify(`notice.${code}`, values, 'warning'),
      menu: (at) => { ui.menu.value = at; },
    });
    const following = new ServerFollowing({
      job: this.bootstrap.jobId, api: this.api, store, history, catchUp: () => saving.session.catchUp(),
      save: async () => {
        await saving.pulse.now();
        return saving.session.state.peek().kind === 'saved';
      },
    });
    void following.loadModels();
    const context: EditorContext = {
      job: meta, jobState: this.#jobState, schema, store, storeVersion: this.#versionOf(store), history, selection, view, workbench, ids: saving.ids, models, loading: this.#loading,
      navigation, playback, following, ui, notify,
      clipboard: signal<readonly Rec[]>([], { name: 'clipboard' }),
      digits: signal(schema.labels.slice(0, 10).map(({ id }) => id), { name: 'digits' }),
      usefulFrame: () => useful.next(view.frame.peek(), (frame) => frames.includes(frame)),
      save: () => void saving.pulse.now(),
      setJob: (change) => void this.#setJob(change, context, saving),
      announce: (text) => this.#announcer.say(text),
    };
    const firstLabel = schema.labels.find(({ type }) => type !== 'tag');
    view.drawLabel.value = firstLabel?.id ?? null;

    this.root.replaceChildren();
    const stopShell = mountShell(this.root, stage, context, {
      toasts: this.#toasts,
      frames: { cached: () => (void player.state.value, player.cache.frames()), preview: makeFramePreview(context, this.bootstrap.apiBase) },
      present: () => saving.feed.users.value.filter(({ id }) => id !== this.bootstrap.user.id).map(({ username }) => username),
      status: {
        origin: () => source.originOf(view.frame.value), late: () => playback.waits.value, save: () => saving.session.state.value, conflicts: () => saving.session.tray.value.length, live: () => saving.feed.live.value, found: () => growth.found.value, loaded: () => this.#loadedPercent.value,
      },
      tray: { items: () => saving.session.tray.value, dismiss: (id) => void saving.session.dismiss(id) },
      relatedUrl: (frame) => `${this.bootstrap.apiBase}/jobs/${meta.jobId}/data?type=context_image&number=${frame}`,
      banner: () => this.#banner(saving),
      cover: () => {
        const state = player.state.value;
        const file = frameMeta(meta, state.frame)?.name ?? '';
        const save = saving.session.state.value;
        if (lost.value && (state.kind === 'loading' || playback.waits.value)) return html`<p class="offline" role="status">${icon('cloud')}${t('frame.lost')}</p>`;
        if (state.kind === 'ready' && save.kind === 'offline') return html`<p class="offline">${icon('cloud')}${t('status.offline', { n: save.queued })}</p>`;
        if (state.kind === 'loading') return html`<p class="loading">${t('frame.loading', { file })}</p>`;
        return state.kind === 'ready' ? nothing : html`<div class="failed" role="alert">${icon('warning')}<h2>${t('frame.error')}</h2><p>${state.error.message}</p>
          <button type="button" class="button wide" @click=${() => void player.retry()}>${t('app.retry')}</button></div>`;
      },
    });
    this.root.append(this.#announcer.element);
    const showing = player.show(first);
    this.#stops.push(keepDrawMode(view, meta), stopShell, stopUi, () => workbench.dispose(), playing.stop, () => growth.stop(), () => player.dispose(), () => source.dispose(), () => history.dispose(), () => void saving.dispose(), listenToKeys(context),
      showPictures(player, meta, view, workbench), prefetchPrompts(view, navigation, models), logWork(this.root, store, view, this.api, this.bootstrap.jobId));
    if (url.view !== null) workbench.lookAt(url.view);

    const revision = await this.#load(first);
    const restored = await saving.session.start(revision);
    if (saving.readonlyReason.peek() === null) this.#stops.push(await keepHistory(`${this.bootstrap.user.id}/${this.bootstrap.jobId}`, history, restored));
    if (restored.length > 0) notify('notice.restored', { n: restored.length });
    this.#loading.value = false;
    this.#stops.push(effect(() => {
      view.readonly.value = saving.readonlyReason.value !== null;
    }), effect(() => {
      if (saving.session.tray.value.length > 0) this.#announcer.say(t('announce.conflict'), true);
    }), effect(() => leaveBehind(selection, store, view.frame.value)), narrate(context), followUrl(context));
    saving.start();
    void resumeFollowing(context);
    void growth.follow();
    await showing;
    if (url.object !== null && store.has(url.object)) selection.selected.set([url.object]);
  }

  async dispose(): Promise<void> {
    for (const stop of this.#stops.reverse()) stop();
    this.#stops.length = 0;
  }

  async #load(frame: number): Promise<number> {
    const revision = await loadAnnotations(this.api, this.loaded.meta, this.#store, frame, (percent) => {
      this.#loadedPercent.value = percent;
    });
    this.#loadedPercent.value = 100;
    return revision;
  }

  /** Panels follow the store once per animation frame, however many changes a frame has. */
  #versionOf(store: Store) {
    const version = signal(0, { name: 'store version' });
    let waiting = false;
    this.#stops.push(store.listen(() => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        version.value++;
      });
    }));
    return version;
  }

  async #setJob(change: Partial<JobState>, context: EditorContext, saving: Saving): Promise<void> {
    await saving.pulse.now();
    const answer = await this.api.send<JobState>('PATCH', `/jobs/${this.bootstrap.jobId}`, change);
    context.ui.overlay.value = null;
    if (answer.kind === 'ok') this.#jobNews(answer.value);
    else context.notify('job.changeFailed', { reason: reason(answer) }, 'error');
  }

  #jobNews({ stage, state }: JobState): void {
    const now = this.#jobState.peek();
    if (now.stage === stage && now.state === state) return;
    this.#jobState.value = { stage, state };
    const text = t('job.changed', { stage: message(`stage.${stage}`), state: message(`state.${state}`) });
    this.#toasts.show(text, 'info');
    this.#announcer.say(text);
  }

  #banner(saving: Saving): TemplateResult | typeof nothing {
    const why = saving.readonlyReason.value;
    if (why === null) return nothing;
    if (why === 'denied') return html`<p role="status">${t('banner.denied')}</p>`;
    return html`<p role="status">${t(why === 'other-window' ? 'banner.readonly' : 'banner.lost')}
      <button type="button" class="button wide primary" @click=${this.options.again}>${t('banner.takeOver')}</button></p>`;
  }
}

/** What stands on another frame only is not kept selected: nobody deletes what they do not see. */
function leaveBehind(selection: Selection, store: Store, frame: number): void {
  const kept = [...selection.selected.ids.peek()].filter((id) => {
    const rec = store.get(id);
    return rec?.type === 'track' || rec?.frame === frame;
  });
  selection.selected.set(kept);
}
