/** What is in cycles: the strongly connected parts of a graph that have more than one member, or hold themselves. */
export const findCycles = <Node>(
  nodes: Iterable<Node>,
  next: (node: Node) => readonly Node[],
): Node[][] => {
  const index = new Map<Node, number>();
  const low = new Map<Node, number>();
  const stack: Node[] = [];
  const onStack = new Set<Node>();
  const cycles: Node[][] = [];

  const enter = (node: Node): void => {
    index.set(node, index.size);
    low.set(node, index.get(node) as number);
    stack.push(node);
    onStack.add(node);
  };

  const close = (node: Node): void => {
    if (low.get(node) !== index.get(node)) return;
    const members: Node[] = [];
    for (;;) {
      const member = stack.pop() ?? node;
      onStack.delete(member);
      members.push(member);
      if (member === node) break;
    }
    if (members.length > 1 || next(node).includes(node)) cycles.push(members.reverse());
  };

  // Without recursion: a chain of objects may be as long as it likes.
  for (const root of nodes) {
    if (index.has(root)) continue;
    const path: { readonly node: Node; readonly left: Node[] }[] = [];
    const visit = (node: Node): void => {
      enter(node);
      path.push({ node, left: [...next(node)] });
    };
    visit(root);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { node, left } = top;
      const child = left.shift();
      if (child === undefined) {
        path.pop();
        close(node);
        const parent = path.at(-1)?.node;
        if (parent !== undefined) {
          low.set(parent, Math.min(low.get(parent) as number, low.get(node) as number));
        }
      } else if (!index.has(child)) {
        visit(child);
      } else if (onStack.has(child)) {
        low.set(node, Math.min(low.get(node) as number, index.get(child) as number));
      }
    }
  }
  return cycles;
};
