import { describe, expect, test, vi } from 'vitest';
import { area } from '../geometry/polygon';
import { iou } from '../masks/combine';
import { maskOfRings } from '../masks/fill';
import { maskArea, pointsOf, spansOf } from '../masks/spans';
import { sweep } from '../masks/brush';
import { TileMask } from '../masks/tiles';
import { Cutter } from '../assist/cutter';
import { Hand } from './testing/hand';
import type { Candidate, Prompt, Segmenter } from '../assist/interactor';
import type { MaskSpans } from '../masks/spans';

const SIZE = 1000;
const CENTRE = [400, 450] as const;
const RADIUS = 150;

/** A light disc on a dark ground that grows lighter to the right, with some grain. */
function scene(): Hand {
  const hand = new Hand();
  const data = new Uint8ClampedArray(SIZE * SIZE * 4);
  let seed = 5;
  for (let i = 0; i < SIZE * SIZE; i++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const grain = (seed >>> 24) / 64;
    const [x, y] = [i % SIZE, Math.floor(i / SIZE)];
    const value = Math.hypot(x + 0.5 - CENTRE[0], y + 0.5 - CENTRE[1]) <= RADIUS ? 180 : 60 + x / 40;
    data.set([value + grain, value + grain, value * 0.9 + grain, 255], 4 * i);
  }
  hand.pixels = { width: SIZE, height: SIZE, data };
  return hand;
}

const DISC: MaskSpans = (() => {
  const tiles = new TileMask(SIZE, SIZE);
  tiles.begin();
  sweep('round', 2 * RADIUS, ...CENTRE, ...CENTRE, (y, from, to) => tiles.run(y, from, to, true));
  return tiles.toSpans()!;
})();

/** All that was asked has been answered. */
const answered = async () => {
  for (let i = 0; i < 50; i++) await Promise.resolve();
};

describe('wand', () => {
  test('a press takes what is alike, a drag more of it, and Enter makes it a mask', async () => {
    const hand = scene().take('wand');
    hand.down(...CENTRE);
    await answered();
    hand.up(...CENTRE);
    await answered();
    expect(hand.view.report.value.steps).toBe(1);
    expect(hand.tool.finish()).toBe(true);
    expect(hand.shapes()).toMatchObject([{ kind: 'mask', source: 'semi-auto' }]);
    expect(iou(spansOf(hand.shapes()[0]!.points), DISC)).toBeGreaterThan(0.999);
    hand.down(...CENTRE);
    await answered();
    hand.move(900, 900).up(900, 900);
    await answered();
    expect(hand.view.drawing.value.wandTolerance).toBe(254);
    hand.tool.finish();
    expect(maskArea(spansOf(hand.shapes()[1]!.points))).toBe(SIZE * SIZE);
  });

  test('the preview follows the drag, and a release before the answer loses nothing', async () => {
    const hand = scene().take('wand').down(...CENTRE).up(...CENTRE);
    expect(hand.view.report.value.steps).toBe(0);
    await answered();
    expect(hand.view.report.value.steps).toBe(1);
  });

  test('another plain press takes the place of the last; Shift adds and Alt takes away', async () => {
    const hand = scene().take('wand');
    const press = async (x: number, y: number, keys = {}) => {
      hand.down(x, y, keys).up(x, y, keys);
      await answered();
    };
    await press(100, 100);
    await press(...CENTRE);
    expect(hand.view.report.value.steps).toBe(1);
    await press(100, 100, { shift: true });
    expect(hand.view.report.value.steps).toBe(2);
    await press(...CENTRE, { alt: true });
    hand.tool.finish();
    const mask = spansOf(hand.shapes()[0]!.points);
    expect(maskArea(mask)).toBe(SIZE * SIZE - maskArea(DISC));
  });

  test('without a picture it says so', async () => {
    const hand = new Hand().take('wand').click(...CENTRE);
    await vi.waitFor(() => expect(hand.notices).toEqual(['picture-missing']));
    expect(hand.tool.drafting).toBe(false);
  });
});

