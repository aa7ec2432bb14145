import { expect, test } from 'vitest';
import { readStoredZip } from './zip';

/** A ZIP as a server writes it that does not know sizes beforehand: they follow the file and stand in the list at the end. */
function zip(files: readonly (readonly [name: string, text: string])[], method = 0): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const bytes: number[] = [];
  const list: number[] = [];
  const le = (value: number, size: number): number[] => Array.from({ length: size }, (_, i) => (value >>> (8 * i)) & 255);
  for (const [name, text] of files) {
    const [title, data] = [encoder.encode(name), encoder.encode(text)];
    const at = bytes.length;
    bytes.push(...le(0x04034b50, 4), ...le(20, 2), ...le(8, 2), ...le(method, 2), ...le(0, 4), ...le(0, 12), ...le(title.length, 2), ...le(0, 2), ...title, ...data, ...le(0x08074b50, 4), ...le(0, 4), ...le(data.length, 4), ...le(data.length, 4));
    list.push(...le(0x02014b50, 4), ...le(20, 4), ...le(8, 2), ...le(method, 2), ...le(0, 4), ...le(0, 4), ...le(data.length, 4), ...le(data.length, 4), ...le(title.length, 2), ...le(0, 12), ...le(at, 4), ...title);
  }
  const from = bytes.length;
  bytes.push(...list, ...le(0x06054b50, 4), ...le(0, 4), ...le(files.length, 2), ...le(files.length, 2), ...le(list.length, 4), ...le(from, 4), ...le(0, 2));
  return Uint8Array.from(bytes);
}

test('files come in order with their names and bytes', async () => {
  const files = readStoredZip(zip([['000_depth.png', 'abc'], ['001_rückseite.jpg', '']]));
  expect(files.map(({ name }) => name)).toEqual(['000_depth.png', '001_rückseite.jpg']);
  expect(await Promise.all(files.map(({ data }) => data.text()))).toEqual(['abc', '']);
});

test.each([
  ['no ZIP', new Uint8Array(100)], ['cut off', zip([['a', 'abc']]).slice(0, -30)], ['packed', zip([['a', 'abc']], 8)],
])('bytes that are %s are refused', (_, bytes) => {
  expect(() => readStoredZip(bytes)).toThrow();
});
