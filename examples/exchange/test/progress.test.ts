import { describe, expect, it } from 'vitest';
import { makeProgress } from '../src/progress.js';

const collect = (isTTY: boolean) => {
  const written: string[] = [];
  return { written, sink: { isTTY, write: (text: string) => written.push(text) } };
};

describe('progress', () => {
  it('is one line on a terminal, which is cleared at the end', () => {
    const { written, sink } = collect(true);
    const progress = makeProgress(sink);
    progress.prepare('bundling');
    progress.report(1, 4);
    progress.report(2, 4);
    progress.end();
    expect(written).toEqual([
      '\r\u001b[Kbundling',
      '\r\u001b[K1 of 4 months traded (25 %)',
      '\r\u001b[K2 of 4 months traded (50 %)',
      '\r\u001b[K',
    ]);
  });

  it('is a line for every tenth elsewhere', () => {
    const { written, sink } = collect(false);
    const progress = makeProgress(sink);
    progress.prepare('bundling');
    for (let done = 1; done <= 560; done += 1) progress.report(done, 560);
    progress.end();
    expect(written).toHaveLength(10);
    expect(written.at(-1)).toBe('560 of 560 months traded (100 %)\n');
  });

  it('shows nothing for what it was told before', () => {
    const { written, sink } = collect(true);
    const progress = makeProgress(sink);
    for (const done of [1, 2, 2, 1, 3]) progress.report(done, 4);
    expect(written).toHaveLength(3);
  });
});
