/**
 * Rows of the vatstore that kernel and liveslots both know. All other rows are liveslots' own; by these the kernel tells, at
 * an upgrade, which imports the data of a vat still names, because the heap that knew it is gone. The field's published
 * liveslots writes the same rows.
 */
import type { VRef } from '../refs.js';

/** There while durable or virtual data reaches `base`: its value is a count. */
export const reachedByDataKey = (base: VRef): string => `vom.rc.${base}`;

/** What the keys of all weak collections that recognize `vref` start with; the collection's number follows. */
export const recognizedByDataPrefix = (vref: VRef): string => `vom.ir.${vref}|`;
