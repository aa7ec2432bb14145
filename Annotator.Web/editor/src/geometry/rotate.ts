/** Rotation in degrees, clockwise on screen, because y grows downward. */

const RADIANS = Math.PI / 180;

export function rotateAbout(x: number, y: number, centreX: number, centreY: number, degrees: number): [x: number, y: number] {
  if (degrees === 0) {
    return [x, y];
  }
  const sin = Math.sin(degrees * RADIANS);
  const cos = Math.cos(degrees * RADIANS);
  const dx = x - centreX;
  const dy = y - centreY;
  return [centreX + dx * cos - dy * sin, centreY + dx * sin + dy * cos];
}

/** In 0 up to but not including 360. */
export function normaliseDegrees(degrees: number): number {
  const rest = degrees % 360;
  const turned = rest < 0 ? rest + 360 : rest;
  // A hair below 0 is rounded to 360 by the sum, and -0 is not 0 to everyone.
  return turned >= 360 || turned === 0 ? 0 : turned;
}

/** The nearest multiple of the step. */
export function snapDegrees(degrees: number, step: number): number {
  return normaliseDegrees(Math.round(degrees / step) * step);
}

/** Direction from one point to another; 0 is to the right, 90 is down. */
export function directionOf(fromX: number, fromY: number, toX: number, toY: number): number {
  return normaliseDegrees(Math.atan2(toY - fromY, toX - fromX) / RADIANS);
}

/** The four corners of a rectangle turned about its centre: top left, top right, bottom right, bottom left. */
export function rotatedCorners(points: readonly number[], degrees: number): number[] {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = points;
  const centreX = (x0 + x1) / 2;
  const centreY = (y0 + y1) / 2;
  return [
    ...rotateAbout(x0, y0, centreX, centreY, degrees),
    ...rotateAbout(x1, y0, centreX, centreY, degrees),
    ...rotateAbout(x1, y1, centreX, centreY, degrees),
    ...rotateAbout(x0, y1, centreX, centreY, degrees),
  ];
}
