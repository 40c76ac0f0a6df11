import { expect, test } from '../helpers/test.ts';

// The WebAssembly is split by route into hundreds of small parts, of which a page needs a hundred: they come in one file.
test('a page needs few files', async ({ rollcall, acme, owner: page, browser }) => {
  const cookies = await page.context().cookies();
  for (const path of ['', '/users', '/activity', '/identity/provisioning/setup/prepare']) {
    const context = await browser.newContext();
    await context.addCookies(cookies);
    const fresh = await context.newPage();
    const files: string[] = [];
    fresh.on('request', (request) => files.push(new URL(request.url()).pathname));
    await fresh.goto(`${rollcall.url}/accounts/${acme}${path}`);
    await fresh.locator('html[data-hydrated]').waitFor({ state: 'attached' });
    expect(files.filter((file) => file.startsWith('/pkg/')).length, path).toBeLessThanOrEqual(20);
    await context.close();
  }
});
