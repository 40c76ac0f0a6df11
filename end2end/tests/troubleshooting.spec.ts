// Each finding, caused by real traffic, seen, mended from where the page leads, and seen to be gone.
import type { Page } from '@playwright/test';
import { Entra } from '../helpers/entra.ts';
import { Okta } from '../helpers/okta.ts';
import type { Rollcall } from '../helpers/rollcall.ts';
import { connect, expect, test } from '../helpers/test.ts';

const ENTRA = 'Microsoft Entra';

const address = (rollcall: Rollcall, account: string) => `${rollcall.url}/accounts/${account}/troubleshooting`;
const finding = (page: Page, name: string | RegExp) => page.getByRole('region', { name: 'Findings' }).getByRole('article', { name });

/** What came before the page listened is not told to it: the page is read again. */
async function see(page: Page, name: string | RegExp): Promise<void> {
  await page.reload();
  await expect(finding(page, name)).toBeVisible();
}

async function message(page: Page, name: string | RegExp): Promise<string> {
  await finding(page, name).getByText('Message to copy').click();
  return (await finding(page, name).getByRole('group', { name: /Message to/ }).innerText()).trim();
}

test('from never set up to speaking, each step led to by its finding', async ({ rollcall, acme, owner: page }) => {
  await page.goto(address(rollcall, acme));
  await expect(finding(page, 'Provisioning was never set up')).toBeVisible();
  rollcall.cli('provisioning', 'enable', '--account', acme);
  await page.reload();
  await expect(finding(page, 'No token is live')).toBeVisible();
  await expect(finding(page, 'No token is live').getByRole('link', { name: 'Generate token' })).toBeVisible();
  const scim = connect(rollcall, acme, ENTRA);
  await page.goto(`${rollcall.url}/accounts/${acme}/identity/provisioning/setup/prepare`);
  await page.getByRole('radio', { name: 'Microsoft Entra ID' }).check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Configure your identity provider', level: 1 })).toBeVisible();
  await page.goto(address(rollcall, acme));
  await expect(finding(page, 'The identity provider has never spoken')).toBeVisible();

  const entra = new Entra(scim);
  await entra.testConnection();
  await see(page, 'The connection works, and nobody was sent');
  const ada = (await entra.create('ada@acme.test', 'Ada', 'Lovelace')).body.id;
  await see(page, 'Users arrive, groups never did');
  expect(await message(page, 'Users arrive, groups never did')).toContain(
    'Where: Entra ID > Enterprise apps > the application > Users and groups',
  );
  const group = (await entra.createGroup('Finance')).body.id;
  await expect(finding(page, 'A group arrived without members')).toContainText('Finance');
  await expect(finding(page, 'A group arrived without members')).toContainText('groups within groups');
  await entra.addMembers(group, ada);
  await expect(finding(page, 'A group arrived without members')).toHaveCount(0);
  await expect(finding(page, 'The identity provider speaks')).toBeVisible();
  await expect(page.getByText('Nothing needs attention.')).toBeVisible();

  await scim.send('DELETE', `/Groups/${group}`);
  await expect(finding(page, 'All groups are gone')).toBeVisible();
  await entra.addMembers((await entra.createGroup('Finance')).body.id, ada);
  await expect(finding(page, 'All groups are gone')).toHaveCount(0);
});

test('switched off, and on again from the finding', async ({ rollcall, acme, owner: page }) => {
  const scim = connect(rollcall, acme, ENTRA);
  await scim.send('GET', '/Users?count=1');
  rollcall.cli('provisioning', 'disable', '--account', acme);
  expect((await scim.send('GET', '/Users?count=1')).status).toBe(403);
  await page.goto(address(rollcall, acme));
  await finding(page, 'Provisioning is switched off').getByRole('link', { name: 'Go to provisioning' }).click();
  await page.getByRole('switch', { name: 'Enable users and group sync' }).click();
  await expect(page.getByRole('switch', { name: 'Enable users and group sync' })).toHaveAttribute('aria-checked', 'true');
  await page.getByRole('link', { name: 'Troubleshooting', exact: true }).click();
  await expect(finding(page, 'Provisioning is switched off')).toHaveCount(0);
});

