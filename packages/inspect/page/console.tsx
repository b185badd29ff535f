/** What the vat of a crank has written to its console: it is replayed, because a history does not keep that. */
import { useState } from 'preact/hooks';
import type { ConsoleLine, CrankView } from './data.js';
import { CrankLink } from './links.js';
import { useLoaded, When } from './loading.js';
import { act } from './server.js';

/** From the least to the most severe. */
const LEVELS = ['debug', 'log', 'info', 'warn', 'error'] as const;

const Lines = ({ lines, least }: { readonly lines: readonly ConsoleLine[]; least: number }) => (
  <table aria-label="Console">
    <tbody>
      {lines
        .filter(({ level }) => LEVELS.indexOf(level) >= least)
        .map(({ crank, level, text }, index) => (
          <tr key={index} class={level}>
            <td>
              <CrankLink crank={crank}>#{crank}</CrankLink>
            </td>
            <td>{level}</td>
            <td class="printed">{text}</td>
          </tr>
        ))}
    </tbody>
  </table>
);

export const Console = ({ crank }: { readonly crank: CrankView }) => {
  const [least, setLeast] = useState(0);
  const loaded = useLoaded(`${crank.crank}`, () =>
    act<readonly ConsoleLine[]>(`console?crank=${crank.crank}`),
  );
  return (
    <section aria-label="Console of the vat">
      <label>
        level{' '}
        <select onChange={({ currentTarget }) => setLeast(Number(currentTarget.value))}>
          {LEVELS.map((level, index) => (
            <option key={level} value={index} selected={index === least}>
              {level}
            </option>
          ))}
        </select>
      </label>
      <When loaded={loaded} doing="The vat is being replayed">
        {(lines) =>
          lines.length === 0 ? (
            <p>It has written nothing up to this crank.</p>
          ) : (
            <Lines lines={lines} least={least} />
          )
        }
      </When>
    </section>
  );
};
