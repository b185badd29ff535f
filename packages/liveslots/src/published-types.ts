/**
 * The types that the published package exports, under its names: references are plain strings there. A program that is
 * written for it compiles against these.
 */
import type { InterfaceGuard } from '@endo/patterns';
import type { Cohort, Instance, KindHandle } from './vat-data.js';

export type { LiveSlotsOptions, MeterControl } from '@cooperage/types';
export type { Pattern } from '@endo/patterns';
export type { Baggage, DefineKindOptions, MapStore, PromiseWatcher, VatData } from './vat-data.js';

export interface SwingSetCapData {
  body: string;
  slots: string[];
}
export interface Message {
  methargs: SwingSetCapData;
  result: string | undefined | null;
}
export type VatOneResolution = [vpid: string, isReject: boolean, data: SwingSetCapData];

export type VatDeliveryMessage = [tag: 'message', target: string, msg: Message];
export type VatDeliveryNotify = [tag: 'notify', resolutions: VatOneResolution[]];
export type VatDeliveryDropExports = [tag: 'dropExports', vrefs: string[]];
export type VatDeliveryRetireExports = [tag: 'retireExports', vrefs: string[]];
export type VatDeliveryRetireImports = [tag: 'retireImports', vrefs: string[]];
export type VatDeliveryChangeVatOptions = [
  tag: 'changeVatOptions',
  options: Record<string, unknown>,
];
export type VatDeliveryStartVat = [tag: 'startVat', vatParameters: SwingSetCapData];
export type VatDeliveryStopVat = [tag: 'stopVat', disconnectObject: SwingSetCapData];
export type VatDeliveryBringOutYourDead = [tag: 'bringOutYourDead'];
export type VatDeliveryObject =
  | VatDeliveryMessage
  | VatDeliveryNotify
  | VatDeliveryDropExports
  | VatDeliveryRetireExports
  | VatDeliveryRetireImports
  | VatDeliveryChangeVatOptions
  | VatDeliveryStartVat
  | VatDeliveryStopVat
  | VatDeliveryBringOutYourDead;
export interface MeterConsumption {
  compute: number;
}
export type VatDeliveryResult =
  | [tag: 'ok', results: unknown, usage: MeterConsumption | null]
  | [tag: 'error', message: string, usage: MeterConsumption | null];

export type VatSyscallSend = [tag: 'send', target: string, msg: Message];
export type VatSyscallCallNow = [
  tag: 'callNow',
  target: string,
  method: string,
  args: SwingSetCapData,
];
export type VatSyscallSubscribe = [tag: 'subscribe', vpid: string];
export type VatSyscallResolve = [tag: 'resolve', resolutions: VatOneResolution[]];
export type VatSyscallExit = [tag: 'exit', isFailure: boolean, info: SwingSetCapData];
export type VatSyscallVatstoreGet = [tag: 'vatstoreGet', key: string];
export type VatSyscallVatstoreGetNextKey = [tag: 'vatstoreGetNextKey', priorKey: string];
export type VatSyscallVatstoreSet = [tag: 'vatstoreSet', key: string, data: string];
export type VatSyscallVatstoreDelete = [tag: 'vatstoreDelete', key: string];
export type VatSyscallDropImports = [tag: 'dropImports', slots: string[]];
export type VatSyscallRetireImports = [tag: 'retireImports', slots: string[]];
export type VatSyscallRetireExports = [tag: 'retireExports', slots: string[]];
export type VatSyscallAbandonExports = [tag: 'abandonExports', slots: string[]];
export type VatSyscallObject =
  | VatSyscallSend
  | VatSyscallCallNow
  | VatSyscallSubscribe
  | VatSyscallResolve
  | VatSyscallExit
  | VatSyscallVatstoreGet
  | VatSyscallVatstoreGetNextKey
  | VatSyscallVatstoreSet
  | VatSyscallVatstoreDelete
  | VatSyscallDropImports
  | VatSyscallRetireImports
  | VatSyscallRetireExports
  | VatSyscallAbandonExports;
export type VatSyscallResultOk = [tag: 'ok', data: SwingSetCapData | string | string[] | null];
export type VatSyscallResultError = [tag: 'error', err: string];
export type VatSyscallResult = VatSyscallResultOk | VatSyscallResultError;
export type VatSyscallHandler = (vso: VatSyscallObject) => VatSyscallResult;

export type DurableKindHandle = KindHandle;
export type InterfaceGuardKit = Record<string, InterfaceGuard>;
export type KindFacet<Behavior> = Instance<Behavior>;
export type KindFacets<Behavior> = Cohort<Behavior>;
export interface KindContext<State, Behavior> {
  state: State;
  self: KindFacet<Behavior>;
}
export interface MultiKindContext<State, Behavior> {
  state: State;
  facets: KindFacets<Behavior>;
}
