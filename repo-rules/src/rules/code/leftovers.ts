import type { Rule, TextFile } from '../../repository.js';

// In pieces, so that this file does not report itself.
const marks = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME'].join('|')})\\b`);
const onlys = /\b(?:describe|suite|it|test)(?:\.\w+)*\.only\b/;

const linesWith = (pattern: RegExp, files: readonly TextFile[], message: string): string[] =>
  files.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, index) =>
        pattern.test(line) ? [`${path}:${String(index + 1)}: ${message}`] : [],
      ),
  );

/** What is left to do stands in an issue, where it is seen. */
export const noMarks: Rule = ({ files }) =>
  linesWith(marks, files, 'work that is left to do belongs in an issue');

/** No test keeps the others from running. */
export const noOnly: Rule = ({ files }) =>
  linesWith(onlys, files, 'keeps the other tests from running');
