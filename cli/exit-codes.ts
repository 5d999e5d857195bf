/** What the process's exit code tells a script. Documented in the README and in `--help`. */
export const EXIT = {
  ok: 0,
  /** It could not be done: no such lake, the disk is full, the query is wrong. */
  failed: 1,
  /** The command line is not understood. */
  usage: 2,
  /** Done, but not of everything: some log files could not be had. */
  incomplete: 3,
  /** Verification found that evidence was changed, removed or forged, or can't rule it out; or a check of rules found errors. */
  findings: 4,
  /** No rule matches the event that was tried. */
  noMatch: 5,
  /** Ctrl-C, by the shells' convention. */
  interrupted: 130,
} as const;
