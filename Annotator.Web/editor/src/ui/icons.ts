import { svg, type SVGTemplateResult } from 'lit-html';

/** Line icons on a 16 px grid, drawn in the colour of the text. */
const PATHS = {
  select: 'M3.5 2.5l9 4.2-4 1.3-1.3 4z',
  rectangle: 'M2.5 3.5h11v9h-11z',
  'rotated-rectangle': 'M8 2l6 6-6 6-6-6z',
  polygon: 'M8 2.2l5.6 4.3-2.1 6.9H4.5L2.4 6.5z',
  polyline: 'M2 12.5l3.5-6 4 3.5 4.5-7',
  points: 'M4 5.2h.01M11.5 3.6h.01M8 12h.01',
  brush: 'M13.5 2.5L7 9M7 9c-1.800-.6-3.300.5-3.400 2.200C3.500 12.500 2.800 13 2 13.300c2.600.9 6 .2 6-2.500 0-.8-.4-1.500-1-1.800z',
  eraser: 'M9 3l4.500 4.500-5.500 6H5.500L2.500 10.500zM5.800 6.700l4.500 4.500M5.500 13.500h8',
  wand: 'M2.500 13.500L9.500 6.500M11.500 2v2M11.500 6.500v2M8.300 5.200h2M12.700 5.200h2',
  scissors: 'M4 2.500l6.500 8M12 2.500L5.500 10.500M4.300 10.200a1.800 1.800 0 1 1 0 3.600 1.800 1.800 0 0 1 0-3.600zM11.700 10.200a1.800 1.800 0 1 1 0 3.600 1.800 1.800 0 0 1 0-3.600z',
  smart: 'M8 2l1.400 4.600L14 8l-4.600 1.400L8 14l-1.400-4.600L2 8l4.600-1.400z',
  lasso: 'M8 2.500c3.500 0 6 1.700 6 4s-2.500 4-6 4-6-1.700-6-4 2.500-4 6-4zM5 10.200c-1 1.300.2 2.600 1.400 1.900M5 10.200c-.4 1.600 0 2.600-1.200 3.600',
  round: 'M8 3.500a4.500 4.500 0 1 1 0 9 4.500 4.500 0 0 1 0-9z',
  'fill-holes': 'M8 2.500a5.500 5.500 0 1 1 0 11 5.500 5.500 0 0 1 0-11zM8 6v4M6 8h4',
  'keep-largest': 'M6.500 5.500a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM11.500 2.500l2.500 2.500M14 2.500L11.500 5',
  undo: 'M6 3L2.8 6.2 6 9.4M3 6.2h6a3.6 3.6 0 0 1 0 7.2H6.5',
  redo: 'M10 3l3.2 3.2L10 9.4M13 6.2H7a3.6 3.6 0 0 0 0 7.2h2.5',
  play: 'M5 3.200v9.600l7.500-4.800z',
  pause: 'M5.500 3.500v9M10.500 3.500v9',
  loop: 'M3 8a4 4 0 0 1 4-4h5M10 2l2 2-2 2M13 8a4 4 0 0 1-4 4H4M6 14l-2-2 2-2',
  back: 'M9.5 3L4.5 8l5 5',
  next: 'M6 3l5 5-5 5',
  first: 'M4 3v10M12 3L7 8l5 5',
  last: 'M12 3v10M4 3l5 5-5 5',
  help: 'M6 6a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.4M8 11.6h.01M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z',
  settings: 'M2 4.5h7M12 4.5h2M2 11.5h2M7 11.5h7M10.5 3v3M5.5 10v3',
  eye: 'M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8zM8 6.2a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6z',
  'eye-off': 'M2.5 2.5l11 11M6.3 4c.5-.1 1.1-.2 1.7-.2 4 0 6.5 4.2 6.5 4.2s-.7 1.2-2 2.3M4 5.2C2.400 6.400 1.500 8 1.500 8S4 12.200 8 12.200c1 0 1.900-.2 2.700-.6',
  lock: 'M4 7.2h8v6H4zM5.800 7V5a2.200 2.200 0 0 1 4.400 0v2',
  unlock: 'M4 7.2h8v6H4zM5.800 7V4.500a2.200 2.200 0 0 1 4.200-.9',
  occluded: 'M2.500 2.500h7v7h-7zM6.500 6.500h7v7h-7z',
  tag: 'M2.500 2.500h5l6 6-5 5-6-6zM5 5h.01',
  close: 'M4 4l8 8M12 4l-8 8',
  plus: 'M8 3v10M3 8h10',
  check: 'M3 8.500l3.200 3.200L13 4.500',
  warning: 'M8 2.500l6 11H2zM8 6.500v3.200M8 11.600h.01',
  cloud: 'M4.500 12a3 3 0 0 1 0-6 4 4 0 0 1 7.500 1.200A2.500 2.500 0 0 1 11.500 12z',
  search: 'M7 3a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM10 10l3.500 3.500',
  fit: 'M2.500 6v-3.500H6M10 2.500h3.500V6M13.500 10v3.500H10M6 13.500H2.500V10',
  trash: 'M3 4.500h10M6.500 4.500v-2h3v2M4.500 4.500l.6 9h5.800l.6-9',
  key: 'M8 3l5 5-5 5-5-5z',
  'key-previous': 'M10 4.5L13.500 8 10 11.500 6.500 8zM4.500 4L2 8l2.500 4',
  'key-next': 'M6 4.500L9.500 8 6 11.500 2.500 8zM11.500 4L14 8l-2.500 4',
  outside: 'M8 3v10M2.500 5.500H6v5H2.500M10.500 5.500h.01M13 5.500h.01M10.500 10.500h.01M13 10.500h.01M13.500 8h.01',
  split: 'M2.500 5.500h4v5h-4zM9.500 5.500h4v5h-4zM8 2.500v11',
  merge: 'M2.500 4.500h4v7h-4zM9.500 4.500h4v7h-4zM6.500 8h3',
  propagate: 'M2.500 4.500h5v7h-5zM9.500 8h4M11.500 6l2 2-2 2',
  pin: 'M5.500 2.500h5l-1 4.500 2 2h-7l2-2zM8 9v4.500',
  minus: 'M3 8h10',
  shape: 'M3.500 3.500h9v9h-9z',
  user: 'M8 3a2.500 2.500 0 1 1 0 5 2.500 2.500 0 0 1 0-5zM3 13.500c.6-2.500 2.600-3.700 5-3.700s4.400 1.200 5 3.700',
  track: 'M2.500 8h11M4.500 6v4M8 6v4M11.500 6v4',
  mask: 'M3 9.500C3 6 5 3 8 3s5.500 2 5.500 5-2 5.500-5 5-5.500-.500-5.500-3.500z',
  ellipse: 'M8 3.500c3.300 0 6 2 6 4.500s-2.700 4.500-6 4.500S2 10.500 2 8s2.700-4.500 6-4.500z',
  cuboid: 'M2.500 5.500h7v8h-7zM2.500 5.500l4-3h7l-4 3M13.500 2.500v8l-4 3',
  skeleton: 'M8 3v4.500M8 7.500L4 13M8 7.500L12 13M4 5.500h8',
} as const;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName): SVGTemplateResult {
  const heavy = name === 'points' ? 3 : 1.4;
  return svg`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor"
    stroke-width=${heavy} stroke-linecap="round" stroke-linejoin="round"><path d=${PATHS[name]}></path></svg>`;
}

export function iconOfKind(kind: string): IconName {
  return kind in PATHS ? (kind as IconName) : 'tag';
}
