/** How much a turn of the wheel or a press of + makes larger, and the most that is shown of a pixel. */
const STEP = 1.25;
const MOST = 40;
const PAN = 32;

/**
 * Lets a picture in a box be looked at closely: the wheel and + and - make it larger about the pointer, a drag and the arrow keys
 * move it, a double click and 0 show all of it.
 */
export function zoomBox(box: HTMLElement, picture: HTMLElement): void {
  let [scale, x, y] = [1, 0, 0];
  const place = (): void => {
    const { clientWidth, clientHeight } = box;
    // The picture never leaves a gap beside it.
    x = Math.min(0, Math.max(clientWidth * (1 - scale), x));
    y = Math.min(0, Math.max(clientHeight * (1 - scale), y));
    picture.style.transform = scale === 1 ? '' : `translate(${x}px, ${y}px) scale(${scale})`;
    box.toggleAttribute('data-zoomed', scale > 1);
  };
  const zoom = (factor: number, atX: number, atY: number): void => {
    const next = Math.max(1, Math.min(MOST, scale * factor));
    [x, y] = [atX - ((atX - x) * next) / scale, atY - ((atY - y) * next) / scale];
    scale = next;
    place();
  };
  const all = (): void => {
    [scale, x, y] = [1, 0, 0];
    place();
  };
  box.addEventListener('wheel', (event) => {
    if (scale === 1 && event.deltaY > 0) return;
    event.preventDefault();
    const at = box.getBoundingClientRect();
    zoom(event.deltaY < 0 ? STEP : 1 / STEP, event.clientX - at.left, event.clientY - at.top);
  }, { passive: false });
  box.addEventListener('dblclick', all);
  box.addEventListener('pointerdown', (event) => {
    if (scale === 1) return;
    box.setPointerCapture(event.pointerId);
    const move = (moved: PointerEvent): void => {
      [x, y] = [x + moved.movementX, y + moved.movementY];
      place();
    };
    box.addEventListener('pointermove', move);
    box.addEventListener('lostpointercapture', () => box.removeEventListener('pointermove', move), { once: true });
  });
  box.addEventListener('keydown', (event) => {
    const middle = [box.clientWidth / 2, box.clientHeight / 2] as const;
    const ways: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [PAN, 0], ArrowRight: [-PAN, 0], ArrowUp: [0, PAN], ArrowDown: [0, -PAN] };
    const way = ways[event.key];
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === '+' || event.key === '=') zoom(STEP, ...middle);
    else if (event.key === '-') zoom(1 / STEP, ...middle);
    else if (event.key === '0') all();
    else if (way !== undefined && scale > 1) {
      [x, y] = [x + way[0], y + way[1]];
      place();
    } else return;
    event.preventDefault();
  });
}