describe('scissors', () => {
  const onDisc = (degrees: number): [number, number] => [CENTRE[0] + (RADIUS + 2) * Math.cos((degrees * Math.PI) / 180), CENTRE[1] + (RADIUS + 2) * Math.sin((degrees * Math.PI) / 180)];

  test('four clicks go around a disc', async () => {
    const hand = scene().take('scissors');
    for (const degrees of [0, 80, 170, 260]) {
      hand.click(...onDisc(degrees));
      await answered();
    }
    expect(hand.view.report.value).toMatchObject({ steps: 4 });
    hand.click(...onDisc(0));
    await answered();
    expect(hand.shapes()).toMatchObject([{ kind: 'polygon', source: 'semi-auto' }]);
    const ring = hand.shapes()[0]!.points;
    expect(ring.length / 2).toBeLessThan(120);
    expect(iou(maskOfRings([ring], SIZE, SIZE)!, DISC)).toBeGreaterThan(0.97);
  });

  test('clicks that come faster than their ways are not lost', async () => {
    const hand = scene().take('scissors');
    for (const degrees of [0, 80, 170, 260]) hand.click(...onDisc(degrees));
    hand.click(...onDisc(0));
    await answered();
    expect(iou(maskOfRings([hand.shapes()[0]!.points], SIZE, SIZE)!, DISC)).toBeGreaterThan(0.97);
  });

  test('Alt goes straight, Backspace takes the last anchor back, Esc all', async () => {
    const hand = scene().take('scissors');
    for (const [x, y] of [[700, 100], [900, 100], [900, 300], [720, 320]] as const) {
      hand.click(x, y, { alt: true });
      await answered();
    }
    expect(hand.tool.stepBack()).toBe(true);
    await answered();
    expect(hand.tool.draftPoints).toBe(3);
    expect(hand.tool.finish()).toBe(true);
    await answered();
    expect(area(hand.shapes()[0]!.points)).toBeGreaterThan(18_000);
    hand.click(100, 100);
    await answered();
    expect(hand.tool.cancel()).toBe(true);
    expect(hand.shapes()).toHaveLength(1);
  });

  test('it becomes a mask where that was chosen', async () => {
    const hand = scene().take('scissors');
    hand.view.drawing.value = { ...hand.view.drawing.value, outputs: { 'trace/1': 'mask' } };
    for (const degrees of [0, 90, 180, 270]) {
      hand.click(...onDisc(degrees));
      await answered();
    }
    expect(hand.tool.finish()).toBe(true);
    await answered();
    expect(hand.shapes()[0]!.kind).toBe('mask');
    expect(iou(spansOf(hand.shapes()[0]!.points), DISC)).toBeGreaterThan(0.97);
  });
});

/** A model that answers when it is told to. */
class FakeModel implements Segmenter {
  readonly id = '7';
  readonly name = 'fake';
  readonly asked: Prompt[] = [];
  readonly #answers: ((found: readonly Candidate[]) => void)[] = [];

  constructor(readonly hovers: boolean) {}

