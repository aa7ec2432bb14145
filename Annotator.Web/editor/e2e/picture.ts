import { deflateSync, crc32 } from 'node:zlib';

/** A photo-like PNG of a frame: sky, road and blocks, drifting from frame to frame, so that a wrong frame is seen at once. */
export function picture(frame: number, width: number, height: number): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y++) {
    const row = y * (1 + width * 3);
    for (let x = 0; x < width; x++) {
      const [r, g, b] = pixel(x, y, width, height, frame);
      const at = row + 1 + x * 3;
      rows[at] = r;
      rows[at + 1] = g;
      rows[at + 2] = b;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', header), chunk('IDAT', deflateSync(rows, { level: 1 })), chunk('IEND', Buffer.alloc(0))]);
}

function pixel(x: number, y: number, width: number, height: number, frame: number): [number, number, number] {
  const horizon = height * 0.42;
  for (let i = 0; i < 5; i++) {
    const left = ((i * 251 + frame * 17) % (width + 200)) - 100;
    const top = horizon + 40 + i * 52;
    if (x > left && x < left + 130 && y > top && y < top + 70) return [150 + i * 18, 60 + i * 25, 50 + i * 30];
  }
  if (y < horizon) {
    const t = y / horizon;
    return [120 + 90 * t, 160 + 60 * t, 220];
  }
  const noise = ((x * 73 + y * 151) % 23) - 11;
  return [104 + noise, 104 + noise, 100 + noise];
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}
