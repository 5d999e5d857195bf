export type LeafValue = string | number | bigint | Uint8Array | null;

/** One leaf of a row group as Parquet has it (Dremel's levels). */
export interface Leaf {
  /** One a slot, NULL where its level says so. */
  readonly values: LeafValue[];
  /** One a slot: how many of the optional and repeated ancestors, itself included, are there. */
  readonly definitionLevels: Levels;
  /** One a slot, 0 where a row begins; empty for a leaf that can't repeat: its slots are the rows. */
  readonly repetitionLevels: Levels;
}

export type Levels = number[] | Uint8Array;
