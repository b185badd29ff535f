/** Where the packages and modules of a bundle lie in the picture. */
import type { BundleContents } from '@cooperage/bundler';
import { hierarchy, treemap } from 'd3-hierarchy';

export interface Tile {
  readonly name: string;
  readonly characters: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PackageTile extends Tile {
  /** Which of the colours it has. */
  readonly colour: number;
  readonly modules: readonly Tile[];
}

interface Node {
  readonly name: string;
  readonly characters?: number;
  readonly children?: readonly Node[];
}

/** Of the line with a package's name, in the units of the picture. */
const HEADER = 18;

/** The vat's own modules have no package. */
export const titleOf = (each: {
  readonly name?: string | undefined;
  readonly version?: string | undefined;
}): string =>
  each.name === undefined
    ? 'the vat'
    : `${each.name}${each.version === undefined ? '' : ` ${each.version}`}`;

export const layOut = (
  { packages }: BundleContents,
  width: number,
  height: number,
): readonly PackageTile[] => {
  const root: Node = {
    name: '',
    children: packages.map((each) => ({
      name: titleOf(each),
      children: each.modules.map(({ path, characters }) => ({ name: path, characters })),
    })),
  };
  const tree = treemap<Node>()
    .size([width, height])
    .paddingInner(2)
    .paddingTop((node) => (node.depth === 1 ? HEADER : 0))
    .round(true)(
    hierarchy(root, ({ children }) => children).sum(({ characters = 0 }) => characters),
  );
  const tileOf = ({ data, value = 0, x0, y0, x1, y1 }: typeof tree): Tile => ({
    name: data.name,
    characters: value,
    x: x0,
    y: y0,
    width: x1 - x0,
    height: y1 - y0,
  });
  return (tree.children ?? []).map((node, colour) => ({
    ...tileOf(node),
    colour,
    modules: (node.children ?? []).map(tileOf),
  }));
};
