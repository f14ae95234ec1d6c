import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// Each page is an HTML file of its own; the server knows where each is reached (playhead/pages.py).
export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: true, // budget.mjs adds up what the first load of the viewer takes
    chunkSizeWarningLimit: 4096, // the editor of GraphiQL
    rolldownOptions: {
      input: { graphiql: "graphiql/index.html", viewer: "viewer/index.html" },
      checks: { moduleLevelDirective: false },
    },
  },
  test: { include: ["viewer/**/*.test.{ts,tsx}"], environment: "happy-dom" },
  // `npm run dev` beside a server: the pages with hot reload, the API from there.
  server: { proxy: { "/graphql": { target: "http://127.0.0.1:8000", ws: true } } },
});
