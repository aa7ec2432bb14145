// Runs `npm ci` at the repository root when node_modules does not hold what package-lock.json asks for. Compares contents, not
// times: a checkout gives files new times without changing them.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const modules = join(root, 'node_modules');

function packagesOf(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}

function upToDate() {
  const installedLock = join(modules, '.package-lock.json');
  if (!existsSync(installedLock)) {
    return false;
  }
  const installed = packagesOf(installedLock);
  return Object.entries(packagesOf(join(root, 'package-lock.json'))).every(
    ([path, wanted]) => !path.startsWith('node_modules/') || wanted.optional || wanted.link || installed[path]?.version === wanted.version,
  );
}

if (!upToDate()) {
  // npm ci empties the folder first: through a link it would empty somebody else's.
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    console.error('error: node_modules is a link to a folder that does not match package-lock.json. Run npm ci in that folder, or remove the link.');
    process.exit(1);
  }
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  process.exit(npm.status ?? 1);
}
