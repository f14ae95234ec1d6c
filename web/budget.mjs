// The script that the viewer's first load takes, compressed, may not grow beyond this; GraphiQL is not in it.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT = 300_000;

const manifest = JSON.parse(readFileSync("dist/.vite/manifest.json", "utf8"));
const files = new Set();

function take(name) {
  const chunk = manifest[name];
  if (files.has(chunk.file)) return;
  files.add(chunk.file);
  // Pages are loaded lazily, yet whoever opens a deep link loads one of them at once: all count.
  for (const next of [...(chunk.imports ?? []), ...(chunk.dynamicImports ?? [])]) take(next);
}

take("viewer/index.html");
const scripts = [...files].filter((file) => file.endsWith(".js"));
const total = scripts.reduce((sum, file) => sum + gzipSync(readFileSync(`dist/${file}`)).length, 0);
console.log(`The viewer: ${(total / 1000).toFixed(0)} kB of compressed script, of at most ${LIMIT / 1000}`);
if (total > LIMIT) {
  console.error(`The viewer's script is too large: ${scripts.join(", ")}`);
  process.exit(1);
}
