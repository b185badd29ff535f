// What was on the stack in a span of time, from a profile of this thread.
import { Session } from 'node:inspector';

const MOST_LINES = 25;

/** Begins to sample this thread. Costs some speed: figures taken meanwhile are too long. */
export const startSampling = () => {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: 500 });
  session.post('Profiler.start');
  return {
    /** @returns {Promise<string[]>} functions by the time that they and what they called took between the two moments */
    explain: (began, ended) =>
      new Promise((resolve, reject) => {
        session.post('Profiler.stop', (error, result) => {
          if (error) reject(error);
          else resolve(linesOf(result.profile, began, ended));
        });
      }),
  };
};

const nameOf = ({ functionName, url, lineNumber }) =>
  `${functionName || '(anonymous)'} ${url.replace(/^.*\/(?:packages|node_modules)\//, '')}:${lineNumber + 1}`;

const linesOf = ({ nodes, samples, timeDeltas, startTime }, began, ended) => {
  // Profiles count microseconds on the clock of hrtime; performance.now() counts from the start of the process.
  const offset = Number(process.hrtime.bigint() / 1_000n) - performance.now() * 1_000;
  const [from, to] = [began * 1_000 + offset, ended * 1_000 + offset];
  const parents = new Map();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node.id);
  const own = new Map();
  const all = new Map();
  const add = (map, key, ms) => map.set(key, (map.get(key) ?? 0) + ms);
  let at = startTime;
  samples.forEach((sample, i) => {
    at += timeDeltas[i];
    if (at < from || at > to) return;
    const ms = (timeDeltas[i + 1] ?? 0) / 1_000;
    const seen = new Set();
    for (let id = sample; id !== undefined; id = parents.get(id)) {
      const name = nameOf(byId.get(id).callFrame);
      if (id === sample) add(own, name, ms);
      if (!seen.has(name)) add(all, name, ms);
      seen.add(name);
    }
  });
  return [...all]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_LINES)
    .map(
      ([name, ms]) =>
        `${ms.toFixed(0).padStart(8)} ms, itself ${(own.get(name) ?? 0).toFixed(0).padStart(6)} ms  ${name}`,
    );
};
