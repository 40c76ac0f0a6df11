import { OWNER, expect, signIn, test } from '../helpers/test.ts';

test('a page finds what has a name, without JavaScript', async ({ rollcall, acme, page }) => {
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'grace@acme.test', '--role', 'auditor');
  await signIn(page, rollcall, OWNER.email, OWNER.password);
  await page.goto(`${rollcall.url}/accounts/${acme}`);
  await page.getByRole('link', { name: 'Search', exact: true }).click();
  const found = page.getByRole('list', { name: 'What was found' }).getByRole('link');
  await expect(found.filter({ hasText: 'Troubleshooting' })).toBeVisible();
  await page.getByRole('searchbox').fill('GRACE');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(found.first()).toHaveText(/grace@acme\.test/);
  await page.getByRole('searchbox').fill('xyzzy');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page.getByText('Nothing here is called “xyzzy”.')).toBeVisible();
  await page.getByRole('searchbox').fill('grace');
  await page.getByRole('button', { name: 'Search' }).click();
  await found.first().click();
  await expect(page.getByRole('heading', { name: 'grace@acme.test', level: 1 })).toBeVisible();
});
