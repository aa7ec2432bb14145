import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import { mockServer } from './mock-server';

// The editor on a server of its own that speaks the contract from memory: `npx vite --config e2e/vite.config.ts`, then open /e2e/.
export default defineConfig({
  root: resolve(import.meta.dirname, '..'),
  cacheDir: '../../artifacts/vite-e2e',
  server: { port: Number(process.env['PORT'] ?? 5199), strictPort: true, host: '127.0.0.1', watch: null, hmr: false },
  plugins: [mockServer()],
});
