import { expect, OWNER, signIn, test, waitForScript } from '../helpers/test.ts';

// The browser reports the part that is missing, so that this page is not one whose console must stay empty.
test('a page that asks for a part which the server no longer has is loaded again, and shows what was asked for', async ({ rollcall, acme, browser }) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  const page = await context.newPage();
  waitForScript(page);
  await signIn(page, rollcall, OWNER.email, OWNER.password);
  await page.goto(`${rollcall.url}/accounts/${acme}`);
  let refused = 0;
  await page.route(/\/pkg\/.*\.wasm$/, async (route) => {
    refused += 1;
    await (refused === 1 ? route.fulfill({ status: 404 }) : route.continue());
  });
  await page.getByRole('link', { name: 'Groups', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Groups', level: 1 })).toBeVisible();
  expect(refused).toBeGreaterThan(1);
  await context.close();
});
