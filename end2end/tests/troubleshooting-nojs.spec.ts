// Troubleshooting without JavaScript: everything but the comparison.
import { Entra } from '../helpers/entra.ts';
import { OWNER, connect, expect, signIn, test } from '../helpers/test.ts';

test('findings, known problems and removing roles work without JavaScript; the comparison says that it does not', async ({ rollcall, acme, page }) => {
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'ada@acme.test', '--role', 'auditor');
  await new Entra(connect(rollcall, acme, 'Microsoft Entra')).create('ada@acme.test', 'Ada', 'Lovelace');
  await signIn(page, rollcall, OWNER.email, OWNER.password);
  const base = `${rollcall.url}/accounts/${acme}/troubleshooting`;
  await page.goto(base);
  await expect(page.getByRole('article', { name: 'Users arrive, groups never did' })).toBeVisible();
  await page.getByRole('searchbox', { name: 'Search known problems' }).fill('nested groups');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page.getByRole('article', { name: 'A group arrives without members' })).toBeVisible();

  await page.goto(`${base}/roles`);
  await page.getByRole('checkbox', { name: 'Auditor of ada@acme.test' }).check();
  await page.getByRole('button', { name: 'Remove chosen roles' }).click();
  await page.getByRole('button', { name: 'Remove 1 role' }).click();
  await expect(page.getByText('1 role was removed.')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('table')).toContainText('from before SCIM');

  await page.goto(`${base}/compare`);
  // Playwright does not look for text inside of noscript.
  await expect(page.locator('main .callout.warning')).toBeVisible();
});
