/** Texts and buttons that lead to a crank, an object or a vat. */
import type { ComponentChildren } from 'preact';
import type { Link } from './data.js';
import { goTo, lookAt } from './actions.js';

const KREF = /\b(k[op]\d+)\b/g;

/** A text in which each kref can be followed. */
export const Text = ({ children }: { readonly children: string }) => (
  <>
    {children.split(KREF).map((part, index) =>
      index % 2 === 0 ? (
        part
      ) : (
        <button key={index} class="link" onClick={() => lookAt('object', part)}>
          {part}
        </button>
      ),
    )}
  </>
);

export const CrankLink = ({
  crank,
  children,
}: {
  readonly crank: number;
  readonly children: ComponentChildren;
}) => (
  <button class="link" onClick={() => goTo(crank)}>
    {children}
  </button>
);

/** Leads to the crank that had written a row. */
export const WrittenIn = ({ crank }: { readonly crank: number | undefined }) =>
  crank === undefined ? null : (
    <>
      {' '}
      <CrankLink crank={crank}>written in #{crank}</CrankLink>
    </>
  );

/** One link, or how many are folded: those side by side that are not looked for. */
type Fold = readonly [Link, ...Link[]];

const folds = (links: readonly Link[]): readonly Fold[] => {
  const all: [Link, ...Link[]][] = [];
  for (const link of links) {
    const last = all.at(-1);
    if (last?.[0].isOther === true && link.isOther === true) last.push(link);
    else all.push([link]);
  }
  return all;
};

const LinkTo = ({ link: { crank, vat, label } }: { readonly link: Link }) => (
  <li>
    <CrankLink crank={crank}>#{crank}</CrankLink> {vat}: <Text>{label}</Text>
  </li>
);

export const Links = ({
  title,
  links,
}: {
  readonly title: string;
  readonly links: readonly Link[];
}) =>
  links.length === 0 ? null : (
    <section aria-label={title}>
      <h3>{title}</h3>
      <ol>
        {folds(links).map((fold) =>
          fold[0].isOther === undefined ? (
            <LinkTo key={fold[0].crank} link={fold[0]} />
          ) : (
            <li key={fold[0].crank}>
              <details>
                <summary>{fold.length === 1 ? '1 other' : `${fold.length} others`}</summary>
                <ol>
                  {fold.map((link) => (
                    <LinkTo key={link.crank} link={link} />
                  ))}
                </ol>
              </details>
            </li>
          ),
        )}
      </ol>
    </section>
  );

export const Row = ({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ComponentChildren;
}) => (
  <>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </>
);
