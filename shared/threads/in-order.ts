/** Does work on items side by side, at most `limit` at a time, and yields the results in the order of the items. */
export async function* inOrder<Item, Result>(items: Iterable<Item>, limit: number, work: (item: Item) => Promise<Result>): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  try {
    for (const item of items) {
      if (underWay.length === limit) yield await (underWay.shift() as Promise<Result>);
      const result = work(item);
      result.catch(() => undefined); // it is awaited when its turn comes
      underWay.push(result);
    }
    while (underWay.length > 0) yield await (underWay.shift() as Promise<Result>);
  } finally {
    await Promise.allSettled(underWay);
  }
}