  segment(_frame: number, prompt: Prompt): Promise<readonly Candidate[]> {
    this.asked.push(prompt);
    return new Promise((resolve) => this.#answers.push(resolve));
  }

  async answer(...found: Candidate[]): Promise<void> {
    this.#answers.shift()!(found);
    await answered();
  }

  prepare(): void {
    // Nothing is kept.
  }
}

const square = (side: number): MaskSpans => maskOfRings([[100, 100, 100 + side, 100, 100 + side, 100 + side, 100, 100 + side]], SIZE, SIZE)!;

describe('smart tool', () => {
  function withModel(hovers = false): { hand: Hand; model: FakeModel } {
    const hand = new Hand();
    const model = new FakeModel(hovers);
    hand.segmenters.value = [model];
    return { hand: hand.take('smart'), model };
  }

  test('clicks are where the object is, with Alt or the right button where it is not; a drag is its box', () => {
    const { hand, model } = withModel();
    hand.click(50, 60).click(80, 90, { alt: true }).down(10, 20, { button: 2 });
    expect(model.asked.at(-1)).toEqual({ points: [{ x: 50, y: 60, inside: true }, { x: 80, y: 90, inside: false }, { x: 10, y: 20, inside: false }], box: null });
    hand.drag(300, 300, 200, 100);
    expect(model.asked.at(-1)).toEqual({ points: [], box: [200, 100, 300, 300] });
  });

  test('points are dragged, and taken away by a click', () => {
    const { hand, model } = withModel();
    hand.click(50, 60).drag(50, 60, 200, 210);
    expect(model.asked.at(-1)!.points).toEqual([{ x: 200, y: 210, inside: true }]);
    hand.click(200, 210);
    expect(hand.tool.drafting).toBe(false);
    expect(hand.tool.undo!()).toBe(true);
    expect(model.asked.at(-1)!.points).toEqual([{ x: 200, y: 210, inside: true }]);
  });

  test('a stroke inside the box leaves points along its way', () => {
    const { hand, model } = withModel();
    hand.drag(100, 100, 400, 400).down(150, 150).move(200, 150).move(250, 150).move(300, 150).up(300, 150);
    expect(model.asked.at(-1)!.box).toEqual([100, 100, 400, 400]);
    expect(model.asked.at(-1)!.points.map(({ x }) => x)).toEqual([150, 200, 250, 300]);
  });

  test('Tab goes through the candidates and Enter commits the one that is shown', async () => {
    const { hand, model } = withModel();
    hand.click(50, 60);
    await model.answer({ score: 0.9, mask: square(50) }, { score: 0.7, mask: square(80) });
    expect(hand.view.report.value.candidate).toEqual({ index: 0, count: 2, score: 0.9 });
    expect(hand.tool.nextCandidate!(false)).toBe(true);
    expect(hand.tool.finish()).toBe(true);
    expect(hand.shapes()).toMatchObject([{ kind: 'mask', source: 'semi-auto', points: pointsOf(square(80)) }]);
    expect(hand.tool.drafting).toBe(false);
    hand.history.undo();
    expect(hand.shapes()).toEqual([]);
  });

  test('as polygon, the slider trades points for truth, and both are told', async () => {
    const { hand, model } = withModel();
    hand.view.drawing.value = { ...hand.view.drawing.value, outputs: { 'smart/1': 'polygon' }, polygonTolerance: 0.5 };
    hand.click(50, 60);
    await model.answer({ score: 0.9, mask: DISC });
    const fine = hand.view.report.value.polygon!;
    hand.view.drawing.value = { ...hand.view.drawing.value, polygonTolerance: 6 };
    hand.tool.change!('redraw');
    const coarse = hand.view.report.value.polygon!;
    expect(coarse.vertices).toBeLessThan(fine.vertices);
    expect(fine.iou).toBeGreaterThan(coarse.iou);
    hand.tool.finish();
    expect(hand.shapes()).toMatchObject([{ kind: 'polygon' }]);
    expect(hand.shapes()[0]!.points.length / 2).toBe(coarse.vertices);
  });

  test('an answer to an older prompt comes too late', async () => {
    const { hand, model } = withModel();
    hand.click(50, 60).click(90, 90);
    await model.answer({ score: 1, mask: square(50) });
    expect(hand.view.report.value).toMatchObject({ candidate: null, busy: true });
    await model.answer({ score: 1, mask: square(80) });
    hand.tool.finish();
    expect(hand.shapes()[0]!.points).toEqual(pointsOf(square(80)));
  });

  test('hovering asks one thing at a time, and a click ends it', async () => {
    const { hand, model } = withModel(true);
    hand.move(50, 50).move(60, 60).move(70, 70);
    expect(model.asked).toHaveLength(1);
    await model.answer({ score: 1, mask: square(20) });
    expect(hand.context.draft.value.overlays).toHaveLength(1);
    expect(hand.tool.drafting).toBe(false);
    hand.move(200, 200);
    expect(model.asked).toHaveLength(2);
    hand.click(200, 200);
    await model.answer({ score: 1, mask: square(20) });
    expect(hand.view.report.value).toMatchObject({ candidate: null, busy: true });
  });

  test('nothing found, or a failure, is told and leaves the prompt', async () => {
    const { hand, model } = withModel();
    hand.click(50, 60);
    await model.answer();
    expect(hand.notices).toEqual(['nothing-found']);
    expect(hand.tool.drafting).toBe(true);
    expect(hand.tool.finish()).toBe(false);
  });

  test('without a model a box is cut out, and a point outside takes a part away', async () => {
    const hand = scene();
    hand.segmenters.value = [new Cutter(hand.context.picture, hand.context.compute, () => 100)];
    hand.take('smart').drag(CENTRE[0] - 190, CENTRE[1] - 190, CENTRE[0] + 190, CENTRE[1] + 190);
    await answered();
    hand.tool.finish();
    expect(iou(spansOf(hand.shapes()[0]!.points), DISC)).toBeGreaterThan(0.97);
    hand.click(...CENTRE);
    await answered();
    expect(hand.view.report.value.candidate).not.toBeNull();
  });
});
