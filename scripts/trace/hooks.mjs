/** Loads the modules of the build with a note of each function that is entered. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** Without what takes no part in the way of a message. */
const OURS =
  /\/packages\/(kernel|liveslots|store|supervisor|types|vat-manager|worker-local)\/dist\/(.+)\.js$/;

/** The source with `globalThis.entered(file)` at the beginning of each function. */
const withNotes = (text, file) => {
  const note = `globalThis.entered?.(${JSON.stringify(file)})`;
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const inserts = [];
  const visit = (node) => {
    if (ts.isFunctionLike(node) && node.body !== undefined) {
      const { body } = node;
      if (ts.isBlock(body)) {
        const isDerived =
          ts.isConstructorDeclaration(node) &&
          node.parent.heritageClauses?.some(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
        if (!isDerived) inserts.push([body.getStart() + 1, `${note};`]);
      } else inserts.push([body.getStart(), `(${note}, `], [body.end, ')']);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  let noted = text;
  for (const [place, insert] of inserts.sort(([a], [b]) => b - a)) {
    noted = noted.slice(0, place) + insert + noted.slice(place);
  }
  return noted;
};

export const load = async (url, context, next) => {
  const found = OURS.exec(url);
  if (found === null) return next(url, context);
  const text = await readFile(fileURLToPath(url), 'utf8');
  return {
    format: 'module',
    shortCircuit: true,
    source: withNotes(text, `${found[1]}/src/${found[2]}.ts`),
  };
};
