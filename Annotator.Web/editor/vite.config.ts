import { defineConfig } from 'vite';

// Built as an application with one entry, not as a library: a library build would inline the workers.
export default defineConfig({
  base: '/editor/',
  build: {
    outDir: '../wwwroot/editor',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: true,
    cssCodeSplit: false,
    modulePreload: false,
    rollupOptions: {
      input: 'src/app/mount.ts',
      preserveEntrySignatures: 'strict',
      output: {
        format: 'es',
        entryFileNames: 'editor.js',
        chunkFileNames: 'chunks/[name]-[hash].js',
        assetFileNames: (asset) => (asset.names.some((name) => name.endsWith('.css')) ? 'editor.css' : 'assets/[name]-[hash][extname]'),
      },
    },
  },
  worker: {
    format: 'es',
    rollupOptions: { output: { entryFileNames: 'workers/[name]-[hash].js' } },
  },
});
