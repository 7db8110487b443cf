/** A figure that was measured, and the section of the table it is in. */
export interface Figure {
  readonly section: string;
  readonly name: string;
  /** Empty for a count or a ratio. */
  readonly unit: string;
  readonly value: number | string;
  /** Decimals in the table; 0 unless given. JSON has all of them. */
  readonly digits?: number;
}

/** What every scenario is told. */
export interface Surroundings {
  /** A short run: fewer actions and seconds, so less steady figures. */
  readonly quick: boolean;
  /** Shows what is being done. */
  readonly say: (line: string) => void;
}

/** What was measured of one thing, to stand beside others in a table. */
export interface Column {
  readonly title: string;
  readonly figures: readonly Figure[];
}

/** Something that is measured, on a runtime of its own where it needs one. */
export interface Scenario {
  /** What `--only` selects it by. */
  readonly name: string;
  /** The table that its columns are in. */
  readonly table: string;
  /** Takes so long that it runs only when it is named. */
  readonly onlyByName?: true;
  run(surroundings: Surroundings): Promise<readonly Column[]>;
}
