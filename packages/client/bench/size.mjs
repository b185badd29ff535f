// What a page loads: the client with capnweb, minified and compressed.
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const bundle = await rolldown({
  input: fileURLToPath(new URL('../dist/index.js', import.meta.url)),
  platform: 'browser',
});
const { output } = await bundle.generate({ format: 'esm', minify: true });
const { code } = output[0];
console.log(`${code.length} bytes, ${gzipSync(code).length} compressed`);
