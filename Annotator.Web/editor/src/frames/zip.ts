/** A file in a ZIP. */
export interface ZipFile {
  readonly name: string;
  readonly data: Blob;
}

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_LENGTH = 22;
const ENTRY_LENGTH = 46;
const LOCAL_LENGTH = 30;
const STORED = 0;

/**
 * The files of a ZIP whose files are stored as they are, which is how the server sends pictures. Sizes are read from the list at
 * the end: a server that writes as it goes does not know them before.
 *
 * @throws Error when it is no such ZIP.
 */
export function readStoredZip(bytes: Uint8Array<ArrayBuffer>): ZipFile[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - END_LENGTH;
  while (end >= 0 && view.getUint32(end, true) !== END) end--;
  if (end < 0) throw new Error('The server sent something else than a ZIP.');
  const files: ZipFile[] = [];
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < count; i++) {
    if (at + ENTRY_LENGTH > end || view.getUint32(at, true) !== ENTRY || view.getUint16(at + 10, true) !== STORED) throw new Error('The ZIP is not one of stored files.');
    const [size, nameLength, local] = [view.getUint32(at + 20, true), view.getUint16(at + 28, true), view.getUint32(at + 42, true)];
    const start = local + LOCAL_LENGTH + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    if (start + size > end) throw new Error('The ZIP ends too early.');
    files.push({ name: new TextDecoder().decode(bytes.subarray(at + ENTRY_LENGTH, at + ENTRY_LENGTH + nameLength)), data: new Blob([bytes.subarray(start, start + size)]) });
    at += ENTRY_LENGTH + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return files;
}
