/** Maps items in order, with up to `ahead` of them under way at once, and no further ahead of whoever takes the results. */
export async function* mapAhead<T, R>(
  items: AsyncIterable<T> | Iterable<T>,
  ahead: number,
  map: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const started: Promise<R>[] = [];
  for await (const item of items) {
    const result = map(item);
    // It is awaited in its turn; until then its failure is nobody's.
    result.catch(() => {});
    started.push(result);
    const first = started.length < ahead ? undefined : started.shift();
    if (first !== undefined) yield await first;
  }
  for (const result of started) yield await result;
}
