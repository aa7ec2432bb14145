/** Moves the end of a segment so that it stands at a multiple of `step` degrees to the given direction; its length stays. */
export function snapDirection(fromX: number, fromY: number, toX: number, toY: number, baseDegrees: number, step = 45): [x: number, y: number] {
  const length = Math.hypot(toX - fromX, toY - fromY);
  const base = (baseDegrees * Math.PI) / 180;
  const unit = (step * Math.PI) / 180;
  const angle = base + Math.round((Math.atan2(toY - fromY, toX - fromX) - base) / unit) * unit;
  return [fromX + length * Math.cos(angle), fromY + length * Math.sin(angle)];
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
