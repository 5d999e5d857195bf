import { ENGINE_WASM } from './engine-wasm.ts';

/**
 * The WebAssembly module of `engine/`, which `npm ci` compiles. It imports nothing: it sees its own memory and no more. Addresses
 * and lengths are bytes of that memory; what the functions do stands beside them there.
 */
export interface Engine {
  readonly memory: Memory;
  readonly scratchAt: Place;
  readonly textAt: Place;
  readonly timesAt: Place;
  readonly spansAt: Place;
  readonly hashesAt: Place;
  readonly orderAt: Place;
  readonly resultAt: Place;
  readonly columnsAt: Place;
  readonly columnBytes: Place;
  readonly listsAt: Place;
  readonly heapAt: Place;
  readonly definitionsAt: Place;
  readonly outputAt: Place;

  readonly setHashKey: (first: bigint, second: bigint) => void;
  readonly keepName: (from: number, length: number) => number;
  readonly newShape: (fields: number, path: number, pathLength: number) => number;
  readonly addField: (
    shape: number,
    name: number,
    length: number,
    kind: number,
    number: number,
    target: number,
    inner: number,
    bit: number,
  ) => void;
  readonly setLeaves: (
    shared0: bigint,
    shared1: bigint,
    resources: number,
    entries: number,
    time: number,
    unmapped: number,
    logFile: number,
  ) => void;

  readonly setLogFile: (length: number) => void;
  readonly beginText: (place: number) => void;
  readonly scanRecords: (
    shape: number,
    mostRows: number,
    mostRecords: number,
    mostBytes: number,
    mostLevels: number,
    mostWeight: number,
  ) => number;
  readonly continueText: (place: number) => void;
  readonly donePlace: () => number;
  readonly stepOver: () => void;
  readonly place: () => number;
  readonly index: () => number;
  readonly rowsSoFar: () => number;
  readonly weightSoFar: () => number;
  readonly addWeight: (more: number) => void;

  readonly beginRecord: () => void;
  readonly giveLeaf: (leaf: number, from: number, length: number) => void;
  readonly giveStructs: (bits: number) => void;
  readonly giveList: (isMap: boolean) => void;
  readonly giveElement: (isMap: boolean, isThere: boolean) => void;
  readonly giveElementLeaf: (leaf: number, from: number, length: number) => void;
  readonly commit: (index: number, start: number, end: number, time: number) => boolean;

  readonly addressOf: (value: number) => number;
  readonly lengthOf: (value: number) => number;

  readonly encodeText: (
    leaf: number,
    rows: number,
    ancestors: number,
    encoding: number,
    bounds: boolean,
    pageBytes: number,
  ) => void;
  readonly encodeListed: (
    leaf: number,
    rows: number,
    ancestors: number,
    field: number,
    fields: number,
    optional: number,
    encoding: number,
    bounds: boolean,
    pageBytes: number,
  ) => void;
  readonly encodeTimes: (rows: number) => void;
  readonly encodeIndexes: (rows: number) => void;
  readonly encodeHashes: (rows: number) => void;
  readonly forgetPart: () => void;
}

/** Of the part of WebAssembly's interface that is used here; Node.js's own types leave it out. */
export interface Memory {
  readonly buffer: ArrayBuffer;
  readonly grow: (pages: number) => number;
}

export interface Place {
  readonly value: number;
}

interface WebAssemblyInterface {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

const { Module, Instance } = Reflect.get(globalThis, 'WebAssembly') as WebAssemblyInterface;

let compiled: object | undefined;

/** An engine with a memory of its own. The module is compiled once. */
export function newEngine(): Engine {
  compiled ??= new Module(Buffer.from(ENGINE_WASM, 'base64'));
  // What the module exports is what `engine/index.ts` says it does.
  return new Instance(compiled).exports as Engine;
}
