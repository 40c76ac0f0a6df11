import { Entra } from '../helpers/entra.ts';
import { connect, expect, test } from '../helpers/test.ts';

test('what needs attention stands first, and goes when it is mended', async ({ rollcall, acme, owner: page }) => {
  rollcall.cli('provisioning', 'enable', '--account', acme);
  await page.goto(`${rollcall.url}/accounts/${acme}`);
  const attention = page.getByRole('region', { name: 'Needs attention' });
  await expect(attention.locator('strong')).toHaveText([
    'Nobody in this account is an administrator. Only an owner can change anything here.',
    'Provisioning is on, but no token is live, so that the identity provider cannot get in.',
    "There is no break-glass administrator. If the identity provider takes everybody's roles, only an owner gets in.",
  ]);
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'glass@acme.test', '--role', 'administrator', '--break-glass');
  rollcall.cli('token', 'create', '--account', acme, '--name', 'IdP', '--valid-for', '90d');
  await expect(attention).toHaveCount(0);
});

test('the cycle line shows what came and what was refused, also as a table', async ({ rollcall, acme, owner: page }) => {
  const entra = new Entra(connect(rollcall, acme, 'Entra'));
  await page.goto(`${rollcall.url}/accounts/${acme}/identity/provisioning/setup/prepare`);
  await page.getByRole('radio', { name: 'Microsoft Entra ID' }).check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Configure your identity provider', level: 1 })).toBeVisible();
  await entra.create('ada@acme.test', 'Ada', 'Lovelace');
  await page.goto(`${rollcall.url}/accounts/${acme}`);
  const line = page.getByRole('group', { name: 'Requests of the identity provider in the last day' }).first();
  const mark = line.getByRole('link');
  await expect(mark).toHaveCount(1);
  await expect(mark).toHaveAccessibleName(/UTC: 1 request$/);

  // What comes is shown as it comes.
  await entra.create('ada@acme.test', 'Ada', 'Lovelace');
  await expect(mark).toHaveAccessibleName(/UTC: 2 requests, 1 refused$/);
  await mark.focus();
  await expect(mark.locator('.exact')).toBeVisible();
  await page.getByText('As a table').click();
  await expect(page.getByRole('table', { name: 'Requests of the identity provider in the last day' })).toContainText(
    '2 requests, 1 refused',
  );
  await expect(page.getByText('Entra sends changes in a fixed cycle of about 40 minutes.')).toBeVisible();
  await expect(page.getByRole('link', { name: '1 refused in 7 days' })).toBeVisible();

  await mark.focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/activity\?from=\d+&until=\d+$/);
  await expect(page.getByRole('row').filter({ hasText: 'refused as a duplicate' })).toHaveCount(1);
});
