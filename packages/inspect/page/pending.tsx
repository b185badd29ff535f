/** The vat as the field draws it: what it is doing, and beside it what waits behind that in its inbox. */
import type { CrankView } from './data.js';
import { CrankLink } from './links.js';

export const Pending = ({ crank: { delivery, label, pending } }: { readonly crank: CrankView }) =>
  delivery === undefined ? null : (
    <section aria-label="What waited behind it">
      <h3>The vat&apos;s deliveries at that time, this one first</h3>
      <ol class="ell" start={delivery.n}>
        <li class="now">{label}</li>
        {pending.links.map((each) => (
          <li key={each.crank}>
            <CrankLink crank={each.crank}>{each.label}</CrankLink>
          </li>
        ))}
        {pending.count > pending.links.length ? (
          <li>and {pending.count - pending.links.length} more</li>
        ) : null}
      </ol>
    </section>
  );
