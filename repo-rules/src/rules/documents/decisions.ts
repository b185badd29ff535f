import { posix } from 'node:path';
import type { Rule, TextFile } from '../../repository.js';

const index = 'docs/adr/README.md';
const template = '0000';

const SECTIONS = ['Context', 'Decision', 'Consequences and rejected alternatives'];

/** Words by which a title tells a story instead of saying what was decided. */
const RIDDLES = /\b(?:who|whoever|whom|nobody|somebody|what)\b/i;

interface Decision {
  readonly path: string;
  readonly name: string;
  readonly number: string;
  readonly title: string | undefined;
  readonly status: string | undefined;
  readonly sections: readonly string[];
}

const read = ({ path, text }: TextFile): Decision => {
  const name = posix.basename(path);
  const number = name.slice(0, 4);
  return {
    path,
    name,
    number,
    title: new RegExp(`^# ${number}: (.+)\n\nStatus: `).exec(text)?.[1],
    status: /^Status: (accepted|proposed|replaced by \[?\d{4}\b.*)$/m.exec(text)?.[1],
    sections: [...text.matchAll(/^## (.+)$/gm)].map(([, section]) => section as string),
  };
};

const shape = ({ path, number, title, status, sections }: Decision): string[] => {
  const problems: string[] = [];
  if (title === undefined) {
    problems.push(`begins with "# ${number}: The decision", an empty line, and "Status: …"`);
  } else if (title.endsWith('.') || title.length > 80 || RIDDLES.test(title)) {
    problems.push(`its title is the decision, in at most 80 characters without a full stop`);
  }
  if (status === undefined) problems.push('its status is accepted, proposed or replaced by NNNN');
  if (sections.join('; ') !== SECTIONS.join('; ')) {
    problems.push(`has the sections of 0000-template.md: ${SECTIONS.join('; ')}`);
  }
  return problems.map((problem) => `${path}: ${problem}`);
};

const inIndex = (rows: string, { name, number, title }: Decision): boolean =>
  rows.includes(`| [${number}](${name}) | ${title} |`);

/** Every decision has the shape of the template, and stands in the index with its title. */
export const decisionsShaped: Rule = ({ decisions }) => {
  const rows = decisions.find(({ path }) => path === index)?.text ?? '';
  const pages = decisions
    .filter(({ path }) => /^\d{4}-[a-z0-9-]+\.md$/.test(posix.basename(path)))
    .map(read)
    .filter(({ number }) => number !== template);
  const twice = pages.filter((page, i) => pages.findIndex((p) => p.number === page.number) < i);
  const present = new Set(pages.map(({ name }) => name));
  const linked = [...rows.matchAll(/\]\((\d{4}-[^)#]+\.md)\)/g)].map(([, name]) => name as string);
  return [
    ...pages.flatMap(shape),
    ...twice.map(({ path }) => `${path}: its number is taken`),
    ...pages
      .filter((page) => !inIndex(rows, page))
      .map(({ name, title }) => `${index}: does not list ${name} as "${title}"`),
    ...linked
      .filter((name) => !name.startsWith(template) && !present.has(name))
      .map((name) => `${index}: lists ${name}, which does not exist`),
  ];
};
