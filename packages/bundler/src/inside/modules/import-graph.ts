/** Which module imports which, and the way from a vat's module to one that it did not mean to import. */
import type { ImportKind } from './absent-modules.js';

export interface Edge {
  readonly from: string;
  readonly specifier: string;
  readonly to: string;
  readonly kind: ImportKind;
}

export const makeImportGraph = () => {
  const edges = new Map<string, Edge[]>();

  return {
    add: (edge: Edge): void => {
      const list = edges.get(edge.from);
      if (list === undefined) edges.set(edge.from, [edge]);
      else list.push(edge);
    },
    /** The shortest way, over edges that `counts` lets pass; undefined where there is none. */
    wayTo: (
      start: string,
      end: string,
      counts: (edge: Edge) => boolean = () => true,
    ): readonly Edge[] | undefined => {
      const cameBy = new Map<string, Edge | undefined>([[start, undefined]]);
      const waiting = [start];
      for (const at of waiting) {
        if (at === end) {
          const way: Edge[] = [];
          for (let edge = cameBy.get(at); edge !== undefined; edge = cameBy.get(edge.from)) {
            way.unshift(edge);
          }
          return way;
        }
        const out = [...(edges.get(at) ?? [])].sort((a, b) => (a.specifier < b.specifier ? -1 : 1));
        for (const edge of out) {
          if (cameBy.has(edge.to) || !counts(edge)) continue;
          cameBy.set(edge.to, edge);
          waiting.push(edge.to);
        }
      }
      return undefined;
    },
  };
};

export type ImportGraph = ReturnType<typeof makeImportGraph>;
