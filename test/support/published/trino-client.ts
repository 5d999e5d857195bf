/** What `POST /v1/statement` and the pages after it answer. */
interface Page {
  readonly nextUri?: string;
  readonly error?: { readonly message: string };
}

/** Asks a Trino server over HTTP, to the last row; `where` is `http://host:port/catalog/schema`. Throws Trino's message. */
export function trinoAt(where: string): (sql: string) => Promise<void> {
  const { origin, pathname } = new URL(where);
  const [, catalog = '', schema = ''] = pathname.split('/');
  const headers = { 'X-Trino-User': 'published', 'X-Trino-Catalog': catalog, 'X-Trino-Schema': schema };
  return async (sql) => {
    // A statement over the protocol has no semicolon.
    const body = sql.replace(/;\s*$/, '');
    let page = await pageOf(await fetch(`${origin}/v1/statement`, { method: 'POST', body, headers }));
    while (page.error === undefined && page.nextUri !== undefined)
      page = await pageOf(await fetch(page.nextUri, { headers }));
    if (page.error !== undefined) throw new Error(page.error.message);
  };
}

async function pageOf(response: Response): Promise<Page> {
  if (!response.ok) throw new Error(`Trino answers ${String(response.status)}: ${await response.text()}`);
  return (await response.json()) as Page;
}
