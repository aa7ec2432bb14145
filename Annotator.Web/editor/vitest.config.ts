import { defineConfig } from 'vitest/config';

// Files that need a document say so themselves: // @vitest-environment jsdom
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'node',
    testTimeout: 20_000,
  },
});
