/** What the server answers: the same types as there. */
import type { CrankView as Crank, SyscallsView } from '../src/index.js';
export type { GarbageReport } from '@cooperage/tools';
export type {
  ConsoleLine,
  DebuggedCrank,
  FamilyMember,
  Filter,
  Found,
  GroupOfKind,
  Gauge,
  Lane,
  Link,
  MetricsView,
  ObjectView,
  Overview,
  Rate,
  Scale,
  Term,
  TermsView,
  TimelineView,
  Tried,
  VatDataView,
  VatView,
} from '../src/index.js';
export type CrankView = Crank & { readonly inside?: SyscallsView };