test('turned away with a revoked token, until the new one is in use', async ({ rollcall, acme, owner: page }) => {
  const old = connect(rollcall, acme, ENTRA);
  await old.send('GET', '/Users?count=1');
  await page.goto(`${rollcall.url}/accounts/${acme}/identity/provisioning`);
  await page.getByRole('button', { name: 'Revoke' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke token' }).click();
  await expect(page.getByRole('table', { name: 'Tokens' })).toContainText('Revoked');
  expect((await old.send('GET', '/Users?count=1')).status).toBe(401);
  await page.goto(address(rollcall, acme));
  const away = 'The identity provider is turned away at the door';
  await expect(finding(page, away)).toContainText('revoked token');
  const text = await message(page, away);
  expect(text).not.toContain(old.token);
  expect(text).toContain(`${rollcall.url}/scim/v2/${acme}`);
  const next = connect(rollcall, acme, ENTRA);
  await next.send('GET', '/Users?count=1');
  await page.reload();
  await expect(finding(page, away)).toHaveCount(0);
});

test('late, by the rhythm that its own traffic shows, until it speaks again', async ({ rollcall, acme, owner: page }) => {
  const entra = new Entra(connect(rollcall, acme, ENTRA));
  const ada = (await entra.create('ada@acme.test', 'Ada', 'Lovelace')).body.id;
  await entra.addMembers((await entra.createGroup('Finance')).body.id, ada);
  for (let cycle = 1; cycle <= 4; cycle++) {
    await rollcall.stop();
    await rollcall.start(`${cycle * 40}m`);
    await entra.rename(ada, `Lovelace ${cycle}`, 'ada@acme.test');
  }
  await page.goto(address(rollcall, acme));
  await expect(finding(page, 'The identity provider speaks')).toContainText('40 minutes');

  await rollcall.stop();
  await rollcall.start('205m');
  await page.goto(address(rollcall, acme));
  await expect(finding(page, 'It is quiet, which is normal')).toBeVisible();

  await rollcall.stop();
  await rollcall.start('5h');
  await page.goto(address(rollcall, acme));
  const late = finding(page, 'The identity provider is late');
  await expect(late).toBeVisible();
  expect(await message(page, 'The identity provider is late')).toContain('start it again');
  await page.goto(`${rollcall.url}/accounts/${acme}`);
  await page.getByRole('link', { name: 'See what to do' }).click();
  await expect(late).toBeVisible();
  await entra.rename(ada, 'King', 'ada@acme.test');
  await expect(late).toHaveCount(0);
  await expect(finding(page, 'The identity provider speaks')).toBeVisible();
});

test('silent for long, where only the documentation knows a rhythm', async ({ rollcall, acme, owner: page, signInAsOwner }) => {
  const name = 'Nothing has come for more than a day';
  const entra = new Entra(connect(rollcall, acme, ENTRA));
  await page.goto(`${rollcall.url}/accounts/${acme}/identity/provisioning/setup/prepare`);
  await page.getByRole('radio', { name: 'Microsoft Entra ID' }).check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Configure your identity provider', level: 1 })).toBeVisible();
  const ada = (await entra.create('ada@acme.test', 'Ada', 'Lovelace')).body.id;
  await rollcall.stop();
  await rollcall.start('2d');
  await page.context().clearCookies();
  await signInAsOwner();
  await page.goto(address(rollcall, acme));
  const long = finding(page, name);
  await expect(long).toBeVisible();
  expect(await message(page, name)).toContain('Where: Entra ID');
  await entra.rename(ada, 'King', 'ada@acme.test');
  await expect(long).toHaveCount(0);
});

test('a token that has expired, until a new one is in use', async ({ rollcall, acme, owner: page, signInAsOwner }) => {
  const old = connect(rollcall, acme, ENTRA);
  await old.send('POST', '/Users', { userName: 'ada@acme.test' });
  await rollcall.stop();
  await rollcall.start('91d');
  await page.context().clearCookies();
  await signInAsOwner();
  expect((await old.send('GET', '/Users?count=1')).status).toBe(401);
  await page.goto(address(rollcall, acme));
  const away = finding(page, 'The identity provider is turned away at the door');
  await expect(away).toContainText('expired token');
  await away.getByRole('link', { name: 'Generate token' }).click();
  await expect(page.getByRole('heading', { name: 'Generate a token', level: 1 })).toBeVisible();
  await page.getByRole('button', { name: 'Generate token' }).click();
  const token = await page.getByLabel('Token', { exact: true }).inputValue();
  await rollcall.scim(acme, token, ENTRA).send('GET', '/Users?count=1');
  await page.goto(address(rollcall, acme));
  await expect(away).toHaveCount(0);
});

test('a read-only token, a wrong path and a connection that only fails', async ({ rollcall, acme, owner: page }) => {
  const scim = connect(rollcall, acme, ENTRA);
  await scim.send('POST', '/Users', { userName: 'ada@acme.test' });
  const token = rollcall.cli('token', 'create', '--account', acme, '--name', 'App', '--valid-for', '90d', '--read-only');
  await rollcall.scim(acme, token).send('POST', '/Users', { userName: 'grace@acme.test' });
  await page.goto(address(rollcall, acme));
  await expect(finding(page, 'The identity provider uses a token that may only read')).toBeVisible();
  await scim.send('POST', '/Users', { userName: 'grace@acme.test' });
  await expect(finding(page, 'The identity provider uses a token that may only read')).toHaveCount(0);

  await scim.send('GET', '/scim/v2/Users');
  await see(page, 'Requests go to an address at which there is nothing');
  await expect(finding(page, 'Requests go to an address at which there is nothing')).toContainText('GET /scim/v2/Users');
  await scim.send('GET', '/Users?count=1');
  await page.reload();
  await expect(finding(page, 'Requests go to an address at which there is nothing')).toHaveCount(0);

  for (let time = 0; time < 3; time++) await scim.send('POST', '/Users', { displayName: 'nobody' });
  await expect(finding(page, /The last 3 requests were all refused|The last \d+ requests/)).toBeVisible();
  await scim.send('POST', '/Users', { userName: 'linus@acme.test' });
  await expect(finding(page, /The last \d+ requests/)).toHaveCount(0);
});

test('groups sent and refused, each reason with its way out, gone once they succeed', async ({ rollcall, acme, owner: page }) => {
  const okta = new Okta(connect(rollcall, acme, 'Okta SCIM Client 1.0.0'));
  const ada = (await okta.create('ada@acme.test', 'Ada', 'Lovelace')).body;
  const finance = (await okta.pushGroup('Finance')).body;
  const member = { value: ada.id, display: 'ada@acme.test' };
  await okta.changeMembers(finance.id, 'Finance', [member]);
  await page.goto(address(rollcall, acme));
  await expect(finding(page, 'The identity provider speaks')).toBeVisible();

  const refused = await okta.pushGroup('finance');
  expect(refused.status).toBe(409);
  const duplicate = 'A group was refused: its name is taken';
  await expect(finding(page, duplicate)).toContainText('finance');
  const text = await message(page, duplicate);
  expect(text).toContain('Where: Applications > Applications > the app > Push Groups');
  expect(text).toContain(`Request id: ${refused.headers.get('x-request-id')}`);
  await finding(page, duplicate).getByRole('link', { name: 'More about this' }).click();
  await expect(page.getByRole('article', { name: 'A group is refused because its name is taken' })).toBeInViewport();

  await okta.changeMembers(finance.id, 'Finance', [{ value: '019ab7c5-7d40-7000-8000-000000000000', display: 'gone' }]);
  await expect(finding(page, 'A group was refused: a member is unknown here')).toContainText('Finance');
  const inner = (await okta.pushGroup('Inner')).body;
  await okta.changeMembers(inner.id, 'Inner', [{ value: finance.id, display: 'Finance' }]);
  await okta.changeMembers(finance.id, 'Finance', [{ value: inner.id, display: 'Inner' }]);
  await expect(finding(page, 'A group was refused: it would contain itself')).toBeVisible();
  await finding(page, 'A group was refused: it would contain itself').getByRole('link', { name: 'Open the request' }).first().click();
  await expect(page.getByText('contains this group').first()).toBeVisible();
  await page.goBack();

  await okta.changeMembers(finance.id, 'Finance', [], [ada.id]);
  await okta.changeMembers(finance.id, 'Finance', [member]);
  await expect(finding(page, /A group was refused/)).toHaveCount(0);
});

test('users rejected, and where each refusal is shown it is explained', async ({ rollcall, acme, owner: page }) => {
  const globex = rollcall.cli('account', 'create', '--name', 'Globex');
  rollcall.cli('user', 'create', '--account', globex, '--user-name', 'taken@acme.test');
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'glass@acme.test', '--role', 'administrator', '--break-glass');
  const entra = new Entra(connect(rollcall, acme, ENTRA));
  await entra.create('taken@acme.test', 'Tim', 'Taken');
  await entra.create('glass@acme.test', 'Break', 'Glass');
  await page.goto(address(rollcall, acme));
  await expect(finding(page, /username is in use outside this account/)).toContainText('taken@acme.test');
  await expect(page.getByRole('main').getByText('Globex')).toHaveCount(0);
  await expect(finding(page, /break-glass administrator was rejected/)).toContainText('glass@acme.test');
  await page.goto(`${rollcall.url}/accounts/${acme}/activity?outcome=refused`);
  await page.getByRole('row', { name: /taken@acme.test/ }).getByRole('link', { name: 'Why this happens' }).click();
  await expect(page.getByRole('article', { name: /username is in use outside/ }).last()).toBeInViewport();
});

test('known problems are searched without leaving the page', async ({ rollcall, acme, owner: page }) => {
  await page.goto(address(rollcall, acme));
  await page.getByRole('searchbox', { name: 'Search known problems' }).fill('quarantine four weeks');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page).toHaveURL(/\?q=quarantine/);
  const problems = page.getByRole('region', { name: 'Known problems' });
  await expect(problems.getByRole('article')).toHaveCount(1);
  await expect(problems).toContainText('Entra keeps quiet for days');
});

test('the file for support holds no token and names nobody', async ({ rollcall, acme, owner: page }) => {
  const scim = connect(rollcall, acme, ENTRA);
  await scim.send('POST', '/Users', { userName: 'ada.lovelace@acme.test', password: 'hunter2-hunter2' });
  await scim.send('POST', '/Users', { userName: 'ada.lovelace@acme.test' });
  await page.goto(address(rollcall, acme));
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download file for support' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('rollcall-support.json');
  let text = '';
  for await (const part of await file.createReadStream()) text += part;
  expect(JSON.parse(text)).toMatchObject({ product: 'Rollcall', account: acme, connection: { enabled: true } });
  expect(text).toContain('user-managed');
  for (const leak of [scim.token, scim.token.slice(0, 8), 'lovelace', 'hunter2', 'Acme', 'owner@']) expect(text).not.toContain(leak);
});
