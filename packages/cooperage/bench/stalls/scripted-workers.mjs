// A host of workers that are taken over: each vat's record is made by `speaker.mjs`, in a thread of its own.
import { Worker } from 'node:worker_threads';

export const makeScriptedWorkers = (script) => {
  const threads = new Set();
  return {
    start: (spec, sink) => {
      const thread = new Worker(new URL('./speaker.mjs', import.meta.url));
      threads.add(thread);
      let silent = false;
      thread.on('message', ({ text }) => {
        if (!silent) sink.records([text]);
      });
      const stop = async () => {
        silent = true;
        threads.delete(thread);
        await thread.terminate();
      };
      return {
        replay: () => undefined,
        deliver: (texts) => {
          for (const delivery of texts) thread.postMessage({ name: script[spec.name], delivery });
        },
        stop,
      };
    },
    stop: async () => {
      await Promise.all([...threads].map((thread) => thread.terminate()));
    },
  };
};
