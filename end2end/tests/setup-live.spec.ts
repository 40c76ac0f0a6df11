import type { Page } from '@playwright/test';
import { Entra } from '../helpers/entra.ts';
import { press, tabTo } from '../helpers/keyboard.ts';
import type { Rollcall } from '../helpers/rollcall.ts';
import { chooseEntra, connect, expect, expectCopied, generateToken, openProvisioning, test, waitForScript } from '../helpers/test.ts';

const MILESTONES = [
  'Reached Rollcall',
  'Token accepted',
  'First lookup',
  'First user',
  'First change',
  'First group',
  'First membership',
  'First role',
];

const step = (rollcall: Rollcall, account: string, name: string) =>
  `${rollcall.url}/accounts/${account}/identity/provisioning/setup${name && `/${name}`}`;

const passed = (page: Page) => page.locator('.milestones .passed');

/** Marks the document, so that a reload would show. */
const mark = (page: Page) => page.evaluate(() => document.documentElement.setAttribute('data-marked', ''));

for (const { guide, idp, urlField } of [
  { guide: 'Microsoft Entra ID', idp: ['entra'], urlField: 'Tenant URL' },
  { guide: /^Okta.*SAML/, idp: ['okta', '--dialect', 'template'], urlField: /base URL/i },
] as const) {
  test(`the whole set-up with ${idp[0]}, played by the simulator`, async ({ rollcall, acme, owner: page }) => {
    await openProvisioning(page, 'Acme');
    await page.getByRole('link', { name: 'Set up step by step' }).click();
    await page.getByRole('radio', { name: guide }).first().check();
    await page.getByRole('button', { name: 'Continue' }).click();
    // Without manual users there is nothing to preview.
    await expect(page.getByRole('heading', { name: 'Enable', level: 1 })).toBeVisible();
    await page.getByRole('button', { name: 'Enable sync' }).click();
    await expect(page.getByRole('heading', { name: 'Base URL and token', level: 1 })).toBeVisible();
    await expect(page.getByText('The public URL can be reached from this machine or network only.')).toBeVisible();
    const token = await generateToken(page);
    await page.getByRole('link', { name: 'Continue' }).click();
    await expect(page.getByRole('heading', { name: 'Configure your identity provider', level: 1 })).toBeVisible();
    await expect(page.getByLabel(urlField).first()).toHaveValue(`${rollcall.url}/scim/v2/${acme}`);
    await page.getByRole('link', { name: 'Continue' }).click();
    await expect(page.getByRole('heading', { name: 'See it work', level: 1 })).toBeVisible();
    await expect(passed(page)).toHaveCount(0);
    await mark(page);

    const base = `${rollcall.url}/scim/v2/${acme}`;
    rollcall.cli('simulate', ...idp, '--base-url', base, '--token', token, '--users', '3', '--groups', '1', '--keep');
    await expect(passed(page)).toHaveCount(7);
    for (const name of MILESTONES.slice(0, 7)) await expect(passed(page).filter({ hasText: name })).toBeVisible();

    // The story ends with everything removed again; the last step is the administrator's own.
    const entra = new Entra(rollcall.scim(acme, token));
    const user = (await entra.create('ada@acme.test', 'Ada', 'Lovelace')).body.id;
    await entra.addMembers((await entra.createGroup('Finance')).body.id, user);
    rollcall.cli('group', 'grant', '--account', acme, '--group', 'Finance', '--role', 'member');
    await expect(passed(page)).toHaveCount(8);
    await expect(page.getByText('Everything has arrived at least once, down to the first role.')).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.hasAttribute('data-marked')), 'no reload').toBe(true);
  });
}

