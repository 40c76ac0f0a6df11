import { Entra } from '../helpers/entra.ts';
import { connect, expect, generateToken, openProvisioning, test } from '../helpers/test.ts';

test('from nothing to the first role without leaving the set-up, with Entra', async ({ rollcall, acme, owner: page }) => {
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'grace@acme.test', '--role', 'auditor');
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'ada@acme.com');
  const globex = rollcall.cli('account', 'create', '--name', 'Globex');
  rollcall.cli('user', 'create', '--account', globex, '--user-name', 'taken@acme.test');
  await openProvisioning(page, 'Acme');
  await page.getByRole('link', { name: 'Set up step by step' }).click();

  await expect(page.getByRole('heading', { name: 'Before you start', level: 1 })).toBeVisible();
  await page.getByRole('radio', { name: 'Microsoft Entra ID' }).check();
  await page.getByRole('button', { name: 'Continue' }).click();

  await expect(page.getByRole('heading', { name: 'Preview', level: 1 })).toBeVisible();
  const roll = page.getByRole('list', { name: 'The roll' }).getByRole('listitem');
  await page.getByLabel('Usernames').fill('userPrincipalName,displayName\nGrace@acme.test,Grace\nada@acme.test,Ada\ntaken@acme.test,Tim\n');
  await page.getByRole('button', { name: 'Show what would happen' }).click();
  await expect(roll).toHaveCount(3);
  await expect(roll.filter({ hasText: 'Grace@acme.test' })).toContainText('taken over');
  await expect(roll.filter({ hasText: 'Grace@acme.test' })).toContainText('keeps Auditor');
  await expect(roll.filter({ hasText: 'ada@acme.test' })).toContainText('perhaps meant: ada@acme.com; they differ behind the @');
  await expect(roll.filter({ hasText: 'taken@acme.test' })).toContainText('rejected');
  await expect(page.getByRole('main').getByText('Globex')).toHaveCount(0);
  await page.getByRole('link', { name: 'Continue' }).click();

  await expect(page.getByRole('heading', { name: 'Enable', level: 1 })).toBeVisible();
  await page.getByRole('button', { name: 'Enable sync' }).click();

  await expect(page.getByRole('heading', { name: 'Base URL and token', level: 1 })).toBeVisible();
  const base = page.getByLabel('SCIM base URL', { exact: true });
  await expect(base).toHaveValue(`${rollcall.url}/scim/v2/${acme}`);
  const token = await generateToken(page);
  await page.getByRole('link', { name: 'Continue' }).click();

  await expect(page.getByRole('heading', { name: 'Configure your identity provider', level: 1 })).toBeVisible();
  await expect(page.getByLabel('Tenant URL', { exact: true })).toHaveValue(`${rollcall.url}/scim/v2/${acme}`);
  await expect(page.getByText(token)).toHaveCount(0);
  await page.getByRole('link', { name: 'Continue' }).click();

  await expect(page.getByRole('heading', { name: 'See it work', level: 1 })).toBeVisible();
  const passed = page.locator('.milestones .passed');
  await expect(passed).toHaveCount(0);
  const wrong = rollcall.scim(acme, 'rc_wrong', 'Entra');
  await wrong.send('GET', '/Users?count=1');
  await wrong.send('GET', '/Users?count=1');
  await expect(passed).toHaveCount(1);
  await expect(page.getByText(/2 requests with an unknown token/)).toBeVisible();

  const entra = new Entra(rollcall.scim(acme, token, 'Entra'));
  const ada = (await entra.create('grace@acme.test', 'Grace', 'Hopper')).body.id;
  await expect(page.locator('.milestones .passed', { hasText: 'First user' })).toContainText('grace@acme.test');
  const group = (await entra.createGroup('Finance')).body.id;
  await entra.addMembers(group, ada);
  await expect(page.locator('.milestones .passed', { hasText: 'First membership' })).toBeVisible();
  rollcall.cli('group', 'grant', '--account', acme, '--group', 'Finance', '--role', 'auditor');
  await expect(page.locator('.milestones .passed', { hasText: 'First role' })).toContainText('Finance');
});

test('the set-up is left and taken up again at the first step that is not done', async ({ rollcall, acme, owner: page }) => {
  const setup = `${rollcall.url}/accounts/${acme}/identity/provisioning/setup`;
  await page.goto(setup);
  await page.getByRole('radio', { name: 'Any other' }).or(page.getByRole('radio', { name: /other/i })).first().check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page).toHaveURL(`${setup}/enable`);
  rollcall.cli('provisioning', 'enable', '--account', acme);
  await page.goto(setup);
  await expect(page).toHaveURL(`${setup}/token`);
  const scim = connect(rollcall, acme);
  await page.goto(setup);
  await expect(page).toHaveURL(`${setup}/configure`);
  await scim.send('GET', '/Users');
  await page.goto(setup);
  await expect(page).toHaveURL(`${setup}/verify`);
  const steps = page.getByRole('navigation', { name: 'Set up provisioning' }).getByRole('link');
  await expect(steps).toHaveCount(6);
  await expect(page.getByRole('link', { name: /See it work/ })).toHaveAttribute('aria-current', 'step');
});

test('a step is read once, and what is typed into it stays', async ({ rollcall, acme, owner: page }) => {
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'grace@acme.test');
  await page.goto(`${rollcall.url}/accounts/${acme}/identity/provisioning/setup/prepare`);
  let readings = 0;
  page.on('request', request => {
    readings += Number(request.url().includes('load_setup'));
  });
  await page.getByRole('radio', { name: 'Microsoft Entra ID' }).check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Preview', level: 1 })).toBeVisible();
  await page.getByLabel('Usernames').fill('grace@acme.test');
  await page.getByRole('button', { name: 'Show what would happen' }).click();
  await expect(page.getByRole('list', { name: 'The roll' })).toContainText('taken over');
  expect(readings, 'one for the step, one for what it shows').toBe(2);
});

test('going back from the set-up leads to where one came from', async ({ acme, owner: page }) => {
  await openProvisioning(page, 'Acme');
  const before = page.url();
  await page.getByRole('link', { name: 'Set up step by step' }).click();
  await expect(page.getByRole('heading', { name: 'Before you start', level: 1 })).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(before);
  await expect(page.getByRole('heading', { name: 'Automated user provisioning', level: 1 })).toBeVisible();
  await page.getByRole('link', { name: 'Rollcall', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Accounts', level: 1 })).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(before);
  await expect(page.getByRole('heading', { name: 'Automated user provisioning', level: 1 })).toBeVisible();
});
