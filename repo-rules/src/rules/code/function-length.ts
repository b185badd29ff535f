import ts from 'typescript';
import { isShipped, type Rule, type TextFile } from '../../repository.js';
import { walk } from '../../syntax.js';

/** Lines of a function without those of the functions inside it. */
export const maxOwnLines = 80;

/** Lines of a component: a function that consists of short functions, which share its variables. */
export const maxLinesWithParts = 250;

interface Lengths {
  readonly own: number;
  readonly withParts: number;
}

/** What was too long when the rule was made, by `path#name`; 0 where the limit holds. Nothing is added here, and no number is raised. */
export const known: Readonly<Record<string, Lengths>> = {
  // These two put the parts of the machine together, and hand each the others that it needs.
  'packages/kernel/src/core/core.ts#makeCore': { own: 94, withParts: 0 },
  'packages/vat-manager/src/runner/runner.ts#makeRunner': { own: 142, withParts: 255 },
  'packages/compliance/src/store/kernel.ts#kernelStoreCompliance': { own: 0, withParts: 307 },
  'packages/liveslots/src/collections/collection.ts#makeCollection': { own: 0, withParts: 258 },
  'packages/liveslots/src/make-liveslots.ts#makeLiveSlots': { own: 81, withParts: 0 },
  'packages/liveslots/src/vat/make-storage.ts#makeStorage': { own: 96, withParts: 0 },
  'packages/simulator/src/host/host-program.ts#makeHostProgram': { own: 0, withParts: 264 },
  'packages/simulator/src/vats/vat-tables.ts#makeVatTables': { own: 87, withParts: 351 },
  'packages/simulator/src/world/world.ts#makeWorld': { own: 86, withParts: 392 },
};

const linesOf = (file: ts.SourceFile, node: ts.Node): number =>
  file.getLineAndCharacterOfPosition(node.end).line -
  file.getLineAndCharacterOfPosition(node.getStart()).line +
  1;

const hasBody = (node: ts.Node): node is ts.FunctionLikeDeclaration =>
  ts.isFunctionLike(node) && (node as ts.FunctionLikeDeclaration).body !== undefined;

/** Lines that the outermost functions inside a node have beyond the line on which each begins. */
const linesOfParts = (file: ts.SourceFile, node: ts.Node): number => {
  let lines = 0;
  const visit = (child: ts.Node): void => {
    if (hasBody(child)) lines += linesOf(file, child) - 1;
    else ts.forEachChild(child, visit);
  };
  ts.forEachChild(node, visit);
  return lines;
};

const nameOf = (node: ts.Node): string => {
  for (let at: ts.Node | undefined = node; at !== undefined; at = at.parent) {
    const { name } = at as ts.NamedDeclaration;
    if (name !== undefined) return name.getText();
  }
  return '(anonymous)';
};

interface Measured extends Lengths {
  readonly id: string;
  readonly place: string;
}

const measure = (file: TextFile): Measured[] => {
  const found: Measured[] = [];
  walk(file, (node) => {
    if (!hasBody(node)) return;
    const source = node.getSourceFile();
    const withParts = linesOf(source, node);
    const own = withParts - linesOfParts(source, node);
    if (own <= maxOwnLines && withParts <= maxLinesWithParts) return;
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    const id = `${file.path}#${nameOf(node)}`;
    found.push({ id, place: `${file.path}:${line}`, own, withParts });
  });
  return found;
};

/** Functions are short; what is known to be too long gets shorter only. */
export const functionLength: Rule = ({ files }) => {
  const long = files.filter(({ path }) => isShipped(path)).flatMap(measure);
  const isThere = new Set(long.map(({ id }) => id));
  return [
    ...long.flatMap(({ id, place, own, withParts }) => {
      const most = known[id] ?? { own: 0, withParts: 0 };
      const problems: string[] = [];
      if (own > Math.max(most.own, maxOwnLines)) {
        problems.push(`${place}: ${id.split('#')[1]} has ${own} lines of its own`);
      }
      if (withParts > Math.max(most.withParts, maxLinesWithParts)) {
        problems.push(`${place}: ${id.split('#')[1]} has ${withParts} lines with its parts`);
      }
      return problems;
    }),
    ...Object.keys(known)
      .filter((id) => !isThere.has(id) && files.some(({ path }) => id.startsWith(`${path}#`)))
      .map((id) => `${id}: is short now; take it out of the list in function-length.ts`),
  ];
};
