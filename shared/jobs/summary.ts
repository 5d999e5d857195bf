/** So many that each being told of would say less: the first of them, and how many. Goes into a run's state as it is. */
export interface Summary {
  first: string;
  count: number;
}

export function nothingYet(): Summary {
  return { first: '', count: 0 };
}

export function addTo(summary: Summary, key: string): void {
  if (summary.count === 0) summary.first = key;
  summary.count += 1;
}
