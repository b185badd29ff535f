/**
 * Checks the whole database: everything that the rows say twice is counted or followed again, and compared. It trusts
 * no row and changes none; a finding is data. The simulator runs it after every step, and operators run it when they
 * suspect a disk.
 */
import { makeKernelTables } from '../tables/kernel-tables.js';
import { messageOf, type ReadableTables, type Tables, type VatID } from '@cooperage/types';
import type { Check } from './context.js';
import { checkBackPressure } from './deliveries/back-pressure.js';
import { checkIssues } from './deliveries/issues.js';
import { checkQueues } from './deliveries/queues.js';
import { checkPromises } from './promises/promises.js';
import { checkCList } from './references/c-lists.js';
import { makeCounted } from './references/counted.js';
import { countDone, countHeldByKernel } from './references/held-by-kernel.js';
import { checkLinks, countHeldByPeers } from './references/links.js';
import { checkObjects } from './references/objects.js';
import { countLeft } from './references/left-rows.js';
import { checkHistory } from './rows/history.js';
import { checkKeys } from './rows/keys.js';
import { checkAccounts } from './vats/accounts.js';
import { checkEnds } from './vats/ends.js';
import { checkImages } from './vats/images.js';
import { checkUpgrade } from './vats/upgrades.js';

export interface Finding {
  readonly key: string;
  readonly problem: string;
}

const READ_ONLY = (): never => {
  throw new TypeError('the check writes nothing');
};

/**
 * @param rows a kernel's tables between two cranks
 * @returns the findings; none for a sound database
 */
export const checkTables = (rows: ReadableTables): Finding[] => {
  const findings: Finding[] = [];
  const readOnly: Tables = {
    get: (key) => rows.get(key),
    has: (key) => rows.has(key),
    keys: (start, end) => rows.keys(start, end),
    set: READ_ONLY,
    delete: READ_ONLY,
  };
  const check: Check = {
    tables: makeKernelTables(readOnly),
    rows,
    counted: makeCounted(),
    report: (key, problem) => findings.push({ key, problem }),
    onItsWay: new Map(),
  };
  const stage = (name: string, act: () => void): void => {
    try {
      act();
    } catch (error) {
      // The row cannot be parsed.
      findings.push({ key: name, problem: messageOf(error) });
    }
  };
  const open = new Map<number, VatID>();
  stage('keys', () => checkKeys(check.tables, rows, check.report));
  for (const vatID of check.tables.vats.list().reverse()) {
    stage(vatID, () => {
      for (const issue of checkQueues(check, vatID)) open.set(issue, vatID);
      checkUpgrade(check.tables, check.counted, check.report, vatID);
      checkBackPressure(check.tables, check.report, vatID);
      checkCList(check, vatID);
    });
  }
  stage('leftRows', () => countLeft(check.tables, rows, check.counted));
  stage('history', () => checkHistory(check.tables.history, check.report));
  stage('issues', () => checkIssues(check, open));
  stage('kernel', () => countHeldByKernel(check));
  stage('peers', () => countHeldByPeers(check));
  stage('done', () => countDone(check));
  stage('ends', () => checkEnds(check.tables, check.report));
  stage('accounts', () => checkAccounts(check.tables, check.report));
  stage('images', () => checkImages(check.tables, check.report));
  stage('objects', () => checkObjects(check));
  stage('links', () => checkLinks(check));
  stage('promises', () => checkPromises(check));
  return findings;
};
