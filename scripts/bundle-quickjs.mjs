/**
 * Makes the builds of the engine of `worker-quickjs`, one file of all that a thread loads, and what every heap starts from:
 * lockdown, supervisor and liveslots in one script, because the engine loads no modules; its compiled form; and the
 * image of a heap that has run it. Part of the build: all of it takes a second, and comes out the same each time.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { rolldown } from 'rolldown';

const at = (path) => new URL(`../packages/worker-quickjs/dist/${path}`, import.meta.url);
const { bootBaseImage } = await import(at('base-image.js'));
const { instrumentFor, makeQuickJSEngine } = await import(at('engine/quickjs.js'));

// A build that changes nothing leaves its files alone.
const write = async (path, bytes) => {
  const old = await readFile(at(path)).catch(() => undefined);
  if (old === undefined || !old.equals(bytes)) await writeFile(at(path), bytes);
};

for (const build of ['metered', 'guarded', 'plain']) {
  await write(`engine/${build}.wasm`, instrumentFor(build));
}

const bundle = await rolldown({
  input: at('inside/main.js').pathname,
  platform: 'neutral',
  resolve: { mainFields: ['module', 'main'], conditionNames: ['import', 'default'] },
  logLevel: 'warn',
});
const { output } = await bundle.generate({ format: 'iife', minify: false });

const thread = await rolldown({
  input: at('thread/main.js').pathname,
  platform: 'node',
  logLevel: 'warn',
});
await thread.write({
  file: at('thread-bundled.js').pathname,
  format: 'esm',
  minify: false,
  sourcemap: true,
});

const engine = makeQuickJSEngine();
const program = engine.compile(output[0].code, 'cooperage');
await write('inside/program.bytecode', program);
await write('inside/base.image', bootBaseImage(engine, [program]));
