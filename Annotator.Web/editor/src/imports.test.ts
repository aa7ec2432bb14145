import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { expect, test } from 'vitest';

/** Lower rooms first. A file may import from its own room and from rooms before it. */
const ROOMS = ['geometry', 'masks', 'model', 'tracks', 'suggestions', 'shapes', 'assist', 'index', 'render', 'tools', 'frames', 'i18n', 'actions', 'sync', 'a11y', 'ui', 'app'];
const root = import.meta.dirname;

function upwardImports(files: readonly (readonly [path: string, text: string])[]): string[] {
  return files.flatMap(([path, text]) =>
    [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']*)'/g)].flatMap(([, target]) => {
      const from = ROOMS.indexOf(path.split(sep)[0]!);
      const to = ROOMS.indexOf(normalize(join(dirname(path), target!)).split(sep)[0]!);
      return from < 0 || to < 0 || to > from ? [`${path} imports ${target}`] : [];
    }),
  );
}

test('imports go downward only', () => {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts') && path.includes(sep) && !path.endsWith('.d.ts'));
  expect(files.length).toBeGreaterThan(50);
  expect(upwardImports(files.map((path) => [relative(root, join(root, path)), readFileSync(join(root, path), 'utf8')]))).toEqual([]);
});

test('an upward import is found', () => {
  expect(upwardImports([[join('model', 'a.ts'), "import { x } from '../ui/b';"]])).toEqual([`${join('model', 'a.ts')} imports ../ui/b`]);
});
