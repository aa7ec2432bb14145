import type { Workbench } from './workbench';

/**
 * Before the frame is left: what is drawn so far becomes an object if there is enough of it. False when it is too little or
 * still in the hand; then the frame must stay, because a draft belongs to its frame and is not thrown away unasked.
 */
export function finishDraft(workbench: Pick<Workbench, 'drafting' | 'draftPoints' | 'finish'>): boolean {
  return !workbench.drafting || (workbench.draftPoints > 0 && workbench.finish());
}
