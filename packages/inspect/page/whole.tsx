/** Views of the kernel as a whole: charts, the family of its vats, cycles of objects. */
import { signal } from '@preact/signals';
import { lookAt } from './actions.js';
import { Charts } from './charts.js';
import type { FamilyMember, GarbageReport } from './data.js';
import { CrankLink, Text } from './links.js';
import { useLoaded, When } from './loading.js';
import { act, ask } from './server.js';
import { at, overview } from './model.js';

type Whole = 'charts' | 'family' | 'cycles';

const open = signal<Whole | undefined>(undefined);

const VatName = ({ member }: { readonly member: FamilyMember }) => (
  <button class="link" onClick={() => lookAt('vat', member.vatID)}>
    {member.name} ({member.vatID})
  </button>
);

const ORIGINS = { config: 'of the config', created: 'made', forked: 'forked' } as const;

const Member = ({
  member,
  all,
}: {
  readonly member: FamilyMember;
  readonly all: readonly FamilyMember[];
}) => {
  const children = all.filter(({ parent }) => parent === member.vatID);
  return (
    <li>
      <VatName member={member} /> {member.isZygote ? 'zygote, ' : ''}
      {ORIGINS[member.origin]} in <CrankLink crank={member.madeIn}>#{member.madeIn}</CrankLink>
      {member.upgradedIn.map((crank) => (
        <>
          , upgraded in <CrankLink crank={crank}>#{crank}</CrankLink>
        </>
      ))}
      {member.endedIn === undefined ? null : (
        <>
          , ended in <CrankLink crank={member.endedIn}>#{member.endedIn}</CrankLink>
          {member.reason === undefined ? '' : `: ${member.reason}`}
        </>
      )}
      {children.length === 0 ? null : (
        <ul>
          {children.map((child) => (
            <Member key={child.vatID} member={child} all={all} />
          ))}
        </ul>
      )}
    </li>
  );
};

const Family = () => {
  const loaded = useLoaded(`${at.value}`, () =>
    ask<readonly FamilyMember[]>(`family?at=${at.value}`),
  );
  return (
    <section class="card whole" aria-label="Family of the vats">
      <h2>Vats after crank #{at.value}, by where they come from</h2>
      <When loaded={loaded} doing="Reading">
        {(members = []) => {
          const known = new Set(members.map(({ vatID }) => vatID));
          const oldest = members.filter(({ parent }) => parent === undefined || !known.has(parent));
          return (
            <ul>
              {oldest.map((member) => (
                <Member key={member.vatID} member={member} all={members} />
              ))}
            </ul>
          );
        }}
      </When>
    </section>
  );
};

const Cycles = () => {
  const loaded = useLoaded(`${at.value}`, () => act<GarbageReport>(`cycles?crank=${at.value}`));
  return (
    <section class="card whole" aria-label="Cycles">
      <h2>Objects that only hold one another across vats, after crank #{at.value}</h2>
      <When loaded={loaded} doing="The vats are asked, in a copy">
        {({ cycles, suspects, unasked }) => (
          <>
            <p>
              {cycles.length} cycles among {suspects} objects that only vats hold
              {unasked.length === 0 ? '' : `; not asked: ${unasked.join(', ')}`}
            </p>
            <ol>
              {cycles.map(({ rank, objects, links }) => (
                <li key={objects[0]?.kref}>
                  {rank}:{' '}
                  <Text>{objects.map(({ kref, vatID }) => `${kref} of ${vatID}`).join(', ')}</Text>
                  <ul>
                    {links.map(({ from, to, vatID, rows }) => (
                      <li key={`${from} ${to} ${vatID}`}>
                        <Text>
                          {`${vatID} holds ${to} for ${from}: ${rows === undefined ? 'in memory' : rows.join(', ')}`}
                        </Text>
                      </li>
                    ))}
                  </ul>
                </li>
              ))}
            </ol>
          </>
        )}
      </When>
    </section>
  );
};

const SHOWN = { charts: Charts, family: Family, cycles: Cycles } as const;
const TITLES: readonly (readonly [Whole, string])[] = [
  ['charts', 'Charts'],
  ['family', 'Family'],
  ['cycles', 'Cycles'],
];

export const Wholes = () => {
  const { value } = open;
  const Shown = value === undefined ? undefined : SHOWN[value];
  if (overview.value === undefined) return null;
  return (
    <>
      <nav class="wholes" aria-label="The kernel as a whole">
        {TITLES.map(([name, title]) => (
          <button
            key={name}
            aria-expanded={value === name}
            onClick={() => {
              open.value = value === name ? undefined : name;
            }}
          >
            {title}
          </button>
        ))}
      </nav>
      {Shown === undefined ? null : <Shown />}
    </>
  );
};