test('each failure appears by itself, with its cause and what to do', async ({ rollcall, acme, owner: page }) => {
  const globex = rollcall.cli('account', 'create', '--name', 'Globex');
  rollcall.cli('user', 'create', '--account', globex, '--user-name', 'taken@acme.test');
  const foreign = connect(rollcall, globex).token;
  const scim = connect(rollcall, acme, 'Entra');
  await page.goto(step(rollcall, acme, 'verify'));
  await expect(page.getByRole('heading', { name: 'See it work', level: 1 })).toBeVisible();
  await mark(page);
  const main = page.getByRole('main');

  const wrong = await rollcall.scim(acme, 'rc_wrong', 'Entra').send('GET', '/Users');
  expect([wrong.status, JSON.stringify(wrong.body)]).toEqual([401, expect.not.stringMatching(/expired|revoked|account/i)]);
  await expect(main.getByText(/A request with an unknown token/)).toBeVisible();
  await rollcall.scim(acme, foreign, 'Entra').send('GET', '/Users');
  await expect(main.getByText(/A request with a token of another account/)).toBeVisible();
  await expect(main.getByText('Globex')).toHaveCount(0);
  await rollcall.scim(globex, scim.token, 'Entra').send('GET', '/Users');
  await expect(main.getByText(/A request with a token of another account|2 requests with a token of another account/)).toHaveCount(2);

  await scim.send('GET', '/User?count=1');
  await expect(main.getByRole('row').filter({ hasText: /no resource type|\/User/ }).first()).toBeVisible();
  await scim.send('POST', '/Users', { userName: 'taken@acme.test' });
  await expect(main.getByRole('row').filter({ hasText: 'taken@acme.test' })).toContainText('Refused');
  await scim.send('POST', '/Users', { userName: '', displayName: 'Nobody' });
  await expect(main.getByRole('row').filter({ hasText: /userName/ }).first()).toBeVisible();

  rollcall.cli('provisioning', 'disable', '--account', acme);
  expect((await scim.send('GET', '/Users')).status).toBe(403);
  await expect(main.getByText(/Provisioning is (switched )?off/).first()).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.hasAttribute('data-marked')), 'no reload').toBe(true);
});

test('beside the guide stands what reaches Rollcall meanwhile, and the guide stays as it is', async ({ rollcall, acme, owner: page }) => {
  const scim = connect(rollcall, acme, 'Entra');
  await chooseEntra(page, step(rollcall, acme, ''));
  await page.goto(step(rollcall, acme, 'configure'));
  const guide = page.getByRole('heading', { name: 'Step by step in Microsoft Entra ID' });
  await expect(guide).toBeVisible();
  await guide.evaluate((heading) => heading.setAttribute('data-marked', ''));
  const seen = page.getByRole('region', { name: 'What Rollcall sees meanwhile' });
  await expect(seen.getByText('No request has come to this account\'s base URL yet.')).toBeVisible();

  await rollcall.scim(acme, 'rc_wrong', 'Entra').send('GET', '/Users');
  await expect(seen.getByText(/A request with an unknown token/)).toBeVisible();
  await scim.send('GET', '/Users?filter=userName%20eq%20%22ada@acme.test%22');
  const accepted = seen.getByRole('listitem').filter({ hasText: 'Token accepted' });
  await expect(accepted).toContainText('It brought the token IdP. GET /Users');
  await scim.send('POST', '/Users', { userName: '' });
  await expect(seen.getByRole('link', { name: 'Details' })).toBeVisible();
  expect(await guide.evaluate((heading) => heading.hasAttribute('data-marked')), 'the guide is not drawn anew').toBe(true);
});

test('simulated traffic is seen, and leaves no trace', async ({ rollcall, acme, owner: page }) => {
  await chooseEntra(page, step(rollcall, acme, ''));
  await page.goto(step(rollcall, acme, 'verify'));
  await page.getByRole('button', { name: 'Try it' }).click();
  await expect(page.getByText('Microsoft Entra ID is being played.')).toBeVisible();
  const done = page.getByText('Microsoft Entra ID was played to the end, and everything worked.');
  await expect(done).toBeVisible({ timeout: 40_000 });
  const sent = page.getByRole('list', { name: 'What was sent' });
  await sent.getByText('First cycle: users').click();
  await expect(sent.getByText('POST /Users').first()).toBeVisible();
  await expect(passed(page)).toHaveCount(0);
  await page.getByRole('link', { name: 'Accounts', exact: true }).first().click();
  await expect(page.getByRole('table', { name: 'Accounts' }).getByRole('row')).toHaveCount(2);
});

