import { html, type TemplateResult } from 'lit-html';
import type { EditorContext } from '../actions/context';
import { changeName } from '../actions/names';
import { message, t } from '../i18n/t';
import { hasRelated } from '../model/schema';
import { actionButton } from './action-button';
import { icon } from './icons';

/** Task and job, stage and state, undo and redo, who is here, help. */
export function header(context: EditorContext, present: () => readonly string[]): TemplateResult {
  const { job, jobState, history } = context;
  void history.version.value;
  const undo = history.undoSteps.at(-1);
  const redo = history.redoSteps.at(-1);
  const others = present();
  // Who has the job only may not see its task.
  const back = job.taskName === '' ? { href: '/', title: t('app.backHome') } : { href: `/tasks/${job.taskId}`, title: t('app.back') };
  return html`
    <a class="button back" href=${back.href} title=${back.title} aria-label=${back.title}>${icon('back')}</a>
    <div class="title"><h1 class="task" title=${job.taskName}>${job.taskName || t('job.number', { id: String(job.jobId) })}</h1>${job.taskName === '' ? '' : html`<span class="mono">${t('job.number', { id: String(job.jobId) })}</span>`}</div>
    <div class="cluster">
      ${actionButton(context, 'edit.undo', 'undo', undo === undefined ? {} : { label: t('edit.undoNamed', { name: changeName(undo.name) }) })}
      ${actionButton(context, 'edit.redo', 'redo', redo === undefined ? {} : { label: t('edit.redoNamed', { name: changeName(redo.name) }) })}
    </div>
    <span class="grow"></span>
    ${others.length === 0 ? '' : html`<span class="present" title=${t('status.others', { names: others.join(', ') })}>
      ${icon('user')}<span>${others.slice(0, 3).join(', ')}${others.length > 3 ? ` +${others.length - 3}` : ''}</span></span>`}
    <div class="cluster">
      ${hasRelated(job) ? actionButton(context, 'view.related', 'pictures', { pressed: context.ui.relatedOpen.value }) : ''}
      ${actionButton(context, 'view.fit', 'fit')}
      ${actionButton(context, 'help.palette', 'search')}
      ${actionButton(context, 'view.settings', 'settings', { pressed: context.ui.overlay.value === 'settings' })}
      ${actionButton(context, 'help.shortcuts', 'help')}
    </div>
    <button type="button" class="button wide job" aria-haspopup="dialog" aria-expanded=${context.ui.overlay.value === 'job'} data-state=${jobState.value.state}
      title=${`${t('job.stage')}: ${message(`stage.${jobState.value.stage}`)}\n${t('job.state')}: ${message(`state.${jobState.value.state}`)}`}
      @click=${() => { context.ui.overlay.value = context.ui.overlay.peek() === 'job' ? null : 'job'; }}>
      ${t('job.menu', { stage: message(`stage.${jobState.value.stage}`), state: message(`state.${jobState.value.state}`) })}</button>
    ${jobState.value.state === 'completed' ? actionButton(context, 'job.reopen', 'undo', { wide: true })
      : actionButton(context, 'job.complete', 'check', { wide: true, className: 'primary' })}`;
}
