import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import { mockServer } from '../e2e/mock-server';

/** The benchmark's two pages: a scene without a server, and the whole editor on the server of the browser tests. */
export default defineConfig({
  root: resolve(import.meta.dirname, '..'),
  base: '/',
  logLevel: 'error',
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    emptyOutDir: true,
    rollupOptions: { input: [resolve(import.meta.dirname, 'index.html'), resolve(import.meta.dirname, '../e2e/index.html')] },
  },
  plugins: [mockServer()],
});