test('a colleague follows the guide by a link, sees what arrives, and gets nowhere else', async ({ rollcall, acme, owner: page, browser }) => {
  const scim = connect(rollcall, acme, 'Entra');
  await chooseEntra(page, step(rollcall, acme, ''));
  await page.goto(step(rollcall, acme, 'configure'));
  await page.getByLabel('Works for').selectOption({ label: '1 day' });
  await page.getByRole('button', { name: 'Make a link' }).click();
  const link = await page.getByLabel('Link', { exact: true }).inputValue();
  await expect(page.getByRole('list', { name: 'Links that work' }).getByRole('listitem')).toHaveCount(1);

  const context = await browser.newContext();
  const theirs = await context.newPage();
  waitForScript(theirs);
  await theirs.goto(link);
  await expect(theirs.getByRole('heading', { name: 'Set up provisioning for Acme' })).toBeVisible();
  await expect(theirs.getByLabel('Tenant URL', { exact: true })).toHaveValue(`${rollcall.url}/scim/v2/${acme}`);
  await expect(theirs.getByText(scim.token)).toHaveCount(0);
  await mark(theirs);
  const entra = new Entra(scim);
  await entra.create('ada@acme.test', 'Ada', 'Lovelace');
  await expect(passed(theirs).filter({ hasText: 'First user' })).toContainText('ada@acme.test');
  await rollcall.scim(acme, 'rc_wrong', 'Entra').send('GET', '/Users');
  await expect(theirs.getByText(/A request with an unknown token/)).toBeVisible();
  expect(await theirs.evaluate(() => document.documentElement.hasAttribute('data-marked')), 'no reload').toBe(true);
  await theirs.goto(`${rollcall.url}/accounts/${acme}`);
  await expect(theirs.getByRole('button', { name: 'Sign in' })).toBeVisible();

  await page.getByRole('button', { name: /^Withdraw/ }).click();
  await expect(page.getByRole('list', { name: 'Links that work' })).toHaveCount(0);
  await theirs.goto(link);
  await expect(theirs.getByRole('heading', { name: 'Set up provisioning for Acme' })).toHaveCount(0);
  await context.close();
});

test('a token is exchanged: the old one ends by itself once the new one is used', async ({ rollcall, acme, owner: page }) => {
  const old = connect(rollcall, acme, 'Entra');
  await old.send('GET', '/Users?count=1');
  await page.goto(step(rollcall, acme, 'token'));
  await page.getByRole('button', { name: 'Generate token' }).first().click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Takes the place of')).toHaveValue(/.+/);
  await dialog.getByLabel('Once the new one is used').selectOption({ label: 'No time: it ends at once' });
  await dialog.getByLabel('Name').fill('Entra next');
  await dialog.getByRole('button', { name: 'Generate token' }).click();
  const token = await page.getByLabel('Token', { exact: true }).inputValue();
  await page.getByRole('button', { name: 'Copy token' }).click();
  await expectCopied(page, token);
  await page.getByRole('button', { name: 'Done' }).click();
  const line = page.getByRole('list', { name: 'The tokens on one line of time' });
  await expect(line.getByRole('listitem').first()).toContainText('Works until Entra next is used.');
  await expect(line.getByRole('listitem').last()).toContainText('Not used yet');
  expect((await old.send('GET', '/Users?count=1')).status).toBe(200);

  expect((await rollcall.scim(acme, token, 'Entra').send('GET', '/Users?count=1')).status).toBe(200);
  // Rollcall stores uses from time to time, and ends the old token as it does.
  await expect.poll(async () => (await old.send('GET', '/Users?count=1')).status, { timeout: 30_000 }).toBe(401);
  await expect(line.getByRole('listitem').first()).toContainText('Ended on');
  await expect(line.getByRole('listitem').last()).toContainText('In use since');
});

test('a token that ends soon is announced on every page of the account', async ({ rollcall, acme, owner: page }) => {
  rollcall.cli('provisioning', 'enable', '--account', acme);
  rollcall.cli('token', 'create', '--account', acme, '--name', 'Entra', '--valid-for', '7d');
  for (const path of ['', '/users', '/activity']) {
    await page.goto(`${rollcall.url}/accounts/${acme}${path}`);
    await expect(page.getByText('The token Entra ends in 7 days. Then the identity provider is refused.')).toBeVisible();
  }
  await page.getByRole('link', { name: 'Generate its successor' }).click();
  await expect(page.getByLabel('Takes the place of')).toHaveValue(/.+/);
  await expect(page.getByLabel('Read-only')).not.toBeChecked();
});

test('the end of an app\'s token is announced as the app\'s, until its successor or its end', async ({ rollcall, acme, owner: page }) => {
  rollcall.cli('provisioning', 'enable', '--account', acme);
  rollcall.cli('token', 'create', '--account', acme, '--name', 'Entra', '--valid-for', '90d');
  rollcall.cli('token', 'create', '--account', acme, '--name', 'Reporting', '--valid-for', '7d', '--read-only');
  await openProvisioning(page, 'Acme');
  const announced = page.getByText('The token Reporting ends in 7 days. Then the app that uses it is refused.');
  await expect(announced).toBeVisible();
  await page.getByRole('link', { name: 'Generate its successor' }).click();
  const replaced = page.getByLabel('Takes the place of');
  await expect(replaced.locator('option:checked')).toContainText('Reporting');
  await expect(page.getByLabel('Read-only')).toBeChecked();
  await page.getByLabel('Name').fill('Reporting next');
  await page.getByRole('button', { name: 'Generate token' }).click();
  await page.getByLabel('Token', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Done' }).click();
  const row = (name: RegExp) => page.getByRole('row', { name });
  await expect(row(/^Reporting next/)).toContainText('Read-only');
  await expect(announced).toBeVisible();
  await row(/^Reporting Read-only/).getByRole('button', { name: /^Revoke/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke token' }).click();
  await expect(announced).toHaveCount(0);
});

test('a step says what is missing for it', async ({ rollcall, acme, owner: page }) => {
  await chooseEntra(page, step(rollcall, acme, ''));
  await page.goto(step(rollcall, acme, 'configure'));
  const main = page.getByRole('main');
  await expect(main.getByText('Provisioning is off: every request is refused.')).toBeVisible();
  await expect(main.getByText('There is no token yet, so the identity provider cannot connect.')).toBeVisible();
  await main.getByRole('link', { name: 'Go to Enable' }).click();
  await page.getByRole('button', { name: 'Enable sync' }).click();
  await expect(page.getByRole('heading', { name: 'Base URL and token', level: 1 })).toBeVisible();
  await expect(main.getByRole('button', { name: 'Generate token' })).toHaveClass(/primary/);
  await generateToken(page);
  await expect(main.getByRole('button', { name: 'Generate token' })).not.toHaveClass(/primary/);
  await main.getByRole('link', { name: 'Continue to Configure your identity provider' }).click();
  await expect(page.getByRole('heading', { name: 'Configure your identity provider', level: 1 })).toBeVisible();
  await expect(main.getByText('There is no token yet')).toHaveCount(0);
  await main.getByRole('link', { name: 'Back', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Base URL and token', level: 1 })).toBeVisible();
});

test('a lost connection is told, and mends itself where a proxy answered for the server', async ({ rollcall, acme, owner: page }) => {
  const scim = connect(rollcall, acme);
  await page.route('**/events/**', (route) => route.fulfill({ status: 502, body: 'Bad Gateway' }));
  await page.goto(step(rollcall, acme, 'verify'));
  const told = page.getByText('The connection to Rollcall is lost. This page tries again by itself.');
  await expect(told).toBeVisible();
  await page.unroute('**/events/**');
  await expect(told).toHaveCount(0, { timeout: 20_000 });
  await scim.send('GET', '/Users?count=1');
  await expect(passed(page).filter({ hasText: 'Token accepted' })).toBeVisible();
});

for (const name of ['configure', 'verify']) {
  test(`a page that follows what arrives says that one has signed out elsewhere: ${name}`, async ({ rollcall, acme, owner: page }) => {
    const scim = connect(rollcall, acme);
    await chooseEntra(page, step(rollcall, acme, ''));
    await page.goto(step(rollcall, acme, name));
    await expect(page.getByText('No request has come to this account\'s base URL yet.')).toBeVisible();
    const elsewhere = await page.context().newPage();
    waitForScript(elsewhere);
    await elsewhere.goto(`${rollcall.url}/accounts`);
    await elsewhere.getByRole('button', { name: 'Sign out' }).click();
    await expect(elsewhere.getByRole('button', { name: 'Sign in' })).toBeVisible();
    await scim.send('GET', '/Users?count=1');
    const main = page.getByRole('main');
    await expect(main.getByText('You are signed out.')).toBeVisible();
    await expect(main.getByRole('link', { name: 'Sign in' })).toBeVisible();
    await expect(passed(page)).toHaveCount(0);
  });
}

test('an identity provider that is not listed is wished for, and the owner answers', async ({ rollcall, acme, owner: page }) => {
  await page.goto(step(rollcall, acme, 'prepare'));
  await page.getByText('Provide feedback').click();
  await page.getByLabel('Identity provider', { exact: true }).fill('Zitadel');
  await page.getByLabel('What should we know?').fill('It speaks SCIM 2.0.');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('list', { name: 'What you asked for' })).toContainText('Zitadel');
  await page.getByRole('link', { name: 'Accounts', exact: true }).first().click();
  await page.getByRole('link', { name: 'Feedback', exact: true }).click();
  await expect(page.getByText('1 account asks')).toBeVisible();
  await expect(page.getByText('It speaks SCIM 2.0.')).toBeVisible();
  await page.getByLabel('State').selectOption({ label: 'Planned' });
  await page.getByLabel('Answer').fill('In the next version.');
  await page.getByRole('button', { name: 'Answer' }).click();
  await expect(page.getByRole('main').locator('.badge', { hasText: 'Planned' })).toBeVisible();
  await page.goto(step(rollcall, acme, 'prepare'));
  await expect(page.getByRole('list', { name: 'What you asked for' })).toContainText('In the next version.');
});

test('the whole set-up with the keyboard alone', async ({ rollcall, acme, owner: page }) => {
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'grace@acme.test');
  await page.goto(step(rollcall, acme, ''));
  await expect(page.getByRole('heading', { name: 'Before you start', level: 1 })).toBeVisible();
  await tabTo(page, page.getByRole('radio').first());
  await page.keyboard.press('Space');
  await press(page, page.getByRole('button', { name: 'Continue' }));
  await expect(page.getByRole('heading', { name: 'Preview', level: 1 })).toBeVisible();
  await tabTo(page, page.getByLabel('Usernames'));
  await page.keyboard.type('grace@acme.test');
  await press(page, page.getByRole('button', { name: 'Show what would happen' }));
  await expect(page.getByRole('list', { name: 'The roll' })).toContainText('taken over');
  await press(page, page.getByRole('main').getByRole('link', { name: 'Continue' }));
  await expect(page.getByRole('heading', { name: 'Enable', level: 1 })).toBeVisible();
  await press(page, page.getByRole('button', { name: 'Enable sync' }));
  await expect(page.getByRole('heading', { name: 'Base URL and token', level: 1 })).toBeVisible();
  await press(page, page.getByRole('button', { name: 'Generate token' }).first());
  await press(page, page.getByRole('dialog').getByRole('button', { name: 'Generate token' }));
  const token = await page.getByLabel('Token', { exact: true }).inputValue();
  await press(page, page.getByRole('button', { name: 'Copy token' }));
  await expectCopied(page, token);
  await press(page, page.getByRole('button', { name: 'Done' }));
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await press(page, page.getByRole('main').getByRole('link', { name: 'Continue' }));
  await expect(page.getByRole('heading', { name: 'Configure your identity provider', level: 1 })).toBeVisible();
  await press(page, page.getByRole('main').getByRole('link', { name: 'Continue' }));
  await expect(page.getByRole('heading', { name: 'See it work', level: 1 })).toBeVisible();
  await new Entra(rollcall.scim(acme, token, 'Entra')).create('grace@acme.test', 'Grace', 'Hopper');
  await expect(passed(page).filter({ hasText: 'First user' })).toContainText('grace@acme.test');
});

test('a list is opened from a file, and the roll is downloaded', async ({ rollcall, acme, owner: page }) => {
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'grace@acme.test', '--role', 'auditor');
  await page.goto(step(rollcall, acme, 'preview'));
  await page.getByLabel('Or open a file').setInputFiles({
    name: 'users.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('userPrincipalName,displayName\ngrace@acme.test,Grace\nada@acme.test,Ada\n'),
  });
  await expect(page.getByLabel('Usernames')).toHaveValue(/grace@acme.test/);
  await page.getByRole('button', { name: 'Show what would happen' }).click();
  await expect(page.getByRole('list', { name: 'The roll' }).getByRole('listitem')).toHaveCount(2);
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download' }).click();
  const chunks: Buffer[] = [];
  for await (const chunk of await (await download).createReadStream()) chunks.push(chunk as Buffer);
  const lines = Buffer.concat(chunks).toString().trim().split('\r\n');
  expect(lines).toEqual([
    '"Username","What would happen","Roles kept","Perhaps meant"',
    '"grace@acme.test","taken over","Auditor",""',
    '"ada@acme.test","new","",""',
  ]);
});
